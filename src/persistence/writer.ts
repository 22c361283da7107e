/**
 * The one queue through which everything is written: batches, and exclusive units of work of the entity manager. What is written
 * is up to its callers; where a batch is carried out is `batches.ts`'s.
 */
import type { EntityManager } from '@mikro-orm/sqlite';
import type { Clock, Log } from '../actors/runtime/ports.ts';
import { ArenaError, asError, messageOf } from '../protocol/errors.ts';
import type { Batches } from './batches.ts';
import type { Database } from './database.ts';
import { takesNothing } from './native.ts';
import type { Owner } from './owner.ts';
import { levelOf, type Trouble } from './trouble.ts';
import { OwnershipGone, type RefusedWrite, type Write } from './write.ts';

export interface Writer {
  /**
   * One transaction, in its turn: `writes` is asked for what to write when the turn has come. Calls back after it, before
   * anything else is written, with null or why nothing was kept.
   */
  commit(writes: () => readonly Write[], done: (error: Error | null) => void): void;
  /** Writes all or nothing, in one transaction, in its turn. */
  write(...writes: readonly Write[]): Promise<void>;
  /** Writes in one transaction what it can, in its turn; resolves with what was refused. */
  writeEach(writes: readonly Write[]): Promise<readonly RefusedWrite[]>;
  /** A unit of work of the entity manager in one transaction; nothing else is written meanwhile. */
  run<Result>(work: (em: EntityManager) => Promise<Result>, committed?: (result: Result) => void): Promise<Result>;
  /** Synchronous reading when no unit of work is open, so that nothing uncommitted is seen. */
  read<Result>(work: () => Result): Promise<Result>;
  /**
   * Writes in no hurry: they ride on the next transaction, so that they cost no commit of their own, or are written soon. Resolves
   * with what was refused, and rejects when the database took nothing; those of the same key that were not written yet are replaced.
   */
  ride(key: string, writes: readonly Write[]): Promise<readonly RefusedWrite[]>;
  /** Puts off a small write: it rides on the next transaction or is written soon. A later one of the same key replaces it. */
  later(key: string, write: Write): void;
  /** Writes what was put off. */
  flush(): Promise<void>;
  /** How many wait for their turn. */
  waiting(): number;
  /** Resolves when all that was asked for before is written; refuses everything after. */
  close(): Promise<void>;
}

interface PutOff {
  readonly writes: readonly Write[];
  readonly written: (refused: readonly RefusedWrite[]) => void;
  /** The database took nothing: whoever wrote it decides when to try again. Without it that is done here. */
  readonly failed?: (error: unknown) => void;
}

export interface WriterOptions {
  readonly database: Database;
  readonly batches: Batches;
  readonly owner: Pick<Owner, 'token' | 'fence' | 'lost'>;
  readonly trouble: Pick<Trouble, 'noteCommit' | 'noteFailure'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly laterMs?: number;
  readonly queueMax?: number;
}

