/** Whether a contest will move again by itself. */
import type { ContestDocument } from '../../protocol/contest.ts';

const finalStates: readonly ContestDocument['state'][] = ['complete', 'fail', 'cancelled'];

/** True for a contest that is over, and for a failed one that rests until it is retried. */
export function isFinal(contest: Pick<ContestDocument, 'state'>): boolean {
  return finalStates.includes(contest.state);
}
