/**
 * Who may write the database: one process at a time, by a row with owner, epoch and lease. Takes, renews and gives back
 * ownership; the epoch is compared in each transaction by `fence`. Stopping the program when it is lost is left to `onLost`.
 */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { performance } from 'node:perf_hooks';
import type { Clock, Log } from '../actors/runtime/ports.ts';
import { ArenaError } from '../protocol/errors.ts';
import { type NativeDatabase, sqliteCode } from './native.ts';

export interface Owner {
  /** Rises with each owner; written into every entry. */
  readonly epoch: number;
  /** Throws `OwnershipLost` when another process owns the database by now. Call at the start of each transaction. */
  fence(): void;
  /** Ends the lease and stops renewing it. */
  release(): void;
}

/** Another process owns the database; nothing can be written from here any more. */
export class OwnershipLost extends ArenaError {
  constructor() {
    super({ code: 'unavailable', message: 'another process has taken over the database; this one has to stop' });
    this.name = 'OwnershipLost';
  }
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
 * Takes the database over at once when nobody holds it, when its holder is gone from this host, or when the lease has run
 * out. Otherwise rejects with an error that says who holds it, or waits.
 */
export async function takeOwnership(options: OwnerOptions): Promise<Owner> {
  const { clock, log, path, wait = false } = options;
  let told = false;
  let busyAttempts = 0;
  for (;;) {
    const outcome = attempt(options);
    if (typeof outcome === 'object' && 'owner' in outcome) return outcome.owner;
    if (outcome === 'busy') busyAttempts += 1;
    const message = `the database ${path} ${outcome === 'busy' ? 'is locked by another program' : holds(outcome.holder)}`;
    if (!wait && (outcome !== 'busy' || busyAttempts >= busyAttemptsMax)) {
      throw new ArenaError({ code: 'unavailable', message });
    }
    if (!told && outcome !== 'busy') log.info({ holder: outcome.holder }, `${message}; waiting until it is free`);
    told ||= outcome !== 'busy';
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
  const current = native.prepare('select token from owner');
  const renew = native.prepare('update owner set lease_end = ? where token = ?');
  let lost = false;
  let cancel = clock.after(leaseMs / 3, renewal);

  function renewal(): void {
    try {
      if (renew.run(clock.now() + leaseMs, token).changes === 0) return declareLost();
    } catch (error) {
      log.warn({ err: error }, 'the lease of the database could not be renewed');
    }
    cancel = clock.after(leaseMs / 3, renewal);
  }

  function declareLost(): void {
    if (lost) return;
    lost = true;
    cancel();
    log.error({ epoch }, 'another process has taken over the database');
    options.onLost?.();
  }

  return {
    epoch,
    fence() {
      if (!lost && (current.get() as { token: string | null } | undefined)?.token === token) return;
      declareLost();
      throw new OwnershipLost();
    },
    release() {
      cancel();
      if (!lost) native.prepare('update owner set token = null, lease_end = 0 where token = ?').run(token);
      lost = true;
    },
  };
}

/** Who holds the database now, or null. Only reads, so that asking never waits for whoever writes. */
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
