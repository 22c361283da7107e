/** Contests to specify from: their states made of events, and what their children report. */
import { contestMachine } from '../../src/actors/contest/machine.ts';
import type {
  ContestCommand,
  ContestEvent,
  ContestState,
  PlayerStandingReport,
  RoundOutcome,
} from '../../src/actors/contest/state.ts';
import type { ChildNotice } from '../../src/actors/runtime/machine.ts';
import type { ContestStateName } from '../../src/protocol/states.ts';
import { ada, bob, contestRoot, type PlanChanges, planOf, scopeOf } from './making.ts';
import { specify } from './specification.ts';

const world = { features: [], players: [] };
export const finishedRound = {
  state: 'round_complete',
  start: world,
  effects: null,
  actions: [],
  rulings: [],
  seats: [],
};
export const scope = scopeOf({
  [`${contestRoot}/setup`]: { state: 'setup_complete', ...world },
  [`${contestRoot}/round/0`]: { ...finishedRound, round_no: 0 },
});
export const { given, when } = specify(contestMachine, contestRoot, scope);

export const created = (changes: PlanChanges = {}): ContestEvent => ({
  type: 'contest_created',
  origin: null,
  ...planOf(changes),
});
export const moved = (from: ContestStateName, to: ContestStateName, roundNo?: number): ContestEvent => ({
  type: 'moved',
  from,
  to,
  ...(roundNo === undefined ? {} : { round_no: roundNo }),
});
export const everybody = planOf().seats;
const allReady: ContestEvent = {
  type: 'seats_checked',
  seats: everybody.map(({ id }) => ({ id, ready: true, message: '' })),
};
export const settled = (...children: ChildNotice[]): ContestCommand => ({ type: 'children_settled', children });
export const report = (
  child: string,
  outcome: ChildNotice['outcome'],
  result: object = { message: 'the judge is mute', retries: 0 },
): ChildNotice => ({
  child,
  outcome,
  result,
});
export const standing = (id: string, score: number): PlayerStandingReport => ({
  id,
  score,
  position: '1,1',
  health: 'healthy',
});
export const outcomeOf = (more: Partial<RoundOutcome> = {}): RoundOutcome => ({
  round_no: 0,
  play: 1,
  winner_id: null,
  standing: [standing(ada.id, 1), standing(bob.id, 2)],
  failed_seats: [],
  seats: [{ id: ada.id, latency_ms: 10, faults: 0 }],
  ...more,
});
export const roundSettled = (more: Partial<RoundOutcome> = {}): ContestEvent => ({
  type: 'round_settled',
  outcome: { outcome: 'complete' },
  result: outcomeOf(more),
});

export const begun = [moved('created', 'starting')];
export const called = [...begun, moved('starting', 'role_call')];
const setUp = [...called, allReady, moved('role_call', 'setup_arena')];
export const playing = [
  ...setUp,
  { type: 'setup_settled', outcome: { outcome: 'complete' } } as ContestEvent,
  moved('setup_arena', 'in_round', 0),
];
export const played = [...playing, roundSettled()];
export const halted = (state: ContestStateName): ContestEvent => ({ type: 'halted', state });
export const failed = [
  ...playing,
  { type: 'round_settled', outcome: { outcome: 'fail', message: 'the judge is mute' }, result: null } as ContestEvent,
  { type: 'moved', from: 'in_round', to: 'fail', error: 'the judge is mute' } as ContestEvent,
];
export const stepping = { settings: { auto_advance: false } };

export const states: Record<string, ContestState> = {
  created: given(created()),
  'starting, halted': given(created(stepping), ...begun, halted('starting')),
  role_call: given(created(), ...called),
  setup_arena: given(created(), ...setUp),
  in_round: given(created(), ...playing),
  'in_round, stepping': given(created(stepping), ...playing),
  'in_round, settled, halted': given(created(stepping), ...played, halted('in_round')),
  'in_round, paused': given(created(), ...playing, { type: 'paused' }),
  'in_round, settled, paused, halted': given(
    created(),
    ...playing,
    { type: 'paused' },
    roundSettled(),
    halted('in_round'),
  ),
  'in_round, being cancelled': given(created(), ...playing, { type: 'cancel_requested', command_id: 'who-wants-it' }),
  'check_end, halted': given(created(stepping), ...played, moved('in_round', 'check_end'), halted('check_end')),
  'create_round, halted': given(
    created(stepping),
    ...played,
    moved('in_round', 'check_end'),
    moved('check_end', 'create_round'),
    halted('create_round'),
  ),
  complete: given(created(), ...played, moved('in_round', 'check_end'), moved('check_end', 'complete')),
  fail: given(created(), ...failed),
  cancelled: given(
    created(),
    ...playing,
    { type: 'cancel_requested', command_id: 'x' },
    moved('in_round', 'cancelled'),
  ),
};
