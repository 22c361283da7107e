/** The course of a contest: starting, the role call, stepping, pausing, cancelling, retrying and adjusting. */
import { describe, expect, test } from 'vitest';
import type { ContestCommand } from '../../src/actors/contest/state.ts';
import {
  begun,
  called,
  created,
  everybody,
  failed,
  given,
  halted,
  moved,
  outcomeOf,
  played,
  playing,
  report,
  settled,
  states,
  stepping,
  when,
} from './contest-given.ts';
import { ada, announcer, bob, judge, maker, type PlanChanges } from './making.ts';
import { effectsInWords } from './specification.ts';

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

  test('asked for by another command is refused while it is under way, and nothing once it is done', () => {
    const requested = when(given(created(), ...playing), { type: 'cancel' }, { commandId: 'who-wants-it' });
    const second = when(requested.state, { type: 'cancel' }, { commandId: 'somebody-else' });
    expect(second.refusal?.message).toBe('the contest is being cancelled already');
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
