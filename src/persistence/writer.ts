/**
 * The one queue through which everything is written: synchronous transactions of the native handle, and exclusive units of
 * work of the entity manager. What is written is up to its callers; whether this process may still write is asked of the fence.
 */
import type { EntityManager } from '@mikro-orm/sqlite';
import type { Clock, Log } from '../actors/runtime/ports.ts';
import { ArenaError } from '../protocol/errors.ts';
import type { Database } from './database.ts';
import { takesNothing } from './native.ts';

export interface Writer {
  /** Runs the task at once when nothing is being written, else in its turn. A task is synchronous. */
  whenFree(task: () => void): void;
  /** One transaction, now: checks the fence, writes what was put off, then does the work. Only within a task of `whenFree`. */
  transact<Result>(work: () => Result): Result;
  /** Synchronous work in one transaction, in its turn. */
  write<Result>(work: () => Result): Promise<Result>;
  /** A unit of work of the entity manager in one transaction; nothing else is written meanwhile. */
  run<Result>(work: (em: EntityManager) => Promise<Result>, committed?: (result: Result) => void): Promise<Result>;
  /** Synchronous reading when no unit of work is open, so that nothing uncommitted is seen. */
  read<Result>(work: () => Result): Promise<Result>;
  /**
   * A write in no hurry: it rides on the next transaction, so that it costs no commit of its own, or is written soon. Resolves
   * when it is written; one of the same key that was not written yet is replaced.
   */
  ride(key: string, work: () => void): Promise<void>;
  /** Puts off a small write: it rides on the next transaction or is written soon. A later one of the same key replaces it. */
  later(key: string, work: () => void): void;
  /** Writes what was put off. */
  flush(): Promise<void>;
  /** Resolves when all that was asked for before is written; refuses everything after. */
  close(): Promise<void>;
}

interface PutOff {
  readonly work: () => void;
  readonly written: () => void;
}

export interface WriterOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** Throws when another process has become the owner. Called at the start of each transaction. */
  readonly fence: () => void;
  readonly laterMs?: number;
  readonly queueMax?: number;
}

export function createWriter(options: WriterOptions): Writer {
  const { database, clock, log, fence, laterMs = 200, queueMax = 10_000 } = options;
  const { native, orm } = database;
  const waiting: (() => void | Promise<void>)[] = [];
  const putOff = new Map<string, PutOff>();
  let cancelFlush: (() => void) | null = null;
  let running = false;
  let closed = false;

  function enqueue(task: () => void | Promise<void>): void {
    waiting.push(task);
    pump();
  }

  function pump(): void {
    while (!running) {
      const task = waiting.shift();
      if (!task) return;
      running = true;
      const unfinished = task();
      if (unfinished) void unfinished.finally(release);
      else running = false;
    }
  }

  function release(): void {
    running = false;
    pump();
  }

  function transact<Result>(work: () => Result): Result {
    const riding = [...putOff];
    const result = native
      .transaction(() => {
        fence();
        for (const [key, { work: lazyWork }] of riding) attempt(key, lazyWork);
        return work();
      })
      .immediate();
    forget(riding);
    return result;
  }

  /**
   * The unit of work flushes into a transaction that is begun and ended here: SQLite ends one by itself when the disk is full, the
   * entity manager would then fail to roll it back, and never let go of the connection.
   */
  async function inTransaction<Result>(work: () => Promise<Result>): Promise<Result> {
    native.exec('begin immediate');
    try {
      fence();
      const result = await work();
      native.exec('commit');
      return result;
    } catch (error) {
      if (native.inTransaction) native.exec('rollback');
      throw error;
    }
  }

  /** A small write that fails must not refuse what it rides on, unless SQLite has ended the transaction over it. */
  function attempt(key: string, lazyWork: () => void): void {
    try {
      lazyWork();
    } catch (error) {
      if (!native.inTransaction) throw error;
      log.warn({ key, err: error }, 'a write that was put off has failed');
    }
  }

  function forget(written: readonly [string, PutOff][]): void {
    for (const [key, one] of written) {
      if (putOff.get(key) === one) putOff.delete(key);
      one.written();
    }
    if (putOff.size > 0) return;
    cancelFlush?.();
    cancelFlush = null;
  }

  function inTurn<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    if (closed) return Promise.reject(new ArenaError({ code: 'unavailable', message: 'the database is closed' }));
    if (waiting.length >= queueMax) {
      return Promise.reject(new ArenaError({ code: 'overloaded', message: `${waiting.length} writes are waiting` }));
    }
    return new Promise((resolve, reject) => {
      enqueue(() => {
        try {
          const outcome = work();
          if (outcome instanceof Promise) return outcome.then(resolve, (error: unknown) => reject(told(error)));
          resolve(outcome);
        } catch (error) {
          reject(told(error));
        }
      });
    });
  }

  function putOffUntilSoon(key: string, one: PutOff): void {
    putOff.set(key, one);
    cancelFlush ??= clock.after(laterMs, () => {
      cancelFlush = null;
      flush().catch((error: unknown) => log.warn({ err: error }, 'writes that were put off have failed'));
    });
  }

  function flush(): Promise<void> {
    return putOff.size === 0 ? Promise.resolve() : inTurn(() => transact(() => undefined));
  }

  return {
    whenFree: enqueue,
    transact,
    write: (work) => inTurn(() => transact(work)),
    run: (work, committed) =>
      inTurn(async () => {
        const result = await inTransaction(() => work(orm.em.fork() as EntityManager));
        committed?.(result);
        return result;
      }),
    read: (work) => inTurn(work),
    ride: (key, work) =>
      closed
        ? Promise.reject(new ArenaError({ code: 'unavailable', message: 'the database is closed' }))
        : new Promise((resolve) => putOffUntilSoon(key, { work, written: resolve })),
    later(key, work) {
      if (!closed) putOffUntilSoon(key, { work, written: () => undefined });
    },
    flush,
    async close() {
      const last = inTurn(() => (putOff.size > 0 ? transact(() => undefined) : undefined));
      closed = true;
      cancelFlush?.();
      await last.catch((error: unknown) => log.warn({ err: error }, 'the last writes have failed'));
    },
  };
}

/** A database that takes nothing for a while is no fault of the one who asked: trying again later may do. */
function told(error: unknown): unknown {
  if (!takesNothing(error)) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const message = `the database takes nothing at present (${reason}); nothing was kept, try again later`;
  return new ArenaError({ code: 'unavailable', message }, { cause: error });
}
