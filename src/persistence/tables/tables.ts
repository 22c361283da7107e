/** Reads the tables for people. Every read first waits until they show all that is committed. */
import { z } from 'zod';
import { finalJobStates } from '../../protocol/states.ts';
import type { NativeDatabase } from '../database/native.ts';
import type { Writer } from '../writing/writer.ts';
import { type Listed, type ListQuery, listRows } from './list-query.ts';
import type { Projector } from './projector.ts';
import {
  type ContestRow,
  contestRowSchema,
  type GenerationRow,
  generationRowSchema,
  type JobRow,
  jobRowSchema,
} from './table-rows.ts';

export interface JobQuery extends ListQuery {
  /** Only those that are not final. */
  readonly open?: boolean;
}

export interface Tables {
  /** Contests that were not deleted, oldest first. */
  contests(query?: ListQuery): Promise<ContestRow[]>;
  contest(id: string): Promise<ContestRow | null>;
  /** Jobs that were not deleted, nor their contest: all that are final, and of those made from outside the open ones too. */
  jobs(query?: JobQuery): Promise<JobRow[]>;
  job(id: string): Promise<JobRow | null>;
  /** Generations that were not deleted, in the words of jobs but for the columns of `where`. */
  generations(query?: JobQuery): Promise<GenerationRow[]>;
  /** Where jobs of these ids are or were, deleted ones too. */
  jobStreams(ids: readonly string[]): Promise<{ id: string; stream: string }[]>;
}

/**
 * A contest's position counts entries of all its machines, and how its seats are is known to each of them: its own state does
 * not know it all, the journal and the table of seats do.
 */
const contestColumns = `*, (select max(root_seq) from entry where root = 'contest/' || contest.key) as position,
  (select json_group_array(json_object(
     'id', participant_id, 'state', state, 'faults_count', faults_count, 'last_latency_ms', last_latency_ms
   )) from seat where contest_id = contest.key) as seats`;

const notFinal = `state not in (${finalJobStates.map((state) => `'${state}'`).join(', ')})`;
/** A tree of jobs is deleted at its top, and a contest with its jobs. The root of a job is `<model>/<id>`. */
const ofNothingDeleted = `not exists (select 1 from job as top where top.key = substr(job.root, 5) and top.deleted_at is not null)
  and not exists (select 1 from contest where contest.key = job.contest_id and contest.deleted_at is not null)`;

const contestList: Listed = {
  table: 'contest',
  columns: contestColumns,
  condition: 'deleted_at is null',
  orderedBy: ['created_at', 'key'],
};
const jobList: Listed = { table: 'job', condition: ofNothingDeleted, orderedBy: ['created_at', 'key'] };
const generationList: Listed = {
  table: 'generatejob',
  condition: 'deleted_at is null',
  orderedBy: ['started_at', 'key'],
};

export function createTables(options: { native: NativeDatabase; writer: Writer; projector: Projector }): Tables {
  const { native, writer, projector } = options;

  async function select(list: Listed, query: ListQuery): Promise<unknown[]> {
    await projector.waitFor();
    return writer.read(() => listRows(native, list, query));
  }

  const contests = async (query: ListQuery = {}) => z.array(contestRowSchema).parse(await select(contestList, query));
  const jobs = async ({ open, ...query }: JobQuery = {}) =>
    z.array(jobRowSchema).parse(await select(open ? openOf(jobList) : jobList, query));

  return {
    contests,
    contest: async (id) => (await contests({ where: { key: id } }))[0] ?? null,
    jobs,
    job: async (id) => (await jobs({ where: { key: id } }))[0] ?? null,
    generations: async ({ open, ...query } = {}) =>
      z.array(generationRowSchema).parse(await select(open ? openOf(generationList) : generationList, query)),
    async jobStreams(ids) {
      await projector.waitFor();
      return writer.read(
        () =>
          native
            .prepare('select key as id, stream from job where key in (select value from json_each(?))')
            .all(JSON.stringify(ids)) as { id: string; stream: string }[],
      );
    },
  };
}

function openOf(list: Listed): Listed {
  return { ...list, condition: `${list.condition} and ${notFinal}` };
}
