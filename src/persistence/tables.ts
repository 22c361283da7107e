/** Reads the tables for people. Every read first waits until they show all that is committed. */
import { z } from 'zod';
import type { TableName } from '../actors/runtime/projection.ts';
import { faultSchema } from '../protocol/contest.ts';
import { ArenaError } from '../protocol/errors.ts';
import { generationUsageSchema } from '../protocol/generate-jobs.ts';
import { type Json, jsonSchema } from '../protocol/json.ts';
import { usageSchema } from '../protocol/messages.ts';
import { finalJobStates } from '../protocol/states.ts';
import type { Cell, NativeDatabase } from './native.ts';
import type { Projector } from './projector.ts';
import type { Writer } from './writer.ts';

const text = z.string().nullable();
const whole = z.number().int().nullable();
const flag = z
  .number()
  .nullable()
  .transform((value) => value === 1);

/** A column that holds JSON as text. */
function json<Schema extends z.ZodType>(schema: Schema) {
  return text.transform((value): unknown => (value === null ? null : JSON.parse(value))).pipe(schema);
}

const contestRowSchema = z
  .object({
    key: z.string(),
    state: z.string(),
    paused: flag,
    arena_id: text,
    arena_name: text,
    arena: json(jsonSchema),
    participants: json(
      z
        .array(z.looseObject({ id: z.string() }))
        .nullable()
        .transform((list) => list ?? []),
    ),
    auto_advance: flag,
    max_rounds: whole,
    winning_score: whole,
    seed: whole,
    current_round: whole,
    winner_id: text,
    end_reason: text,
    start_time: whole,
    end_time: whole,
    error: text,
    newest_position: whole,
    seats: json(z.array(z.looseObject({ id: z.string() }))),
    created_at: whole,
  })
  .transform(({ key, newest_position, seats, participants, ...contest }) => ({
    id: key,
    ...contest,
    participants: participants.map((one) =>
      seatShown(
        one,
        seats.find((seat) => seat.id === one.id),
      ),
    ),
    position: newest_position ?? 0,
  }));
export type ContestRow = z.output<typeof contestRowSchema>;

/** What the contest knows of a seat and what the seat knows of itself; how fast it is, the contest knows better once it plays. */
function seatShown<Known extends { id: string; last_latency_ms?: unknown }>(known: Known, seat: Known | undefined) {
  return { ...known, ...seat, last_latency_ms: known.last_latency_ms ?? seat?.last_latency_ms ?? null };
}

const jobRowSchema = z
  .object({
    key: z.string(),
    root: text,
    stream: text,
    parent_id: text,
    contest_id: text,
    round_no: whole,
    type: text,
    state: text,
    participant_id: text,
    prompt_type: text,
    method: text,
    url: text,
    channel: text,
    attempts: whole,
    faults: json(
      z
        .array(faultSchema)
        .nullable()
        .transform((list) => list ?? []),
    ),
    message: text,
    data: json(jsonSchema),
    request_data: json(jsonSchema),
    child_data: json(z.array(jsonSchema).nullable()),
    usage: json(usageSchema.nullable()),
    latency_ms: whole,
    created_at: whole,
    ended_at: whole,
  })
  .transform(({ key, ...job }) => ({ job_id: key, ...job }));
export type JobRow = z.output<typeof jobRowSchema>;

/** A generation as one more job of the list: below the job that it answers. */
const generationRowSchema = z
  .object({
    key: z.string(),
    job_id: text,
    contest_id: text,
    state: text,
    participant_id: text,
    prompt_type: text,
    tries: whole,
    message: text,
    usage: json(generationUsageSchema.nullable()),
    latency_ms: whole,
    started_at: whole,
    finished_at: whole,
  })
  .transform(({ key, job_id, tries, usage, started_at, finished_at, ...generation }) => ({
    ...generation,
    // A price that is not known is left out, as agents leave it out.
    usage: usage && { ...usage, cost_usd: usage.cost_usd ?? undefined },
    job_id: key,
    type: 'generate',
    parent_id: job_id,
    method: null,
    url: null,
    channel: null,
    attempts: tries,
    created_at: started_at,
    ended_at: finished_at,
  }));
export type GenerationRow = z.output<typeof generationRowSchema>;

export interface TableQuery {
  /** At most 1,000 when left out. */
  readonly limit?: number;
  readonly offset?: number;
  /** Columns that must have these values; a column that is not there is refused with `invalid`. */
  readonly where?: Readonly<Record<string, Cell>>;
  /** Oldest first when left out. */
  readonly order?: 'oldest' | 'newest';
}

export interface JobQuery extends TableQuery {
  /** Only those that are not final. */
  readonly open?: boolean;
}

