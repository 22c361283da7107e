/**
 * The tables for people of a simulated world: rows by key, kept up by a follower of the feed as the projector keeps those in the
 * database, and the jobs among them as the job service reads them.
 */
import { z } from 'zod';
import type { JobTable, KeptJob } from '../../src/actors/jobs.ts';
import type { Follower } from '../../src/actors/runtime/feed.ts';
import type { CommittedEntry } from '../../src/actors/runtime/journal.ts';
import type { Projection, Row } from '../../src/actors/runtime/projection.ts';
import { OwnershipLost } from '../../src/persistence/database/fence.ts';
import { jobResponseSchema, jobSummarySchema } from '../../src/protocol/jobs.ts';

export interface TableStore {
  readonly rows: ReadonlyMap<string, Row>;
  /** Of one life: it shows what is committed, from where the last one stopped, for as long as it may write. */
  follower(
    withStates: (entries: readonly CommittedEntry[]) => Promise<readonly CommittedEntry[]>,
    mayWrite: () => boolean,
  ): Follower;
  /** `shown` waits until all that is committed is shown. */
  jobTable(shown: () => Promise<void>): JobTable;
  waitFor(offset: number): Promise<void>;
}

/** Rows of a state replace the columns of the same key, as an upsert does; one that has to go, goes. */
export function putRow(rows: Map<string, Row>, { gone, ...row }: Row): void {
  const key = `${row.table} ${row.key}`;
  if (gone) rows.delete(key);
  else rows.set(key, { ...row, columns: { ...rows.get(key)?.columns, ...row.columns } });
}

export function createTableStore(projection: Projection): TableStore {
  const rows = new Map<string, Row>();
  let shown = 0;
  let waiting: { offset: number; resolve: () => void }[] = [];

  function jobs(): Row[] {
    return [...rows.values()].filter(({ table, columns }) => table === 'job' && columns.deleted_at === null);
  }

  return {
    rows,
    follower: (withStates, mayWrite) => ({
      name: 'projector',
      async take(entries) {
        const folded = await withStates(entries);
        if (!mayWrite()) throw new OwnershipLost();
        for (const { stream, kind, seq, state } of folded) {
          for (const row of projection.rowsOf({ stream, kind, seq, state })) putRow(rows, row);
        }
        shown = Math.max(shown, entries.at(-1)?.offset ?? 0);
        for (const { resolve } of waiting.filter(({ offset }) => offset <= shown)) resolve();
        waiting = waiting.filter(({ offset }) => offset > shown);
      },
    }),
    waitFor(offset) {
      if (offset <= shown) return Promise.resolve();
      return new Promise((resolve) => waiting.push({ offset, resolve }));
    },
    jobTable: (isShown) => ({
      async job(id) {
        await isShown();
        const row = jobs().find(({ key }) => key === id);
        return row ? keptJob(row) : null;
      },
      async streamsOf(ids) {
        await isShown();
        return [...rows.values()].flatMap(({ table, key, columns }) =>
          table === 'job' && ids.includes(key) ? [{ id: key, stream: String(columns.stream) }] : [],
        );
      },
      async list() {
        await isShown();
        return jobs().map((row) => keptJob(row).summary);
      },
    }),
  };
}

function keptJob({ key, columns }: Row): KeptJob {
  const json = (name: string) => JSON.parse(String(columns[name] ?? 'null')) as unknown;
  const row = {
    ...columns,
    job_id: key,
    faults: json('faults') ?? [],
    data: json('data'),
    request_data: json('request_data'),
    child_data: json('child_data'),
  };
  const { state } = columns;
  const shown = state === 'complete' ? 'complete' : state === 'fail' || state === 'cancelled' ? 'fail' : 'pending';
  return {
    stream: z.string().parse(columns.stream),
    summary: jobSummarySchema.parse(row),
    response: jobResponseSchema.parse({ ...row, state: shown, message: shown === 'pending' ? '' : columns.message }),
  };
}
