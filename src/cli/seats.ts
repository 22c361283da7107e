/** Finds the seat of a contest that a person means, by id or name. */
import type { ContestDocument } from '../protocol/contest.ts';
import { UsageError } from './context.ts';

/** Throws `UsageError`, which names those that there are. */
export function seatNamed(contest: ContestDocument, named: string): ContestDocument['participants'][number] {
  const seat = contest.participants.find(({ id, name }) => id === named || name === named);
  if (seat) return seat;
  const names = contest.participants.map(({ id, name }) => `${name} (${id})`).join(', ');
  throw new UsageError(`${contest.id} has no seat ${named}. There are: ${names}.`);
}
