/** Every way in which a contest ends. */
import { describe, expect, test } from 'vitest';
import type { ContestEvent, ExistingContest, RoundOutcome } from '../../src/actors/contest/state.ts';
import {
  created,
  finishedRound,
  given,
  moved,
  outcomeOf,
  playing,
  report,
  roundSettled,
  settled,
  standing,
  when,
} from './contest-given.ts';
import { ada, bob, contestRoot, type PlanChanges, scopeOf } from './making.ts';

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
