/** Jobs as the table keeps them, found by their ids and listed: without those that were deleted, or whose contest was. */
import { z } from 'zod';
import type { JobFilter, JobTable, KeptJob } from '../actors/jobs.ts';
import { jobResponseSchema, jobSummarySchema } from '../protocol/jobs.ts';
import type { JobRow, Tables } from './tables.ts';

export function createJobTable(tables: Tables): JobTable {
  return {
    async job(id) {
      const row = await tables.job(id);
      return row && keptJob(row);
    },
    streamsOf: (ids) => tables.jobStreams(ids),
    async list({ state, type, contest_id, parent_id, top = false, order, limit, offset }: JobFilter) {
      const given = Object.entries({ type, contest_id, parent_id }).filter(([, value]) => value !== undefined);
      const where = {
        ...(top ? { parent_id: null, contest_id: null } : {}),
        ...(Object.fromEntries(given) as Record<string, string>),
      };
      const rows = await tables.jobs({
        where: state === undefined || state === 'pending' ? where : { ...where, state },
        ...(state === 'pending' ? { open: true } : {}),
        order,
        limit,
        offset,
      });
      return z.array(jobSummarySchema).parse(rows);
    },
  };
}

function keptJob(row: JobRow): KeptJob {
  const { state, stream } = row;
  const shown = state === 'complete' ? 'complete' : state === 'fail' || state === 'cancelled' ? 'fail' : 'pending';
  return {
    stream: z.string().parse(stream),
    summary: jobSummarySchema.parse(row),
    response: jobResponseSchema.parse({ ...row, state: shown, message: shown === 'pending' ? '' : row.message }),
  };
}
