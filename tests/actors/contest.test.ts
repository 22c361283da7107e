/** The contest machine, state by state: what every command does in it, and what it owes after a restart. */
import { describe, expect, test } from 'vitest';
import { contestMachine } from '../../src/actors/contest/machine.ts';
import type { ContestCommand, ContestPlan } from '../../src/actors/contest/state.ts';
import {
  created,
  everybody,
  given,
  playing,
  report,
  roundSettled,
  scope,
  settled,
  states,
  when,
} from './contest-given.ts';
import { ada, bob, contestRoot, planOf } from './making.ts';
import { effectsInWords } from './specification.ts';

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

test('a contest that is to start at once starts in the entry that makes it; where roles are missing it is made', () => {
  const created = (plan: ContestPlan): ContestCommand => ({ type: 'create', origin: null, start: true, ...plan });
  expect(when(given(), created(planOf())).told).toBe('contest_created, created → starting, starting → role_call');
  const stepping = planOf({ settings: { auto_advance: false } });
  expect(when(given(), created(stepping)).told).toBe('contest_created, created → starting, halted');
  expect(when(given(), created(planOf({ seats: [ada] }))).told).toBe('contest_created');
});

test('the command that asked for the cancel, sent again, is answered with it when the children have settled', () => {
  const state = states['in_round, being cancelled'] ?? given();
  if (state.state === 'none' || state.cancelled_by === null) throw new Error('it is not being cancelled');
  const context = { address: contestRoot, commandId: state.cancelled_by, at: 1, scope };
  expect(contestMachine.decide(state, { type: 'cancel' }, context)).toEqual({ events: [], reply: 'later' });
});

describe('after a restart a contest owes', () => {
  test.each<[string, string[]]>([
    ['created', []],
    ['role_call', everybody.map(({ id }) => `tell participant/${id} check`)],
    ['setup_arena', ['tell setup proceed']],
    ['in_round', ['tell round/0 proceed']],
    ['in_round, being cancelled', ['tell round/0 cancel']],
    ['in_round, settled, halted', []],
    ['complete', []],
    ['fail', []],
    ['cancelled', []],
  ])('in %s: %j', (name, owed) => {
    expect(effectsInWords(contestMachine.owed(states[name] ?? given(), scope))).toEqual(owed);
  });

  test('the result of the last round to the seats with which something went wrong, and to no other', () => {
    const seats = [
      { id: ada.id, latency_ms: 10, faults: 1 },
      { id: bob.id, latency_ms: 10, faults: 0 },
    ];
    const afterRound = given(created(), ...playing, roundSettled({ seats }));
    expect(effectsInWords(contestMachine.owed(afterRound, scope))).toEqual([`tell participant/${ada.id} round_result`]);
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
