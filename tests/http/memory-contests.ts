/** The port of contests kept in memory: enough of a contest for routes, the client and the live view to be tried against. */
import type { Contests } from '../../src/actors/contests.ts';
import type { ContestDocument, ContestSummary, PlayerStanding, RoundDocument } from '../../src/protocol/contest.ts';
import type { ContestAction, CreateContest } from '../../src/protocol/contest-input.ts';
import type { DomainEvent, EntryDocument } from '../../src/protocol/entries.ts';
import { ArenaError } from '../../src/protocol/errors.ts';
import { randomId } from '../../src/protocol/ids.ts';
import { sealSnapshot } from '../../src/protocol/snapshot-seal.ts';
import { atOnce } from '../support/at-once.ts';
import { ordered } from './memory-catalogue.ts';

interface Kept {
  input: CreateContest;
  document: ContestDocument;
  entries: EntryDocument[];
  followers: Set<() => void>;
  commands: Map<string, ContestDocument>;
}

export interface MemoryContests extends Contests {
  /** Commits an entry, as if the contest had moved. */
  commit(id: string, event: DomainEvent, change?: Partial<ContestDocument>): void;
  /** What every contest was made from, in order. */
  readonly inputs: CreateContest[];
  /** How many are following a contest. */
  followers(id: string): number;
}

const nextState: Readonly<Record<ContestAction, ContestDocument['state']>> = {
  start: 'role_call',
  advance: 'role_call',
  pause: 'in_round',
  resume: 'in_round',
  cancel: 'cancelled',
  retry: 'in_round',
};

export function createMemoryContests(): MemoryContests {
  const all = new Map<string, Kept>();
  const inputs: CreateContest[] = [];

  function find(id: string): Kept {
    const kept = all.get(id);
    if (!kept) throw new ArenaError({ code: 'not_found', message: `There is no contest ${id}.` });
    return kept;
  }

  function commit(id: string, event: DomainEvent, change: Partial<ContestDocument> = {}): void {
    const kept = find(id);
    const position = kept.entries.length + 1;
    kept.entries.push({
      position,
      stream: `contest/${id}`,
      seq: position,
      kind: 'contest',
      events: [{ ...event }],
      command_id: randomId(),
      caused_by: null,
      at: 1_000 * position,
    });
    kept.document = { ...kept.document, ...change, position };
    for (const tell of kept.followers) tell();
  }

  function create(input: CreateContest): ContestDocument {
    const id = input.id ?? randomId();
    inputs.push(input);
    const roles = new Set(input.participants?.map((seat) => seat.role));
    if (input.start && !roles.has('judge')) {
      throw new ArenaError({
        code: 'invalid',
        message: 'A judge is missing.',
        problems: [{ path: 'participants', message: 'a judge is missing' }],
      });
    }
    all.set(id, { input, document: newDocument(id, input), entries: [], followers: new Set(), commands: new Map() });
    commit(id, { type: 'contest_created' });
    if (input.start) commit(id, { type: 'contest_started' }, { state: 'starting' });
    return find(id).document;
  }

  return {
    commit,
    inputs,
    followers: (id) => find(id).followers.size,
    create: async (input) => create(input),
    list: async ({ order, limit = 100, offset = 0, state }) =>
      ordered([...all.values()], order)
        .map((kept) => kept.document)
        .filter((document) => state === undefined || document.state === state)
        .slice(offset, offset + limit)
        .map(({ rounds: _rounds, ...summary }): ContestSummary => summary),
    get: async (id) => find(id).document,
    patch: async (id, patch) => {
      const changes = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
      commit(id, { type: 'settings_changed' }, changes);
      return find(id).document;
    },
    remove: async (id) => {
      if (find(id).document.state === 'in_round') {
        throw new ArenaError({ code: 'conflict', message: 'The contest is in_round; cancel it first.' });
      }
      all.delete(id);
    },
    act: async (id, action, options = {}) => {
      const kept = find(id);
      const before = options.commandId === undefined ? undefined : kept.commands.get(options.commandId);
      if (before) return before;
      if (kept.document.state === 'cancelled') {
        throw new ArenaError({ code: 'conflict', message: `A contest that is cancelled cannot ${action}.` });
      }
      commit(id, { type: `${action}_asked` }, { state: nextState[action], paused: action === 'pause' });
      if (options.commandId !== undefined) kept.commands.set(options.commandId, kept.document);
      return kept.document;
    },
    clone: async (id) => create({ ...find(id).input, id: undefined, start: false }),
    fork: async (id) => create({ ...find(id).input, id: undefined, start: false }),
    restartRound: async (id, roundNo) => {
      commit(id, { type: 'round_restarted' }, { current_round: roundNo });
      return find(id).document;
    },
    snapshot: async (id) => {
      const { document, entries } = find(id);
      const { arena, participants, position } = document;
      const seats = participants.map(({ id: seat, name, role, description, endpoint }) => ({
        id: seat,
        name,
        role,
        description,
        endpoint,
      }));
      const catalogue = { arena, participants: seats, agents: [], strategies: [] };
      const kind = { format: 'agent-arena/contest', version: 1 } as const;
      return atOnce(sealSnapshot({ ...kind, contest_id: id, taken_at: 1_000, position, catalogue, entries }));
    },
    restore: async ({ contest_id: id }, { asNew }) => {
      if (!asNew) throw new ArenaError({ code: 'conflict', message: `contest ${id} exists already` });
      return create({ ...find(id).input, id: undefined, start: false });
    },
    verify: async (id) => ({
      job_id: randomId(),
      type: 'batch',
      state: 'pending',
      data: null,
      message: find(id).document.id,
      channel: null,
      method: null,
      url: null,
      request_data: null,
      child_data: null,
      attempts: 0,
      faults: [],
    }),
    view: async (id, participantId) => {
      const { document } = find(id);
      const seat = document.participants.find((one) => one.id === participantId);
      if (!seat) throw new ArenaError({ code: 'not_found', message: `${participantId} has no seat in this contest.` });
      const { state, arena, current_round, max_rounds, winning_score } = document;
      const you = { id: seat.id, name: seat.name, role: seat.role, seed: 1 };
      return { id, state, arena, participants: [], rounds: [], current_round, max_rounds, winning_score, you };
    },
    round: async (id, roundNo) => {
      const round = find(id).document.rounds.find((one) => one.round_no === roundNo);
      if (!round) throw new ArenaError({ code: 'not_found', message: `There is no round ${roundNo}.` });
      return round;
    },
    jobs: async (id) => {
      find(id);
      return [];
    },
    stateAt: async (id, position) => {
      const kept = find(id);
      if (position > kept.entries.length) {
        throw new ArenaError({ code: 'not_found', message: `There is no entry ${position}.` });
      }
      return { ...kept.document, position };
    },
    entries: async (id, after) => find(id).entries.slice(after),
    follow: async (id, after, callback) => {
      const kept = find(id);
      let told = after;
      const tell = () => {
        const news = kept.entries.slice(told);
        told += news.length;
        if (news.length > 0) callback(news);
      };
      kept.followers.add(tell);
      tell();
      return () => kept.followers.delete(tell);
    },
    request: async (id, promptType, participantId) => ({
      command: promptType,
      job_id: randomId(),
      attempt: 1,
      contest_id: id,
      participant_id: participantId ?? find(id).document.participants[0]?.id ?? '',
      round_no: 0,
      deadline: 60_000,
      timeout_ms: 60_000,
      last_latency_ms: null,
      message: '',
      data: {},
    }),
  };
}

