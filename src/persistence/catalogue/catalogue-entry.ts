/** The journal entry of a change to the catalogue: an entry without an actor, in which keys and long texts are left out. */
import { addressOf } from '../../actors/address.ts';
import type { Append } from '../../actors/runtime/journal.ts';
import type { CatalogueModel } from '../../protocol/catalogue.ts';
import { randomId } from '../../protocol/ids.ts';
import type { Json } from '../../protocol/json.ts';

/** The `kind` of these entries; no machine has it. */
export const catalogueKind = 'catalogue';

/** `detail` is the object that was made, the fields that were changed, or null when it was deleted. */
export interface CatalogueEvent {
  readonly type: 'created' | 'updated' | 'deleted';
  readonly model: CatalogueModel;
  readonly id: string;
  readonly detail: { readonly [field: string]: Json } | null;
}

/** Fields that are never journaled, and so never told to anyone. */
const unjournaled: Partial<Record<CatalogueModel, readonly string[]>> = {
  participant: ['api_key'],
};

export function catalogueAppend(event: CatalogueEvent, position: number, at: number): Append {
  const address = addressOf.catalogued(event.model, event.id);
  const entry = {
    root: address,
    position,
    stream: address,
    seq: position,
    kind: catalogueKind,
    events: [{ ...event, detail: shownOf(event) }],
    commandId: randomId(),
    causedBy: null,
    at,
    state: undefined,
  };
  return { root: address, entries: [entry], committed: () => {}, failed: () => {} };
}

function shownOf({ model, detail }: CatalogueEvent): CatalogueEvent['detail'] {
  const hidden = unjournaled[model] ?? [];
  return detail && Object.fromEntries(Object.entries(detail).filter(([field]) => !hidden.includes(field)));
}
