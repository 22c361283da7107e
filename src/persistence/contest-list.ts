/** The list of contests, read from the table: each as it is shown, without its rounds. */
import { z } from 'zod';
import type { ContestFilter } from '../actors/contests.ts';
import { type ContestSummary, contestSummarySchema } from '../protocol/contest.ts';
import type { Tables } from './tables.ts';

export async function listContests(
  tables: Tables,
  { order = 'oldest', limit, offset, ...fields }: ContestFilter,
): Promise<ContestSummary[]> {
  const where = Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[columnOf(name), value]])),
  );
  const rows = await tables.contests({
    where,
    order,
    ...(limit === undefined ? {} : { limit }),
    ...(offset === undefined ? {} : { offset }),
  });
  return z.array(contestSummarySchema).parse(rows);
}

function columnOf(field: string): string {
  return field === 'id' ? 'key' : field;
}