export function createWriter(options: WriterOptions): Writer {
  const { database, batches, owner, trouble, clock, log, laterMs = 200, queueMax = 10_000 } = options;
  const { native, orm } = database;
  const waiting: ((release: () => void) => void)[] = [];
  const readers: (() => void)[] = [];
  const putOff = new Map<string, PutOff>();
  let cancelFlush: (() => void) | null = null;
  let busy = false;
  let unitIsOpen = false;
  let closed = false;

  function enqueue(task: (release: () => void) => void): void {
    waiting.push(task);
    pump();
  }

  function pump(): void {
    if (busy) return;
    const task = waiting.shift();
    if (!task) return;
    busy = true;
    task(() => {
      busy = false;
      pump();
    });
  }

  function commit(writes: () => readonly Write[], done: (error: Error | null) => void): void {
    enqueue((release) => {
      const settle = (outcome: readonly RefusedWrite[] | Error) => {
        try {
          done(outcome instanceof Error ? told(outcome) : null);
        } finally {
          release();
        }
      };
      let asked: readonly Write[];
      try {
        asked = writes();
      } catch (error) {
        return settle(asError(error));
      }
      if (asked.length === 0) settle([]);
      else transact([], asked, settle);
    });
  }

  /** One transaction with what was put off. Only in a task's turn. */
  function transact(
    optional: readonly Write[],
    writes: readonly Write[],
    done: (outcome: readonly RefusedWrite[] | Error) => void,
  ): void {
    const riding = [...putOff];
    const all = [...optional, ...riding.flatMap(([, one]) => one.writes)];
    batches.carryOut({ token: owner.token, optional: all, writes }, (outcome) => {
      if (!(outcome instanceof Error)) {
        if (all.length + writes.length > 0) trouble.noteCommit();
        forget(riding, outcome, optional.length);
        return done(outcome.filter(({ index }) => index < optional.length));
      }
      trouble.noteFailure(outcome);
      done(outcome instanceof OwnershipGone ? owner.lost() : outcome);
    });
  }

  /** What was put off is written: those that wait for it are told what was refused of theirs. */
  function forget(written: readonly [string, PutOff][], refused: readonly RefusedWrite[], from: number): void {
    let first = from;
    for (const [key, one] of written) {
      const end = first + one.writes.length;
      const own = refused.filter(({ index }) => index >= first && index < end);
      for (const { message } of own) log.warn({ key, reason: message }, 'a write that was put off has failed');
      if (putOff.get(key) === one) putOff.delete(key);
      one.written(own.map(({ index, message }) => ({ index: index - first, message })));
      first = end;
    }
    if (putOff.size > 0) return;
    cancelFlush?.();
    cancelFlush = null;
  }

  /**
   * The unit of work flushes into a transaction that is begun and ended here: SQLite ends one by itself when the disk is full, the
   * entity manager would then fail to roll it back, and never let go of the connection.
   */
  async function inTransaction<Result>(work: () => Promise<Result>): Promise<Result> {
    native.exec('begin immediate');
    unitIsOpen = true;
    try {
      owner.fence();
      const result = await work();
      native.exec('commit');
      return result;
    } catch (error) {
      if (native.inTransaction) native.exec('rollback');
      throw error;
    } finally {
      unitIsOpen = false;
    }
  }

  function inTurn<Result>(work: (settle: (outcome: Result | Error) => void) => void): Promise<Result> {
    if (closed) return Promise.reject(isClosed());
    if (waiting.length >= queueMax) {
      return Promise.reject(new ArenaError({ code: 'overloaded', message: `${waiting.length} writes are waiting` }));
    }
    return new Promise((resolve, reject) => {
      enqueue((release) =>
        work((outcome) => {
          release();
          if (outcome instanceof Error) reject(told(outcome));
          else resolve(outcome);
        }),
      );
    });
  }

  function putOffUntilSoon(key: string, one: PutOff): void {
    putOff.set(key, one);
    cancelFlush ??= clock.after(laterMs, () => {
      cancelFlush = null;
      flush().catch((error: unknown) => {
        log[levelOf(error)]({ err: error }, 'writes that were put off have failed');
        giveBack(error);
      });
    });
  }

  function giveBack(error: unknown): void {
    for (const [key, { failed }] of [...putOff]) {
      if (!failed) continue;
      putOff.delete(key);
      failed(error);
    }
  }

  async function flush(): Promise<void> {
    if (putOff.size > 0) await inTurn<readonly RefusedWrite[]>((settle) => transact([], [], settle));
  }

  return {
    commit,
    async write(...writes) {
      await inTurn<readonly RefusedWrite[]>((settle) => transact([], writes, settle));
    },
    writeEach: (writes) => inTurn((settle) => transact(writes, [], settle)),
    run: (work, committed) => {
      if (closed) return Promise.reject(isClosed());
      return new Promise((resolve, reject) => {
        enqueue((release) => {
          inTransaction(() => work(orm.em.fork() as EntityManager))
            .then((result) => {
              committed?.(result);
              resolve(result);
            })
            .catch((error: unknown) => {
              trouble.noteFailure(error);
              reject(told(error));
            })
            .finally(() => {
              release();
              for (const reader of readers.splice(0)) reader();
            });
        });
      });
    },
    read(work) {
      if (closed) return Promise.reject(isClosed());
      if (!unitIsOpen) return readNow(work);
      return new Promise((resolve) => readers.push(() => resolve(readNow(work))));
    },
    ride: (key, writes) =>
      closed
        ? Promise.reject(isClosed())
        : new Promise((resolve, reject) => putOffUntilSoon(key, { writes, written: resolve, failed: reject })),
    later(key, write) {
      if (!closed) putOffUntilSoon(key, { writes: [write], written: () => undefined });
    },
    flush,
    waiting: () => waiting.length,
    async close() {
      const last = inTurn<readonly RefusedWrite[]>((settle) =>
        putOff.size > 0 ? transact([], [], settle) : settle([]),
      );
      closed = true;
      cancelFlush?.();
      await last.catch((error: unknown) => log.warn({ err: error }, 'the last writes have failed'));
    },
  };
}

/** Reads now; what throws, such as a locked database, is told as everything else is. */
async function readNow<Result>(work: () => Result): Promise<Result> {
  try {
    return work();
  } catch (error) {
    throw told(error);
  }
}

function isClosed(): ArenaError {
  return new ArenaError({ code: 'unavailable', message: 'the database is closed' });
}

/** A database that takes nothing for a while is no fault of the one who asked: trying again later may do. */
function told(error: unknown): Error {
  if (!takesNothing(error)) return asError(error);
  const reason = messageOf(error);
  const message = `the database takes nothing at present (${reason}); nothing was kept, try again later`;
  return new ArenaError({ code: 'unavailable', message }, { cause: error });
}
