/** Metrics that are read when somebody asks for them, and cost nothing until then: one row of a table each. */
import { Counter, Gauge, type Registry } from 'prom-client';
import { contestStates } from '../protocol/states.ts';
import type { JobCensus } from './job-census.ts';
import type { Measured } from './measured.ts';

interface Reading {
  /** What only grows ends in `_total`, and is read as what it has come to since the start. */
  readonly name: string;
  readonly help: string;
  readonly label?: string;
  /** A number, or one for each value of the label. */
  readonly read: () => number | Readonly<Record<string, number>> | Promise<Readonly<Record<string, number>>>;
}

/** Registers all that is read on demand. */
export function registerGauges(registry: Registry, measured: Measured, census: JobCensus): void {
  for (const reading of readingsOf(measured, census)) register(registry, reading);
}

function readingsOf(measured: Measured, census: JobCensus): readonly Reading[] {
  const { roots, calls, keeping } = measured;
  return [
    {
      name: 'arena_contests',
      help: 'Contests by state',
      label: 'state',
      read: async () => ({
        ...Object.fromEntries(contestStates.map((state) => [state, 0])),
        ...(await measured.contestsByState()),
      }),
    },
    {
      name: 'arena_jobs',
      help: 'Jobs that are not final and in memory, by state',
      label: 'state',
      read: census.byState,
    },
    {
      name: 'arena_jobs_memory_bytes',
      help: 'What the jobs of other programs take in memory, estimated: a character of their data counts as a byte; limited by ARENA_JOBS_MEMORY_MIB_MAX',
      read: measured.jobsBytes,
    },
    { name: 'arena_requests_open', help: 'Requests to agents that wait for an answer', read: () => calls().open },
    {
      name: 'arena_calls_in_flight',
      help: 'Calls to hosts over HTTP that are in flight',
      read: () => calls().inFlight,
    },
    { name: 'arena_calls_waiting', help: 'Calls to hosts that wait for their turn', read: () => calls().waiting },
    {
      name: 'arena_answers_refused_total',
      help: 'Answers that no job waited for',
      read: () => calls().refused,
    },
    {
      name: 'arena_roots',
      help: 'Contests and trees of jobs in memory, by phase',
      label: 'phase',
      read: () => ({ live: roots().live, starting: roots().starting, backing_off: roots().backingOff }),
    },
    {
      name: 'arena_replies_pending',
      help: 'Commands whose callers wait for the commit',
      read: () => roots().pendingReplies,
    },
    {
      name: 'arena_snapshot_failures_total',
      help: 'Snapshots that could not be kept',
      read: () => roots().snapshotFailures,
    },
    {
      name: 'arena_journal_uncommitted_entries',
      help: 'Entries that were decided and are not on disk',
      read: () => keeping().uncommittedEntries,
    },
    {
      name: 'arena_journal_lag_seconds',
      help: 'How long the oldest uncommitted entries have waited for the disk',
      read: () => keeping().commitLagMs / 1_000,
    },
    {
      name: 'arena_journal_offset',
      help: 'The offset of the newest committed entry',
      read: () => keeping().newestOffset,
    },
    {
      name: 'arena_projector_lag_entries',
      help: 'Committed entries that the tables do not show yet',
      read: () => keeping().projectorBehind,
    },
    {
      name: 'arena_follower_lag_entries',
      help: 'Committed entries that a follower of the feed has not taken yet',
      label: 'follower',
      read: () => Object.fromEntries(keeping().followers.map(({ name, behind }) => [name, behind])),
    },
    {
      name: 'arena_writes_waiting',
      help: 'Units of work that wait for their turn to write',
      read: () => keeping().writesWaiting,
    },
    {
      name: 'arena_bus_connected',
      help: '1 while the bus is there',
      read: () => (measured.busIsConnected() ? 1 : 0),
    },
  ];
}

function register(registry: Registry, { name, help, label, read }: Reading): void {
  const configuration = { name, help, registers: [registry], labelNames: label === undefined ? [] : [label] };
  const labelled = async () => {
    const value = await read();
    const values: [string, number][] = typeof value === 'number' ? [['', value]] : Object.entries(value);
    return values.map(([of, count]) => ({ labels: label === undefined ? {} : { [label]: of }, count }));
  };
  if (name.endsWith('_total')) {
    new Counter({
      ...configuration,
      async collect() {
        const read = await labelled();
        this.reset();
        for (const { labels, count } of read) this.inc(labels, count);
      },
    });
    return;
  }
  new Gauge({
    ...configuration,
    async collect() {
      const read = await labelled();
      this.reset();
      for (const { labels, count } of read) this.set(labels, count);
    },
  });
}