export interface Tables {
  /** Contests that were not deleted, oldest first. */
  contests(query?: TableQuery): Promise<ContestRow[]>;
  contest(id: string): Promise<ContestRow | null>;
  /** Jobs that were not deleted, nor their contest: all that are final, and of those made from outside the open ones too. */
  jobs(query?: JobQuery): Promise<JobRow[]>;
  job(id: string): Promise<JobRow | null>;
  /** Generations that were not deleted, in the words of jobs but for the columns of `where`. */
  generations(query?: JobQuery): Promise<GenerationRow[]>;
  /** Where jobs of these ids are or were, deleted ones too. */
  jobStreams(ids: readonly string[]): Promise<{ id: string; stream: string }[]>;
  /** Rows of any table as they are kept, in order of their keys. */
  rows(table: TableName, query?: TableQuery): Promise<Record<string, Json>[]>;
}

/**
 * A contest's position counts entries of all its machines, and how its seats are is known to each of them: its own state does
 * not know it all, the journal and the table of seats do.
 */
const computed: Partial<Record<TableName, string>> = {
  contest: `, (select max(root_seq) from entry where root = 'contest/' || contest.key) as newest_position,
    (select json_group_array(json_object(
       'id', participant_id, 'state', state, 'faults_count', faults_count, 'last_latency_ms', last_latency_ms
     )) from seat where contest_id = contest.key) as seats`,
};

const notFinal = `state not in (${finalJobStates.map((state) => `'${state}'`).join(', ')})`;
/** A tree of jobs is deleted at its top, and a contest with its jobs. The root of a job is `<model>/<id>`. */
const ofNothingDeleted = `not exists (select 1 from job as top where top.key = substr(job.root, 5) and top.deleted_at is not null)
  and not exists (select 1 from contest where contest.key = job.contest_id and contest.deleted_at is not null)`;

export function createTables(options: { native: NativeDatabase; writer: Writer; projector: Projector }): Tables {
  const { native, writer, projector } = options;

  async function select(table: TableName, query: TableQuery, order: string, condition = '1'): Promise<unknown[]> {
    await projector.waitFor();
    return writer.read(() => {
      const where = Object.entries(query.where ?? {});
      refuseUnknown(
        native,
        table,
        where.map(([column]) => column),
      );
      const conditions = [condition, ...where.map(([column]) => `"${column}" is ?`)].join(' and ');
      return native
        .prepare(
          `select *${computed[table] ?? ''} from ${table} where ${conditions} order by ${order} limit ? offset ?`,
        )
        .all(...where.map(([, value]) => value), query.limit ?? 1_000, query.offset ?? 0);
    });
  }

  const contests = async (query: TableQuery = {}) =>
    z.array(contestRowSchema).parse(await select('contest', query, byTime('created_at', query), 'deleted_at is null'));
  const jobs = async ({ open = false, ...query }: JobQuery = {}) => {
    const condition = open ? `${ofNothingDeleted} and ${notFinal}` : ofNothingDeleted;
    return z.array(jobRowSchema).parse(await select('job', query, byTime('created_at', query), condition));
  };

  return {
    contests,
    contest: async (id) => (await contests({ where: { key: id } }))[0] ?? null,
    jobs,
    job: async (id) => (await jobs({ where: { key: id } }))[0] ?? null,
    async generations({ open = false, ...query } = {}) {
      const condition = open ? `deleted_at is null and ${notFinal}` : 'deleted_at is null';
      const rows = await select('generatejob', query, byTime('started_at', query), condition);
      return z.array(generationRowSchema).parse(rows);
    },
    async jobStreams(ids) {
      await projector.waitFor();
      return writer.read(
        () =>
          native
            .prepare('select key as id, stream from job where key in (select value from json_each(?))')
            .all(JSON.stringify(ids)) as { id: string; stream: string }[],
      );
    },
    rows: async (table, query = {}) => (await select(table, query, 'key')) as Record<string, Json>[],
  };
}

function byTime(column: string, { order = 'oldest' }: TableQuery): string {
  return order === 'oldest' ? `${column}, key` : `${column} desc, key desc`;
}

function refuseUnknown(native: NativeDatabase, table: TableName, columns: readonly string[]): void {
  const known = native.prepare('select name from pragma_table_info(?)').all(table) as { name: string }[];
  const problems = columns
    .filter((column) => !known.some((one) => one.name === column))
    .map((column) => ({ path: column, message: 'there is no filter of this name' }));
  if (problems.length === 0) return;
  throw new ArenaError({ code: 'invalid', message: `a ${table} cannot be filtered by ${problems[0]?.path}`, problems });
}
