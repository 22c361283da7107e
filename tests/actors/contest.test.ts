/** The contest machine, state by state: starting, stepping, pausing, cancelling, retrying, and every way to end. */
import { describe, expect, test } from 'vitest';
import { contestMachine } from '../../src/actors/contest/machine.ts';
import type {
  ContestCommand,
  ContestEvent,
  ContestState,
  ExistingContest,
  PlayerStandingReport,
  RoundOutcome,
} from '../../src/actors/contest/state.ts';
import type { ChildNotice } from '../../src/actors/runtime/machine.ts';
import type { Json } from '../../src/protocol/json.ts';
import type { ContestStateName } from '../../src/protocol/states.ts';
import { ada, announcer, bob, contestRoot, judge, maker, type PlanChanges, planOf, scopeOf } from './making.ts';
import { effectsInWords, specify } from './specification.ts';

const world = { features: [], players: [] };
const finishedRound = { state: 'round_complete', start: world, effects: null, actions: [], rulings: [], seats: [] };
const scope = scopeOf({
  [`${contestRoot}/setup`]: { state: 'setup_complete', ...world },
  [`${contestRoot}/round/0`]: { ...finishedRound, round_no: 0 },
});
const { given, when } = specify(contestMachine, contestRoot, scope);

const created = (changes: PlanChanges = {}): ContestEvent => ({
  type: 'contest_created',
  origin: null,
  ...planOf(changes),
});
const moved = (from: ContestStateName, to: ContestStateName, roundNo?: number): ContestEvent => ({
  type: 'moved',
  from,
  to,
  ...(roundNo === undefined ? {} : { round_no: roundNo }),
});
const everybody = planOf().seats;
const allReady: ContestEvent = {
  type: 'seats_checked',
  seats: everybody.map(({ id }) => ({ id, ready: true, message: '' })),
};
const settled = (...children: ChildNotice[]): ContestCommand => ({ type: 'children_settled', children });
const report = (
  child: string,
  outcome: ChildNotice['outcome'],
  result: object = { message: 'the judge is mute', retries: 0 },
): ChildNotice => ({
  child,
  outcome,
  result: result as unknown as Json,
});
const standing = (id: string, score: number): PlayerStandingReport => ({
  id,
  score,
  position: '1,1',
  health: 'healthy',
});
const outcomeOf = (more: Partial<RoundOutcome> = {}): RoundOutcome => ({
  round_no: 0,
  winner_id: null,
  standing: [standing(ada.id, 1), standing(bob.id, 2)],
  failed_seats: [],
  seats: [{ id: ada.id, latency_ms: 10, faults: 0 }],
  ...more,
});
const roundSettled = (more: Partial<RoundOutcome> = {}): ContestEvent => ({
  type: 'round_settled',
  outcome: { outcome: 'complete' },
  result: outcomeOf(more),
});

const begun = [moved('created', 'starting')];
const called = [...begun, moved('starting', 'role_call')];
const setUp = [...called, allReady, moved('role_call', 'setup_arena')];
const playing = [
  ...setUp,
  { type: 'setup_settled', outcome: { outcome: 'complete' } } as ContestEvent,
  moved('setup_arena', 'in_round', 0),
];
const played = [...playing, roundSettled()];
const halted = (state: ContestStateName): ContestEvent => ({ type: 'halted', state });
const failed = [
  ...playing,
  { type: 'round_settled', outcome: { outcome: 'fail', message: 'the judge is mute' }, result: null } as ContestEvent,
  { type: 'moved', from: 'in_round', to: 'fail', error: 'the judge is mute' } as ContestEvent,
];
const stepping = { settings: { auto_advance: false } };

