/** Which participants have an agent in this process: read from the catalogue at the start, then kept by its entries as they are committed. */
import { cataloguedIn } from '../actors/address.ts';
import type { Feed } from '../actors/runtime/feed.ts';
import type { CommittedEntry } from '../actors/runtime/journal.ts';
import type { Role } from '../protocol/states.ts';
import type { AgentDirectory, HostedAgent } from './host.ts';

interface AgentFields {
  readonly participant_id: string;
  readonly model: string | null;
  readonly strategy_id: string | null;
}

interface StrategyFields {
  readonly model: string | null;
}

interface ParticipantFields {
  readonly name: string;
  readonly role: Role;
}

/** What is read of the catalogue; lists are whole. */
export interface AgentSource {
  agents(): Promise<readonly (AgentFields & { readonly id: string })[]>;
  participants(): Promise<readonly (ParticipantFields & { readonly id: string })[]>;
  strategies(): Promise<readonly (StrategyFields & { readonly id: string })[]>;
}

/** A change as the journal tells it: the whole object when made, the changed fields, or null when deleted. */
interface Change {
  readonly type: string;
  readonly detail?: Readonly<Record<string, unknown>> | null;
}

export async function createCatalogueDirectory(
  source: AgentSource,
  feed: Pick<Feed, 'listen'>,
): Promise<AgentDirectory> {
  const agents = new Map<string, AgentFields>();
  const agentsOf = new Map<string, Set<string>>();
  const participants = new Map<string, ParticipantFields>();
  const strategies = new Map<string, StrategyFields>();
  const callbacks = new Set<(participantId: string, agent: HostedAgent | null) => void>();

  const early: CommittedEntry[] = [];
  let isRead = false;
  feed.listen((entries) => {
    if (isRead) for (const entry of entries) take(entry);
    else early.push(...entries);
  });
  for (const { id, name, role } of await source.participants()) participants.set(id, { name, role });
  for (const { id, model } of await source.strategies()) strategies.set(id, { model });
  for (const { id, participant_id, model, strategy_id } of await source.agents()) {
    agents.set(id, { participant_id, model, strategy_id });
    index(id, participant_id);
  }
  for (const entry of early) take(entry);
  isRead = true;

  function take(entry: CommittedEntry): void {
    if (entry.kind !== 'catalogue') return;
    const { model, id } = cataloguedIn(entry.root);
    for (const change of entry.events as readonly Change[]) {
      if (model === 'participant') {
        keep(participants, id, change);
        tell(id);
      } else if (model === 'agent') {
        const before = agents.get(id)?.participant_id;
        keep(agents, id, change);
        const now = agents.get(id)?.participant_id;
        if (before) agentsOf.get(before)?.delete(id);
        if (now) index(id, now);
        for (const participant of new Set([before, now])) if (participant) tell(participant);
      } else if (model === 'strategy') {
        keep(strategies, id, change);
        for (const { participant_id, strategy_id } of agents.values()) if (strategy_id === id) tell(participant_id);
      }
    }
  }

  function index(id: string, participantId: string): void {
    const known = agentsOf.get(participantId) ?? new Set();
    agentsOf.set(participantId, known.add(id));
  }

  function tell(participantId: string): void {
    const agent = agentOf(participantId);
    for (const callback of callbacks) callback(participantId, agent);
  }

  /** Of several agents of one participant the newest answers. */
  function agentOf(participantId: string): HostedAgent | null {
    const participant = participants.get(participantId);
    const found = [...(agentsOf.get(participantId) ?? [])].flatMap((id) => agents.get(id) ?? []);
    const agent = found.at(-1);
    if (!participant || !agent) return null;
    const model = agent.model ?? strategies.get(agent.strategy_id ?? '')?.model ?? null;
    return { model, name: participant.name, role: participant.role };
  }

  return {
    agentOf: (participantId) => Promise.resolve(agentOf(participantId)),
    list: () => Promise.resolve([...participants.keys()].filter((id) => agentOf(id) !== null)),
    onChange(callback) {
      callbacks.add(callback);
      return () => callbacks.delete(callback);
    },
  };
}

function keep<Fields extends object>(known: Map<string, Fields>, id: string, change: Change): void {
  if (change.type === 'deleted') known.delete(id);
  else known.set(id, { ...known.get(id), ...change.detail } as Fields);
}
