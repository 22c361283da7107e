/**
 * Jobs as the table keeps them, found by their ids and listed: without those that were deleted, or whose contest was. Generations
 * are listed where they are asked for; all that is known of one is in the table of generations.
 */
import { z } from 'zod';
import type { JobFilter, JobTable, KeptJob } from '../../actors/jobs.ts';
import { ArenaError } from '../../protocol/errors.ts';
import { jobResponseSchema, jobSummarySchema } from '../../protocol/jobs.ts';
import { isFinalJobState } from '../../protocol/states.ts';
import type { Cell } from '../database/native.ts';
import type { JobRow } from './table-rows.ts';
import type { JobQuery, Tables } from './tables.ts';

export function createJobTable(tables: Tables): JobTable {
  return {
    async job(id) {
      const row = await tables.job(id);
      if (row) return keptJob(row);
      const generations = await tables.generations({ where: { key: id } });
      if (generations.length > 0) throw isGeneration(id);
      return null;
    },
    streamsOf: (ids) => tables.jobStreams(ids),
    async list(filter) {
      const { type, top = false } = filter;
      const outermost = top ? null : undefined;
      const { contest_id = outermost, parent_id = outermost } = filter;
      const rows =
        type === 'generate'
          ? tables.generations(queryOf(filter, { contest_id, job_id: parent_id }))
          : tables.jobs(queryOf(filter, { type, contest_id, parent_id }));
      return z.array(jobSummarySchema).parse(await rows);
    },
  };
}

function queryOf(
  { state, order, limit, offset }: JobFilter,
  columns: Readonly<Record<string, Cell | undefined>>,
): JobQuery {
  const open = state === 'pending';
  return { where: { ...columns, state: open ? undefined : state }, open, order, limit, offset };
}

function isGeneration(id: string): ArenaError {
  const message = `there is no job ${id}, but a generation by a model: see generatejob ${id}`;
  return new ArenaError({ code: 'not_found', message });
}

function keptJob(row: JobRow): KeptJob {
  const { state, stream } = row;
  const ended = state === 'complete' ? 'complete' : 'fail';
  const shown = isFinalJobState(state) ? ended : 'pending';
  return {
    stream: z.string().parse(stream),
    summary: jobSummarySchema.parse(row),
    response: jobResponseSchema.parse({ ...row, state: shown, message: shown === 'pending' ? '' : row.message }),
  };
}
