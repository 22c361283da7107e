/** What a contest needs of the catalogue, found where it is taken out and made where it is taken in. */
import type { CatalogueDocument, CatalogueModel } from '../../protocol/catalogue.ts';
import { givableName } from '../../protocol/names.ts';
import type { SnapshotCatalogue } from '../../protocol/snapshot.ts';
import type { Catalogue } from './catalogue.ts';
import type { CatalogueTransaction } from './catalogue-transaction.ts';

/** The agents of participants, and the strategies of these. */
export async function agentsOfParticipants(
  catalogue: Pick<Catalogue, 'list' | 'getAll'>,
  participantIds: readonly string[],
): Promise<Pick<SnapshotCatalogue, 'agents' | 'strategies'>> {
  const agents: CatalogueDocument<'agent'>[] = [];
  for (const id of participantIds) agents.push(...(await catalogue.list('agent', { where: { participant_id: id } })));
  const strategyIds = new Set(agents.flatMap(({ strategy_id }) => strategy_id ?? []));
  const strategies = await catalogue.getAll('strategy', [...strategyIds]);
  return { agents: agents.map(withoutTimes), strategies: strategies.map(withoutTimes) };
}

/** Makes what is not there, under its own ids; what is there stays as it is, and so does a participant's own agent. */
export async function addMissingParts(transaction: CatalogueTransaction, needed: SnapshotCatalogue): Promise<void> {
  const { features, ...arena } = needed.arena;
  if (await isMissing('arena', arena.id)) {
    await add('arena', arena);
    for (const feature of features) await add('feature', { ...feature, arena_id: arena.id });
  }
  for (const participant of needed.participants) await add('participant', participant);
  for (const strategy of needed.strategies) await add('strategy', strategy);
  for (const agent of needed.agents) {
    const [own] = await transaction.find('agent', { participant_id: agent.participant_id });
    if (!own) await add('agent', agent);
  }

  async function add(
    model: CatalogueModel,
    part: { readonly id: string; readonly name?: string | undefined; readonly [field: string]: unknown },
  ): Promise<void> {
    if (!(await isMissing(model, part.id))) return;
    await transaction.create(model, { ...part, name: part.name && givableName(part.name) });
  }

  async function isMissing(model: CatalogueModel, id: string): Promise<boolean> {
    return (await transaction.find(model, { id })).length === 0;
  }
}

function withoutTimes<T extends { created_at: number; updated_at: number }>({
  created_at: _created,
  updated_at: _updated,
  ...part
}: T): Omit<T, 'created_at' | 'updated_at'> {
  return part;
}