function newDocument(id: string, input: CreateContest): ContestDocument {
  const participants = (input.participants ?? []).map((seat) => ({
    id: seat.id ?? randomId(),
    name: seat.name,
    role: seat.role,
    description: seat.description,
    endpoint: seat.endpoint,
    state: 'registered' as const,
    faults_count: 0,
    last_latency_ms: null,
  }));
  const players = participants.filter((seat) => seat.role === 'player').map(standing);
  return {
    id,
    state: 'created',
    paused: false,
    arena: {
      id: randomId(),
      name: input.arena?.name ?? 'Nowhere',
      description: input.arena?.description ?? '',
      width: input.arena?.width ?? 3,
      height: input.arena?.height ?? 3,
      rules: input.arena?.rules ?? '',
      winning_condition: input.arena?.winning_condition ?? '',
      max_random_features: input.arena?.max_random_features ?? 0,
      features: (input.arena?.features ?? []).map((feature) => ({
        id: randomId(),
        name: feature.name,
        description: feature.description,
        position: feature.position,
        origin: feature.origin,
      })),
    },
    participants,
    rounds: [firstRound(players)],
    current_round: 0,
    auto_advance: input.auto_advance,
    max_rounds: input.max_rounds,
    winning_score: input.winning_score,
    seed: input.seed ?? 1,
    winner_id: null,
    end_reason: null,
    start_time: null,
    end_time: null,
    error: null,
    position: 0,
  };
}

function standing(seat: { id: string; name: string }, index: number): PlayerStanding {
  return {
    id: seat.id,
    name: seat.name,
    position: `${index + 1},1`,
    inventory: [],
    health: 'fine',
    score: 0,
    memories: '',
  };
}

function firstRound(players: PlayerStanding[]): RoundDocument {
  return {
    round_no: 0,
    state: 'idle',
    narrative: null,
    ending_narrative: null,
    features: [],
    players: players.map((player) => ({ ...player, action: null, result: null, faults: [] })),
    start: { features: [], players },
    stats: { actions_count: 0, duration_ms: null, metrics: {} },
  };
}
