/** Which transition of a contest follows each of its states, once nothing stands in the way any more; and how it ends. Pure. */
import type { ContestStateName, EndReason } from '../../protocol/states.ts';
import { type ContestEvent, type ExistingContest, isOut, playersOf, seatsToCall } from './state.ts';

export type Moved = Extract<ContestEvent, { type: 'moved' }>;

/** The transition that nothing stands in the way of, or null while the contest waits. */
export function dueTransition(contest: ExistingContest): Moved | null {
  const to = (state: ContestStateName, more: Partial<Moved> = {}): Moved => ({
    type: 'moved',
    from: contest.state,
    to: state,
    ...more,
  });
  if (contest.cancelled_by !== null) return null;
  switch (contest.state) {
    case 'starting':
      return to('role_call');
    case 'role_call':
      return afterRoleCall(contest, to);
    case 'setup_arena':
      if (contest.child?.outcome === 'fail') return to('fail', { error: contest.child.message });
      return contest.child ? to('in_round', { round_no: 0 }) : null;
    case 'in_round':
      if (contest.child?.outcome === 'fail') return to('fail', { error: contest.child.message });
      return contest.child ? to('check_end') : null;
    case 'check_end': {
      const end = endOf(contest);
      return end ? to('complete', end) : to('create_round');
    }
    case 'create_round':
      return to('in_round', { round_no: (contest.round_no ?? 0) + 1 });
    default:
      return null;
  }
}

function afterRoleCall(
  contest: ExistingContest,
  to: (state: ContestStateName, more?: Partial<Moved>) => Moved,
): Moved | null {
  const called = seatsToCall(contest);
  if (called.some((seat) => !contest.checks[seat.id])) return null;
  const absent = called.filter((seat) => !contest.checks[seat.id]?.ready);
  // A contest that has rounds behind it needs no setup: it goes on as one whose newest round has just ended.
  if (absent.length === 0) return contest.round_no === null ? to('setup_arena') : to('check_end');
  const names = absent.map(
    (seat) => `${seat.name} (${seat.role}, ${seat.id}): ${contest.checks[seat.id]?.message ?? ''}`,
  );
  return to('fail', { error: `absent at the role call: ${names.join('; ')}` });
}

/** How the contest ends after its last round, or null when it goes on. */
function endOf(contest: ExistingContest): { winner_id: string | null; end_reason: EndReason } | null {
  const round = contest.last_round;
  if (!round) return null;
  if (round.winner_id && !isOut(contest, round.winner_id))
    return { winner_id: round.winner_id, end_reason: 'winner_named' };
  const standing = round.standing.filter(({ id }) => !isOut(contest, id)).sort((a, b) => b.score - a.score);
  const [best, second] = standing;
  if (!best || playersOf(contest).length === 0) return { winner_id: null, end_reason: 'no_players' };
  const byScore = (reason: EndReason) =>
    second?.score === best.score
      ? ({ winner_id: null, end_reason: 'draw' } as const)
      : { winner_id: best.id, end_reason: reason };
  if (best.score >= contest.settings.winning_score) return byScore('score');
  if (round.round_no + 1 >= contest.settings.max_rounds) return byScore('max_rounds');
  return null;
}
