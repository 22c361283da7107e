/** A round that is played again, and states that come from another contest: given, when, then for contest, round, seat and setup. */
import { describe, expect, test } from 'vitest';
import { contestMachine } from '../../src/actors/contest/machine.ts';
import type { ContestState } from '../../src/actors/contest/state.ts';
import { participantMachine } from '../../src/actors/participant/machine.ts';
import type { ExistingParticipant } from '../../src/actors/participant/state.ts';
import { roundMachine } from '../../src/actors/round/machine.ts';
import type { RoundCommand, RoundState } from '../../src/actors/round/state.ts';
import * as contests from './contest-given.ts';
import { ada, contestRoot, scopeOf } from './making.ts';
import * as rounds from './round-given.ts';
import { effectsInWords, specify } from './specification.ts';

describe('a contest told to play round 0 again', () => {
  const back = (from: string) => `round_restarted, ${from} → in_round`;
  /** What is not listed is refused as a conflict, or, before there is a round, as not found. */
  const table: Record<string, string> = {
    in_round: 'round_restarted',
    'in_round, stepping': 'round_restarted',
    'in_round, settled, halted': 'round_restarted',
    'in_round, paused': 'round_restarted',
    'in_round, settled, paused, halted': 'round_restarted',
    'check_end, halted': back('check_end'),
    'create_round, halted': back('create_round'),
    fail: back('fail'),
  };
  const again = { type: 'restart_round', round_no: 0 } as const;

  test.each(Object.entries(contests.states))('in %s', (name, state) => {
    const known = (state as { round_no: number | null }).round_no !== null;
    expect(contests.when(state, again).told).toBe(table[name] ?? (known ? 'conflict' : 'not_found'));
  });

  test('takes back what the play counted, and orders seats and round', () => {
    const { created, given, when, played, outcomeOf } = contests;
    const settled = { type: 'round_settled', outcome: { outcome: 'complete' } } as const;
    const state = given(
      created(contests.stepping),
      ...played.slice(0, -1),
      { ...settled, result: outcomeOf({ failed_seats: [ada.id] }) },
      contests.halted('in_round'),
    );
    expect(state).toMatchObject({ failures: { [ada.id]: 1 } });
    const { state: after, effects } = when(state, again);
    expect(after).toMatchObject({ failures: {}, last_round: null, play: 2, child: null, halted: false });
    expect(effectsInWords(effects)).toEqual([
      `tell participant/${ada.id} round_result`,
      'tell round/0 restart',
      'tell round/0 proceed',
    ]);
    expect(effectsInWords(contestMachine.owed(after, contests.scope))).toEqual(effectsInWords(effects));
  });

  test('does not take the report of the play before for one of the new play', () => {
    const { states, when, settled, report, outcomeOf } = contests;
    const after = when(states.in_round as ContestState, again).state;
    const told = (play: number) => when(after, settled(report('0', 'complete', outcomeOf({ play })))).told;
    expect(told(1)).toBe('nothing');
    expect(told(2)).toMatch(/^round_settled, in_round → check_end/);
  });
});

describe('a round told to be played again', () => {
  const { awaiting, judging, complete, failed, halted, cancelling, stopped, when } = rounds;
  const restart = (play: number): RoundCommand => ({ type: 'restart', play });
  const begins = 'idle → in_progress, in_progress → round_prompting, round_prompting → awaiting_actions';

  test.each<[string, RoundState, string]>([
    ['idle, halted', halted, `idle → idle, ${begins}`],
    ['awaiting_actions', awaiting, 'restart_requested'],
    ['judging_actions', judging, 'restart_requested'],
    ['round_complete', complete, `round_complete → idle, ${begins}`],
    ['round_fail', failed, `round_fail → idle, ${begins}`],
    ['judging_actions, being cancelled', cancelling, 'nothing'],
    ['judging_actions, stopped', stopped, 'nothing'],
  ])('in %s', (_name, state, told) => {
    expect(when(state, restart(2)).told).toBe(told);
    expect(when(state, restart(1)).told).toBe('nothing');
    expect(when(when(state, restart(2)).state, restart(2)).told).toBe('nothing');
  });

  test('withdraws what it is asking, owes that after a restart, and begins when it has settled', () => {
    const { state, effects } = when(judging, restart(2));
    expect(effectsInWords(effects)).toEqual([expect.stringMatching(/^tell round\/0\/.* cancel$/)]);
    expect(effectsInWords(roundMachine.owed(state, scopeOf({})))).toEqual(effectsInWords(effects));
    for (const command of [{ type: 'proceed' }, { type: 'advance' }, { type: 'retry', number: 1 }] as RoundCommand[])
      expect(when(state, command).told).toBe('nothing');
    const begun = when(state, rounds.batch(state, [], 'cancelled'));
    expect(begun.told).toBe(`judging_actions → idle, ${begins}`);
    expect(begun.state).toMatchObject({ play: 2, restarting: null, actions: [], rulings: [], seats: [] });
  });

  test('and then to stop, stops, and reports the play that it was to begin', () => {
    const stopping = when(when(judging, restart(2)).state, { type: 'cancel' }).state;
    const { told, effects } = when(stopping, rounds.batch(stopping, [], 'cancelled'));
    expect(told).toBe('stopped');
    expect(effects).toMatchObject([{ notice: { outcome: 'cancelled', result: { play: 2 } } }]);
  });
});

describe('what comes from another contest', () => {
  test('a round is taken as it was, once', () => {
    const copied = rounds.when(rounds.given(), { type: 'copy', state: rounds.complete } as RoundCommand);
    expect([copied.told, copied.effects]).toEqual(['copied', []]);
    expect(copied.state).toEqual(rounds.complete);
    expect(rounds.when(copied.state, { type: 'copy', state: rounds.complete } as RoundCommand).told).toBe('nothing');
  });

  test('a seat is checked when its new contest calls the roles, unless it is out', () => {
    const { given, when } = specify(participantMachine, `${contestRoot}/participant/${ada.id}`, contests.scope);
    const scope = scopeOf({ [contestRoot]: contests.states.role_call });
    const seat = { state: 'registered', contest_id: '', id: ada.id, check_no: -1, job_id: null, message: '' };
    const played = { ...seat, last_latency_ms: 3, noted: null, faults: 2, failures: 1 } as ExistingParticipant;
    const registered = when(given(), { type: 'copy', state: played }).state;
    expect(registered).toMatchObject({ faults: 2, failures: 1 });
    const check = { type: 'check', number: 0 } as const;
    const checking = when(registered, check, { scope });
    expect(checking.told).toBe('registered → checking');
    expect(when(checking.state, check, { scope }).told).toBe('nothing');
    const out = when(given(), { type: 'copy', state: { ...played, state: 'out' } }).state;
    expect(when(out, check, { scope }).told).toBe('nothing');
  });
});
