/** Lists of jobs: those that have a row in the table, and the open ones of contests, which have none yet. */
import { ArenaError } from '../../protocol/errors.ts';
import type { JobSummary } from '../../protocol/jobs.ts';
import { isFinalJobState } from '../../protocol/states.ts';
import { contestOf, rootOf } from '../address.ts';
import type { JobFilter, JobTable } from '../jobs.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { jobSummary } from './document.ts';
import type { JobsInMemory } from './jobs-in-memory.ts';
import { jobIn } from './reading.ts';
import { isFinalJob } from './state.ts';

export interface JobListingOptions {
  readonly runtime: Pick<Runtime, 'read'>;
  readonly inMemory: Pick<JobsInMemory, 'ofContests'>;
  readonly table: Pick<JobTable, 'list'>;
}

export function createJobListing(options: JobListingOptions): (filter: JobFilter) => Promise<JobSummary[]> {
  const { runtime, inMemory, table } = options;

  /** Open jobs of contests have no row yet, so that they cost a contest none: they are read off its states. */
  async function openOfContests(filter: JobFilter): Promise<JobSummary[]> {
    const roots = Map.groupBy(inMemory.ofContests(), rootOf);
    const found: JobSummary[] = [];
    for (const [id, addresses] of roots) {
      if (filter.contest_id !== undefined && contestOf(id) !== filter.contest_id) continue;
      const root = await runtime.read(id).catch(nullIfDamaged);
      for (const address of addresses) {
        const job = root && jobIn(root, address);
        if (job && !isFinalJob(job)) found.push(jobSummary(address, job));
      }
    }
    return found.filter((one) => isListed(one, filter));
  }

  return async (filter) => {
    const open = filter.top || isFinalJobState(filter.state ?? null) ? [] : await openOfContests(filter);
    if (open.length === 0) return table.list(filter);
    const { offset, limit } = filter;
    const kept = await table.list({ ...filter, offset: 0, limit: offset + limit });
    const known = new Set(kept.map(({ job_id }) => job_id));
    const sign = filter.order === 'oldest' ? 1 : -1;
    return [...kept, ...open.filter(({ job_id }) => !known.has(job_id))]
      .sort((a, b) => sign * (a.created_at - b.created_at || (a.job_id < b.job_id ? -1 : 1)))
      .slice(offset, offset + limit);
  };
}

/** A contest that cannot be read says so itself, and takes the jobs of no other off the list. */
function nullIfDamaged(error: unknown): null {
  if (error instanceof ArenaError && error.code === 'conflict') return null;
  throw error;
}

function isListed(job: JobSummary, { state, type, contest_id, parent_id }: JobFilter): boolean {
  const isOfState = state === undefined || state === 'pending' || job.state === state;
  return (
    isOfState &&
    (type === undefined || job.type === type) &&
    (contest_id === undefined || job.contest_id === contest_id) &&
    (parent_id === undefined || job.parent_id === parent_id)
  );
}
