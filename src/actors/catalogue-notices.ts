/** What is told of a change of the catalogue. The entry says what was done to which model; it has no actor. */
import type { ModelChange } from '../protocol/notices.ts';
import { actorModels, arenaModels } from '../protocol/subject-pattern.ts';
import { subjects } from '../protocol/subjects.ts';
import { cataloguedIn } from './address.ts';
import type { Publication } from './runtime/publication.ts';
import { publication } from './telling.ts';

const catalogueActions: Readonly<Record<string, ModelChange['action']>> = {
  created: 'create',
  updated: 'update',
  deleted: 'delete',
};

/** A participant belongs to the arena and to the actors. */
export function catalogueNotices(
  root: string,
  event: { readonly type: string; readonly detail?: ModelChange['detail'] | null },
): Publication[] {
  const action = catalogueActions[event.type];
  if (!action) return [];
  const { model, id } = cataloguedIn(root);
  const body: ModelChange = { action, model_id: id, detail: event.detail ?? {} };
  return [
    ...arenaModels
      .filter((name) => name === model)
      .map((name) => subjects.arenaModelChange.build({ arenaModel: name, action })),
    ...actorModels
      .filter((name) => name === model)
      .map((name) => subjects.actorModelChange.build({ actorModel: name, action })),
  ].map((subject) => publication(subject, body));
}
