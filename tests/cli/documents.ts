/** A small contest as a document, in any state, for the live view. */
import type { ContestDocument, Feature, Player, RoundDocument, SeatDocument } from '../../src/protocol/contest.ts';
import type { Role } from '../../src/protocol/states.ts';

export const ada = 'ada-fox-runs-00000001';
export const bix = 'bix-owl-hums-00000002';

export function player(change: Partial<Player> = {}): Player {
  return {
    id: ada,
    name: 'Ada',
    position: '2,1',
    inventory: [],
    health: 'fine',
    score: 0,
    memories: '',
    action: null,
    result: null,
    faults: [],
    ...change,
  };
}

export function feature(name: string, position: string): Feature {
  return { id: `${name}-of-tests-0`, name, description: '', position, origin: 'required' };
}

export function round(change: Partial<RoundDocument> = {}): RoundDocument {
  return {
    round_no: 0,
    state: 'awaiting_actions',
    narrative: 'The gate creaks.',
    ending_narrative: null,
    features: [feature('Gate', '4,3'), feature('Cup', `player:${bix}`)],
    players: [player(), player({ id: bix, name: 'Bix', position: '3,2' })],
    start: { features: [], players: [] },
    stats: { actions_count: 0, duration_ms: null, metrics: {} },
    ...change,
  };
}

function seat(id: string, name: string, role: Role): SeatDocument {
  return { id, name, role, description: '', endpoint: '', state: 'ready', faults_count: 0, last_latency_ms: null };
}

export function contest(change: Partial<ContestDocument> = {}): ContestDocument {
  return {
    id: 'calm-lynx-sings-00000000',
    state: 'in_round',
    paused: false,
    arena: {
      id: 'old-yard-rests-00000000',
      name: 'The yard',
      description: 'A yard.',
      width: 4,
      height: 3,
      rules: '',
      winning_condition: '',
      max_random_features: 0,
      features: [],
    },
    participants: [
      seat(ada, 'Ada', 'player'),
      seat(bix, 'Bix', 'player'),
      seat('jo-hawk-rules-00000003', 'Jo', 'judge'),
      seat('al-crane-tells-00000004', 'Al', 'announcer'),
    ],
    rounds: [round()],
    current_round: 0,
    auto_advance: true,
    max_rounds: 5,
    winning_score: 100,
    seed: 7,
    winner_id: null,
    end_reason: null,
    start_time: 1,
    end_time: null,
    error: null,
    position: 9,
    ...change,
  };
}
