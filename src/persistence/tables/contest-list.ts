/** The list of contests, read from the table: each as it is shown, without its rounds. */
import { z } from 'zod';
import type { ContestFilter } from '../../actors/contests.ts';
import { type ContestSummary, contestSummarySchema } from '../../protocol/contest.ts';
import type { Tables } from './tables.ts';

export async function listContests(
  tables: Tables,
  { order, limit, offset, ...fields }: ContestFilter,
): Promise<ContestSummary[]> {
  const where = Object.fromEntries(Object.entries(fields).map(([name, value]) => [columnOf(name), value]));
  return z.array(contestSummarySchema).parse(await tables.contests({ where, order, limit, offset }));
}

function columnOf(field: string): string {
  return field === 'id' ? 'key' : field;
}