const states: Record<string, ContestState> = {
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

const commands: Record<string, ContestCommand> = {
  create: { type: 'create', origin: null, ...planOf() },
  start: { type: 'start' },
  advance: { type: 'advance' },
  'advance in setup_arena': { type: 'advance', in: 'setup_arena' },
  pause: { type: 'pause' },
  resume: { type: 'resume' },
  cancel: { type: 'cancel' },
  retry: { type: 'retry' },
  remove: { type: 'remove' },
  adjust: { type: 'adjust', settings: { winning_score: 50 } },
  'news of a stranger': settled(report('nobody-at-all', 'complete', { message: '', check_no: 0 })),
};

const stops = (state: string): string => `cancel_requested, ${state} → cancelled`;
/** What every command does in every state; what is not listed is refused as a conflict. */
const table: Record<string, Record<string, string>> = {
  created: {
    start: 'created → starting, starting → role_call',
    advance: 'created → starting, starting → role_call',
    cancel: stops('created'),
    remove: 'removed',
    adjust: 'adjusted',
  },
  'starting, halted': {
    start: 'starting → role_call',
    advance: 'starting → role_call',
    pause: 'paused',
    resume: 'nothing',
    cancel: stops('starting'),
    adjust: 'adjusted',
  },
  role_call: { start: 'nothing', advance: 'nothing', pause: 'paused', resume: 'nothing', cancel: stops('role_call') },
  setup_arena: {
    start: 'nothing',
    advance: 'nothing',
    'advance in setup_arena': 'nothing',
    pause: 'paused',
    resume: 'nothing',
    cancel: 'cancel_requested',
  },
  in_round: { start: 'nothing', advance: 'nothing', pause: 'paused', resume: 'nothing', cancel: 'cancel_requested' },
  'in_round, stepping': {
    start: 'nothing',
    advance: 'nothing',
    pause: 'paused',
    resume: 'nothing',
    cancel: 'cancel_requested',
    adjust: 'adjusted',
  },
  'in_round, settled, halted': {
    start: 'in_round → check_end, halted',
    advance: 'in_round → check_end, halted',
    pause: 'paused',
    resume: 'nothing',
    cancel: stops('in_round'),
    adjust: 'adjusted',
  },
  'in_round, paused': {
    start: 'nothing',
    advance: 'nothing',
    pause: 'nothing',
    resume: 'resumed',
    cancel: 'cancel_requested',
    adjust: 'adjusted',
  },
  'in_round, settled, paused, halted': {
    start: 'in_round → check_end, halted',
    advance: 'in_round → check_end, halted',
    pause: 'nothing',
    resume: 'resumed, in_round → check_end, check_end → create_round, create_round → in_round',
    cancel: stops('in_round'),
    adjust: 'adjusted',
  },
  'in_round, being cancelled': { start: 'nothing', advance: 'nothing', pause: 'paused', resume: 'nothing' },
  'check_end, halted': {
    start: 'check_end → create_round, halted',
    advance: 'check_end → create_round, halted',
    pause: 'paused',
    resume: 'nothing',
    cancel: stops('check_end'),
    adjust: 'adjusted',
  },
  'create_round, halted': {
    start: 'create_round → in_round',
    advance: 'create_round → in_round',
    pause: 'paused',
    resume: 'nothing',
    cancel: stops('create_round'),
    adjust: 'adjusted',
  },
  complete: { remove: 'removed' },
  fail: { cancel: stops('fail'), retry: 'fail → in_round', remove: 'removed' },
  cancelled: { cancel: 'nothing', remove: 'removed' },
};

describe.each(Object.entries(states))('a contest in %s', (name, state) => {
  test.each(Object.entries(commands))('when told %s', (commandName, command) => {
    const otherwise = commandName === 'news of a stranger' ? 'nothing' : 'conflict';
    expect(when(state, command).told).toBe(table[name]?.[commandName] ?? otherwise);
  });
});

test('a contest that was not created is found by no command', () => {
  for (const [name, command] of Object.entries(commands))
    expect({ name, told: when(given(), command).told }).toEqual({
      name,
      told: name === 'create' ? 'contest_created' : 'not_found',
    });
});

describe('starting', () => {
  test.each<[string, PlanChanges, string]>([
    ['a judge', { seats: [ada, announcer] }, 'the role judge'],
    ['an announcer', { seats: [ada, judge] }, 'the role announcer'],
    ['anybody', { seats: [] }, 'the roles player, judge, announcer'],
    ['an arena agent that features are wanted of', { arena: { max_random_features: 1 } }, 'the role arena'],
  ])('without %s is invalid and names who is missing', (_name, changes, named) => {
    const { refusal } = when(given(created(changes)), { type: 'start' });
    expect(refusal).toEqual({ code: 'invalid', message: `the contest has nobody for ${named}` });
  });

  test('with an arena agent calls everybody', () => {
    const seats = [...everybody, maker];
    const { effects } = when(given(created({ seats, arena: { max_random_features: 1 } })), { type: 'start' });
    expect(effectsInWords(effects)).toEqual(seats.map(({ id }) => `spawn participant/${id}`));
  });
});

describe('the role call', () => {
  const check = (id: string, outcome: 'complete' | 'fail', message = '', checkNo = 0) =>
    report(id, outcome, { message, check_no: checkNo });

  test('waits for the last seat, and then sets up', () => {
    const [last, ...others] = everybody;
    const one = when(given(created(), ...called), settled(...others.map(({ id }) => check(id, 'complete'))));
    expect(one.told).toBe('seats_checked');
    const all = when(one.state, settled(check(last?.id ?? '', 'complete')));
    expect(all.told).toBe('seats_checked, role_call → setup_arena');
    expect(effectsInWords(all.effects)).toEqual(['spawn setup']);
  });

  test('hears a seat once', () => {
    const { state } = when(given(created(), ...called), settled(check(ada.id, 'complete')));
    expect(when(state, settled(check(ada.id, 'complete'))).told).toBe('nothing');
  });

  test('fails when somebody is absent, and names all that are', () => {
    const { told, state, effects } = when(
      given(created(), ...called),
      settled(
        check(ada.id, 'fail', 'timeout'),
        check(judge.id, 'fail', 'nobody listens'),
        check(bob.id, 'complete'),
        check(announcer.id, 'complete'),
      ),
    );
    expect(told).toBe('seats_checked, role_call → fail');
    expect(state).toMatchObject({
      failed_in: 'role_call',
      error: `absent at the role call: ada (player, ${ada.id}): timeout; jo (judge, ${judge.id}): nobody listens`,
    });
    expect(effects).toEqual([]);
  });

  test('retried, asks the absent ones only and takes no report from before', () => {
    const absent = given(
      created(),
      ...called,
      {
        type: 'seats_checked',
        seats: everybody.map(({ id }) => ({ id, ready: id !== ada.id, message: '' })),
      },
      moved('role_call', 'fail'),
    );
    const retried = when(absent, { type: 'retry' });
    expect(retried.told).toBe('fail → role_call');
    expect(effectsInWords(retried.effects)).toEqual([`tell participant/${ada.id} check`]);
    expect(when(retried.state, settled(check(ada.id, 'fail', 'timeout', 0))).told).toBe('nothing');
    expect(when(retried.state, settled(check(ada.id, 'fail', 'timeout', 1))).told).toBe(
      'seats_checked, role_call → fail',
    );
    expect(when(retried.state, settled(check(ada.id, 'complete', '', 1))).told).toBe(
      'seats_checked, role_call → setup_arena',
    );
  });
});

describe('stepping', () => {
  test('goes from created to the end one transition at a time', () => {
    let state = given(created({ settings: { auto_advance: false, max_rounds: 1 } }));
    const path: string[] = [];
    const say = (command: ContestCommand) => {
      const verdict = when(state, command);
      path.push(verdict.told);
      state = verdict.state;
    };
    say({ type: 'start' });
    say({ type: 'advance', in: 'starting' });
    say(settled(...everybody.map(({ id }) => report(id, 'complete', { message: '', check_no: 0 }))));
    say({ type: 'advance' });
    say(settled(report('setup', 'complete')));
    say({ type: 'advance' });
    say(settled(report('0', 'complete', outcomeOf())));
    say({ type: 'advance' });
    say({ type: 'advance' });
    expect(path).toEqual([
      'created → starting, halted',
      'starting → role_call',
      'seats_checked, halted',
      'role_call → setup_arena',
      'setup_settled, halted',
      'setup_arena → in_round',
      'round_settled, halted',
      'in_round → check_end, halted',
      'check_end → complete',
    ]);
  });

  test('does not stop before a failure', () => {
    expect(when(given(created(stepping), ...playing), settled(report('0', 'fail'))).told).toBe(
      'round_settled, in_round → fail',
    );
  });

  test('refuses to advance in a state that it is not in, and names the one it is in', () => {
    const { refusal } = when(given(created(stepping), ...begun, halted('starting')), {
      type: 'advance',
      in: 'in_round',
    });
    expect(refusal).toEqual({ code: 'conflict', message: 'the contest is in starting, not in in_round' });
  });

  test('ends when auto_advance is set: what is due follows, and the child is told to proceed', () => {
    const adjusted: ContestCommand = { type: 'adjust', settings: { auto_advance: true } };
    const atWork = when(given(created(stepping), ...playing), adjusted);
    expect(effectsInWords(atWork.effects)).toEqual(['tell round/0 proceed']);
    expect(when(given(created(stepping), ...played, halted('in_round')), adjusted).told).toBe(
      'adjusted, in_round → check_end, check_end → create_round, create_round → in_round',
    );
  });
});

describe('pause and resume', () => {
  test('what comes in meanwhile is kept, and resuming goes on from it', () => {
    const paused = when(given(created(), ...playing), { type: 'pause' });
    const heard = when(paused.state, settled(report('0', 'complete', outcomeOf())));
    expect(heard.told).toBe('round_settled, halted');
    expect(when(heard.state, { type: 'resume' }).told).toBe(
      'resumed, in_round → check_end, check_end → create_round, create_round → in_round',
    );
  });

  test('resuming tells the child that is at work', () => {
    const { effects } = when(given(created(), ...playing, { type: 'paused' }), { type: 'resume' });
    expect(effectsInWords(effects)).toEqual(['tell round/0 proceed']);
  });
});

describe('cancelling', () => {
  test('answers when it is done: at once where nobody is at work', () => {
    const { reply, effects } = when(given(created(), ...begun), { type: 'cancel' }, { commandId: 'who-wants-it' });
    expect(reply).toBe('later');
    expect(effects).toContainEqual({ type: 'reply', commandId: 'who-wants-it', reply: null });
  });

  test.each(['complete', 'fail', 'cancelled'] as const)('waits for the round, however that ends: %s', (outcome) => {
    const requested = when(given(created(), ...playing), { type: 'cancel' }, { commandId: 'who-wants-it' });
    expect(requested.reply).toBe('later');
    expect(effectsInWords(requested.effects)).toEqual(['tell round/0 cancel']);
    const { told, state, effects } = when(
      requested.state,
      settled(report('0', outcome, outcome === 'complete' ? outcomeOf() : undefined)),
    );
    expect(told).toBe('round_settled, in_round → cancelled');
    expect(state).toMatchObject({ state: 'cancelled', error: 'cancelled on request' });
    expect(effectsInWords(effects)).toContain('reply to who-wants-it');
  });

  test('in the role call tells the seats that are being checked', () => {
    const { effects } = when(given(created(), ...called), { type: 'cancel' }, { commandId: 'who-wants-it' });
    expect(effectsInWords(effects)).toEqual([
      ...everybody.map(({ id }) => `tell participant/${id} cancel`),
      'reply to who-wants-it',
    ]);
  });

  test('asked for twice is refused the second time, and nothing once it is done', () => {
    const requested = when(given(created(), ...playing), { type: 'cancel' });
    expect(when(requested.state, { type: 'cancel' }).refusal?.message).toBe('the contest is being cancelled already');
    const done = when(requested.state, settled(report('0', 'cancelled')));
    expect(when(done.state, { type: 'cancel' }).told).toBe('nothing');
  });
});

describe('retrying', () => {
  test('goes back to where it failed and tells the child which order this is', () => {
    const { told, state, effects } = when(given(created(), ...failed), { type: 'retry' });
    expect(told).toBe('fail → in_round');
    expect(state).toMatchObject({ state: 'in_round', retries: 1, error: null, end_time: null, failed_in: null });
    expect(effects).toMatchObject([{ command: { type: 'retry', number: 1 } }, { command: { type: 'proceed' } }]);
  });

  test('takes no failure from before the order for an answer to it', () => {
    const { state } = when(given(created(), ...failed), { type: 'retry' });
    expect(when(state, settled(report('0', 'fail'))).told).toBe('nothing');
    expect(when(state, settled(report('0', 'fail', { message: 'mute again', retries: 1 }))).told).toBe(
      'round_settled, in_round → fail',
    );
  });
});

describe('adjusting', () => {
  test.each([
    ['role_call', 'role_call'],
    ['complete', 'complete'],
    ['fail', 'fail'],
  ])('is refused in %s, which it names', (name, state) => {
    const { refusal } = when(states[name] ?? given(), { type: 'adjust', settings: { max_rounds: 9 } });
    expect(refusal?.code).toBe('conflict');
    expect(refusal?.message).toContain(state);
  });

  test('cannot end the contest before rounds that have begun', () => {
    const inSecond = given(
      created(stepping),
      ...played,
      moved('in_round', 'check_end'),
      moved('check_end', 'create_round'),
      moved('create_round', 'in_round', 1),
    );
    expect(when(inSecond, { type: 'adjust', settings: { max_rounds: 1 } }).told).toBe('invalid');
    expect(when(inSecond, { type: 'adjust', settings: { max_rounds: 2 } }).told).toBe('adjusted');
  });
});

describe('the end', () => {
  const endAfter = (result: Partial<RoundOutcome>, changes: PlanChanges = {}, before: ContestEvent[] = []) => {
    const { state } = when(
      given(created(changes), ...playing, ...before),
      settled(report('0', 'complete', outcomeOf(result))),
    );
    const contest = state as ExistingContest;
    return { state: contest.state, winner: contest.winner_id, reason: contest.end_reason };
  };
  const scores = (first: number, second: number) => ({ standing: [standing(ada.id, first), standing(bob.id, second)] });
  const goesOn = { state: 'in_round', winner: null, reason: null };
  const won = (winner: string, reason: string) => ({ state: 'complete', winner, reason });
  const drawn = { state: 'complete', winner: null, reason: 'draw' };
  const oneRound: PlanChanges = { settings: { max_rounds: 1 } };
  const oneFaultOut: PlanChanges = { settings: { max_faults: 1 } };

  test.each<[string, Partial<RoundOutcome>, PlanChanges, object]>([
    ['below the winning score it goes on', scores(99, 98), {}, goesOn],
    ['at the winning score the highest wins', scores(99, 100), {}, won(bob.id, 'score')],
    ['above the winning score the highest wins', scores(180, 170), {}, won(ada.id, 'score')],
    ['two alike at the winning score draw', scores(120, 120), {}, drawn],
    [
      'whom the judge names wins, whatever the scores',
      { ...scores(150, 0), winner_id: bob.id },
      {},
      won(bob.id, 'winner_named'),
    ],
    ['after the last round the highest wins', scores(1, 2), oneRound, won(bob.id, 'max_rounds')],
    ['after the last round two alike draw', scores(2, 2), oneRound, drawn],
    ['scores may be negative', scores(-5, -2), oneRound, won(bob.id, 'max_rounds')],
    [
      'whoever is out does not win by score',
      { ...scores(200, 100), failed_seats: [ada.id] },
      oneFaultOut,
      won(bob.id, 'score'),
    ],
    [
      'whoever is out is no reason to draw',
      { ...scores(100, 100), failed_seats: [ada.id] },
      oneFaultOut,
      won(bob.id, 'score'),
    ],
    [
      'whoever is out does not win by being named',
      { ...scores(0, 0), winner_id: ada.id, failed_seats: [ada.id] },
      oneFaultOut,
      goesOn,
    ],
    [
      'nobody left',
      { ...scores(100, 0), failed_seats: [ada.id, bob.id] },
      oneFaultOut,
      { state: 'complete', winner: null, reason: 'no_players' },
    ],
    ['a fault that leaves some is only counted', { ...scores(1, 0), failed_seats: [ada.id] }, {}, goesOn],
  ])('%s', (_name, result, changes, expected) => {
    expect(endAfter(result, changes)).toEqual(expected);
  });

  test('failures add up over the rounds, and the seat is told that it is out', () => {
    const before = given(
      created(),
      ...playing,
      roundSettled({ failed_seats: [ada.id] }),
      moved('in_round', 'check_end'),
      moved('check_end', 'create_round'),
      moved('create_round', 'in_round', 1),
    );
    const { effects } = when(
      before,
      settled(report('1', 'complete', outcomeOf({ round_no: 1, failed_seats: [ada.id] }))),
      {
        scope: scopeOf({ [`${contestRoot}/round/1`]: { ...finishedRound, round_no: 1 } }),
      },
    );
    expect(effects[0]).toMatchObject({
      to: `${contestRoot}/participant/${ada.id}`,
      command: { type: 'round_result', round_no: 1, failures: 2, out: true },
    });
  });
});

describe('after a restart a contest owes', () => {
  test.each<[string, string[]]>([
    ['created', []],
    ['role_call', everybody.map(({ id }) => `tell participant/${id} check`)],
    ['setup_arena', ['tell setup proceed']],
    ['in_round', ['tell round/0 proceed']],
    ['in_round, being cancelled', ['tell round/0 cancel']],
    ['in_round, settled, halted', [`tell participant/${ada.id} round_result`]],
    ['complete', [`tell participant/${ada.id} round_result`]],
    ['fail', []],
    ['cancelled', []],
  ])('in %s: %j', (name, owed) => {
    expect(effectsInWords(contestMachine.owed(states[name] ?? given(), scope))).toEqual(owed);
  });

  test.each<[string, string]>([
    ['created', 'resting'],
    ['starting, halted', 'resting'],
    ['role_call', 'active'],
    ['in_round', 'active'],
    ['in_round, stepping', 'resting'],
    ['in_round, being cancelled', 'active'],
    ['fail', 'resting'],
    ['complete', 'final'],
    ['cancelled', 'final'],
  ])('in %s it is %s', (name, activity) => {
    expect(contestMachine.activity(states[name] ?? given())).toBe(activity);
  });
});
