/** The participant machine, state by state: the health check, what rounds tell of the seat, and being out. */
import { describe, expect, test } from 'vitest';
import { evolveContest } from '../../src/actors/contest/evolve.ts';
import type { ContestState } from '../../src/actors/contest/state.ts';
import { participantMachine } from '../../src/actors/participant/machine.ts';
import type { ExistingParticipant, ParticipantCommand, ParticipantState } from '../../src/actors/participant/state.ts';
import type { ChildNotice } from '../../src/actors/runtime/machine.ts';
import { ada, contestId, contestRoot, planOf, scopeOf } from './making.ts';
import { effectsInWords, specify } from './specification.ts';

const contest = evolveContest(
  { state: 'none', id: contestId } as ContestState,
  { type: 'contest_created', origin: null, ...planOf() },
  0,
);
const { given, when } = specify(
  participantMachine,
  `${contestRoot}/participant/${ada.id}`,
  scopeOf({ [contestRoot]: contest }),
);
const create: ParticipantCommand = { type: 'create' };

function checked(seat: ParticipantState, outcome: ChildNotice['outcome'], message = ''): ParticipantCommand {
  const child = seat.state === 'none' ? '' : (seat.job_id ?? '');
  return { type: 'children_settled', children: [{ child, outcome, result: { message, latency_ms: 12, faults: [] } }] };
}
const roundResult = (roundNo: number, out = false): ParticipantCommand => ({
  type: 'round_result',
  round_no: roundNo,
  play: 1,
  latency_ms: 40,
  faults: 2,
  failures: 1,
  out,
});

const checking = when(given(), create).state;
const ready = when(checking, checked(checking, 'complete')).state;
const absent = when(checking, checked(checking, 'fail', 'timeout')).state;
const out = when(ready, roundResult(0, true)).state;
const states: Record<string, ParticipantState> = { checking, ready, absent, out };

const commands: Record<string, ParticipantCommand> = {
  create,
  'check 0': { type: 'check', number: 0 },
  'check 1': { type: 'check', number: 1 },
  'the result of round 0': roundResult(0),
  'the result of round 1': roundResult(1),
  'the result of round 1, out': roundResult(1, true),
  cancel: { type: 'cancel' },
  'news of a stranger': { type: 'children_settled', children: [{ child: 'x', outcome: 'complete', result: null }] },
};

const noted = {
  'the result of round 0': 'round_noted',
  'the result of round 1': 'round_noted',
  'the result of round 1, out': 'round_noted',
};
/** What every command does in every state; what is not listed does nothing. */
const table: Record<string, Record<string, string>> = {
  checking: { ...noted, cancel: 'checking → absent' },
  ready: { ...noted, 'the result of round 1, out': 'round_noted, ready → out' },
  absent: { ...noted, 'check 1': 'absent → checking' },
  // Its contest says that it is not out: the round in which it was put out is played again.
  out: { 'the result of round 1': 'round_noted, out → ready', 'the result of round 1, out': 'round_noted' },
};

describe.each(Object.entries(states))('a seat that is %s', (name, state) => {
  test.each(Object.entries(commands))('when told %s', (commandName, command) => {
    expect(when(state, command).told).toBe(table[name]?.[commandName] ?? 'nothing');
  });
});

test('a seat that was not created is found by no other command', () => {
  for (const [name, command] of Object.entries(commands))
    expect({ name, told: when(given(), command).told }).toEqual({
      name,
      told: name === 'create' ? 'registered, registered → checking' : 'not_found',
    });
});

describe('the health check', () => {
  test('is one attempt within its own short time', () => {
    const { effects } = when(given(), create);
    const { health_timeout_ms: timeout } = planOf().settings;
    expect(effects).toMatchObject([
      {
        type: 'spawn',
        command: {
          spec: {
            task: { type: 'health', participant_id: ada.id, endpoint: ada.endpoint },
            max_attempts: 1,
            timeout_ms: timeout,
            ttl_ms: timeout,
          },
        },
      },
    ]);
  });

  test.each([
    ['complete', 'ready', 'complete'],
    ['fail', 'absent', 'fail'],
    ['cancelled', 'absent', 'fail'],
  ] as const)('that ends as %s makes the seat %s, and it reports %s', (outcome, becomes, reports) => {
    const { state, effects } = when(checking, checked(checking, outcome, 'so it was'));
    expect(state).toMatchObject({ state: becomes, message: 'so it was', last_latency_ms: 12 });
    expect(effects.at(-1)).toMatchObject({
      type: 'notify',
      notice: { child: ada.id, outcome: reports, result: { message: 'so it was', check_no: 0 } },
    });
  });

  test('is made again on the next order, with a job of its own', () => {
    const later = { scope: scopeOf({ [contestRoot]: contest }, 60) };
    const { state } = when(absent, { type: 'check', number: 1 }, later);
    expect(state).toMatchObject({ state: 'checking', check_no: 1 });
    expect((state as ExistingParticipant).job_id).not.toBe((absent as ExistingParticipant).job_id);
    expect(when(state, checked(absent, 'complete')).told).toBe('nothing');
  });

  test('is cancelled with the contest', () => {
    const { effects } = when(checking, { type: 'cancel' });
    expect(effectsInWords(effects)).toEqual([
      `tell participant/${ada.id}/${(checking as ExistingParticipant).job_id} cancel`,
      'report fail',
    ]);
  });
});

test('each round counts once, in order', () => {
  const once = when(ready, roundResult(0)).state;
  expect(when(once, roundResult(0)).told).toBe('nothing');
  expect(when(once, roundResult(1)).state).toMatchObject({
    faults: 4,
    failures: 1,
    noted: { round_no: 1, faults: 2 },
    last_latency_ms: 40,
  });
});

test('the faults of the setup count, and those that a retry of the setup or of a round has added', () => {
  const told = (roundNo: number | null, faults: number): ParticipantCommand => ({
    type: 'round_result',
    round_no: roundNo,
    play: 1,
    latency_ms: null,
    faults,
    failures: 0,
    out: false,
  });
  const commands = [told(null, 1), told(null, 1), told(null, 3), told(0, 2), told(null, 9), told(0, 5)];
  let seat = ready;
  const counts = commands.map((command) => {
    seat = when(seat, command).state;
    return (seat as ExistingParticipant).faults;
  });
  expect(counts).toEqual([1, 1, 3, 5, 5, 8]);
});

test.each<[string, string[], string]>([
  ['checking', [], 'active'],
  ['ready', ['report complete'], 'resting'],
  ['absent', ['report fail'], 'resting'],
  ['out', [], 'resting'],
])('after a restart a seat that is %s owes %j and is %s', (name, owed, activity) => {
  const state = states[name] ?? given();
  expect(effectsInWords(participantMachine.owed(state, scopeOf({})))).toEqual(owed);
  expect(participantMachine.activity(state)).toBe(activity);
});
