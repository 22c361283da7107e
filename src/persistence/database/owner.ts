/**
 * Who may write the database: one process at a time, by a row with the owner's random token, an epoch and a lease. Takes, renews and
 * gives back ownership; that every transaction compares the token is `fence.ts`'s. Stopping the program when it is lost is left to
 * `onLost`.
 */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { performance } from 'node:perf_hooks';
import type { Clock, Log } from '../../actors/runtime/ports.ts';
import { ArenaError } from '../../protocol/errors.ts';
import type { Write } from '../writing/write.ts';
import { createFence, OwnershipLost } from './fence.ts';
import { type NativeDatabase, sqliteCode } from './native.ts';
import { levelOf } from './trouble.ts';

export interface Owner {
  /** Counts the owners. Each entry has that of its writer, to say who that was: what keeps others from writing is the token. */
  readonly epoch: number;
  /** What the database says of its owner as long as that is this one; drawn at random, so that no two owners have the same. */
  readonly token: string;
  /** A transaction was refused with `OwnershipLost`: this process is told to stop. */
  lost(): void;
  /** From now on the lease is renewed through here, in turn with everything else that is written. */
  renewThrough(write: (renewal: Write) => Promise<void>): void;
  /** Ends the lease and stops renewing it. */
  release(): void;
}

export interface OwnerOptions {
  readonly native: NativeDatabase;
  /** How the database is named in messages. */
  readonly path: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly leaseMs?: number;
  /** Waits until the database is free instead of throwing. */
  readonly wait?: boolean;
  /** Aborted, it waits no longer, and throws who holds the database. */
  readonly stopWaiting?: AbortSignal;
  /** Called once, when another process has taken over. */
  readonly onLost?: () => void;
}

interface OwnerRow {
  token: string | null;
  host: string;
  pid: number;
  process_started_at: number;
  epoch: number;
  lease_end: number;
}

const pollMs = 100;

/** Another process that looks at the database holds its lock for moments only: this often is tried before it is an error. */
const busyAttemptsMax = 20;

/**
 * Takes the database over at once when no process holds it, when its holder is gone from this host, or when the lease has run
 * out. Otherwise rejects with an error that says who holds it, or waits.
 */
export async function takeOwnership(options: OwnerOptions): Promise<Owner> {
  const { clock, log, path, wait = false, stopWaiting } = options;
  let told = false;
  let busyAttempts = 0;
  for (;;) {
    const outcome = attempt(options);
    if (typeof outcome === 'object' && 'owner' in outcome) return outcome.owner;
    const isBusy = outcome === 'busy';
    busyAttempts += isBusy ? 1 : 0;
    const isLasting = !isBusy || busyAttempts >= busyAttemptsMax;
    const message = `the database ${path} ${isBusy ? 'is locked by another program' : holds(outcome.holder)}`;
    if (stopWaiting?.aborted || (isLasting && !wait)) throw new ArenaError({ code: 'unavailable', message });
    if (isLasting && !told) log.info(isBusy ? {} : { holder: outcome.holder }, `${message}; waiting until it is free`);
    told ||= isLasting;
    await new Promise<void>((resolve) => clock.after(pollMs, resolve));
  }
}

function attempt(options: OwnerOptions): { owner: Owner } | { holder: OwnerRow } | 'busy' {
  const { native, clock, leaseMs = 10_000 } = options;
  const token = randomBytes(12).toString('hex');
  try {
    const holder = liveHolder(native, clock.now());
    if (holder) return { holder };
    return native
      .transaction(() => {
        const present = liveHolder(native, clock.now());
        if (present) return { holder: present };
        native.exec(tableSql);
        const { epoch } = native
          .prepare(takeSql)
          .get(token, hostname(), process.pid, processStartedAt(), clock.now() + leaseMs) as { epoch: number };
        return { owner: hold(options, token, epoch, leaseMs) };
      })
      .immediate();
  } catch (error) {
    if (sqliteCode(error)?.startsWith('SQLITE_BUSY')) return 'busy';
    throw error;
  }
}

function hold(options: OwnerOptions, token: string, epoch: number, leaseMs: number): Owner {
  const { native, clock, log } = options;
  const fence = createFence(native);
  let isLost = false;
  let write = async ({ sql, cells }: Write): Promise<void> => {
    native.prepare(sql).run(...cells);
    fence(token);
  };
  let cancel = clock.after(leaseMs / 3, () => void renew());

  async function renew(): Promise<void> {
    try {
      await write({ sql: renewSql, cells: [clock.now() + leaseMs, token] });
    } catch (error) {
      if (error instanceof OwnershipLost) lost();
      if (isLost) return;
      log[levelOf(error)]({ err: error }, 'the lease of the database could not be renewed');
    }
    if (!isLost) cancel = clock.after(leaseMs / 3, () => void renew());
  }

  function lost(): void {
    if (isLost) return;
    isLost = true;
    cancel();
    log.error({ epoch }, 'another process has taken over the database');
    options.onLost?.();
  }

  return {
    epoch,
    token,
    lost,
    renewThrough(through) {
      write = through;
    },
    release() {
      cancel();
      if (!isLost) native.prepare('update owner set token = null, lease_end = 0 where token = ?').run(token);
      isLost = true;
    },
  };
}

const renewSql = 'update owner set lease_end = ? where token = ?';

/** The process that holds the database now, or null. Only reads, so that asking never waits for the one that writes. */
function liveHolder(native: NativeDatabase, now: number): OwnerRow | null {
  const present = native.prepare("select 1 from sqlite_master where type = 'table' and name = 'owner'").get();
  const row = present ? (native.prepare('select * from owner').get() as OwnerRow | undefined) : undefined;
  if (!row || row.token === null || row.lease_end <= now) return null;
  return row.host === hostname() && !isRunning(row) ? null : row;
}

function isRunning(holder: OwnerRow): boolean {
  // In a container every incarnation may have the same process id: the one before us is told apart by its start.
  if (holder.pid === process.pid) return holder.process_started_at === processStartedAt();
  try {
    process.kill(holder.pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

function processStartedAt(): number {
  return Math.round(performance.timeOrigin);
}

function holds(holder: OwnerRow): string {
  return `is held by process ${holder.pid} on ${holder.host} (lease until ${new Date(holder.lease_end).toISOString()})`;
}

const tableSql = `create table if not exists owner (
  id integer primary key check (id = 1), token text, host text not null, pid integer not null,
  process_started_at integer not null, epoch integer not null, lease_end integer not null
) strict`;

const takeSql = `insert into owner (id, token, host, pid, process_started_at, epoch, lease_end) values (1, ?, ?, ?, ?, 1, ?)
  on conflict (id) do update set token = excluded.token, host = excluded.host, pid = excluded.pid,
    process_started_at = excluded.process_started_at, epoch = owner.epoch + 1, lease_end = excluded.lease_end
  returning epoch`;
