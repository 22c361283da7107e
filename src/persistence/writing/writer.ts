/**
 * The one queue through which everything is written: batches, and exclusive units of work of the entity manager. What is written
 * is up to its callers; what may wait for the next transaction is held by `put-off-writes.ts`; where a batch is carried out is
 * `batches.ts`'s.
 */
import type { EntityManager } from '@mikro-orm/sqlite';
import type { Clock, Log } from '../../actors/runtime/ports.ts';
import { ArenaError, asError, messageOf } from '../../protocol/errors.ts';
import type { Database } from '../database/database.ts';
import { createFence, OwnershipLost } from '../database/fence.ts';
import { takesNothing } from '../database/native.ts';
import type { Owner } from '../database/owner.ts';
import type { Trouble } from '../database/trouble.ts';
import type { Batches } from './batches.ts';
import { createPutOffWrites } from './put-off-writes.ts';
import type { RefusedWrite, Write } from './write.ts';

export interface Writer {
  /**
   * One transaction, in its turn: `writes` is asked for what to write when the turn has come. Calls back after it, before
   * anything else is written, with null or why nothing was kept. Never refused for a full queue: the append queue, for which it
   * is, has one in here at a time, and bounds what waits behind it.
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
   * Writes with the next transaction, so that it costs no commit of its own, or soon by itself. Resolves with what was refused, and
   * rejects when the database took nothing: trying again is the caller's. Replaces what waits under this key, which resolves.
   */
  writeSoon(key: string, writes: readonly Write[]): Promise<readonly RefusedWrite[]>;
  /**
   * As `writeSoon`, for a small write of which the caller need not know when: when the database took nothing, a later transaction
   * takes it along. Replaces what waits under this key.
   */
  writeEventually(key: string, write: Write): void;
  /** Writes what was put off. */
  flush(): Promise<void>;
  /** How many wait for their turn. */
  waiting(): number;
  /** Resolves when all that was asked for before is written; refuses everything after. */
  close(): Promise<void>;
}

export interface WriterOptions {
  readonly database: Database;
  readonly batches: Batches;
  readonly owner: Pick<Owner, 'token' | 'lost'>;
  readonly trouble: Pick<Trouble, 'noteCommit' | 'noteFailure'>;
  readonly clock: Clock;
  readonly log: Log;
  /** How long what was put off waits for a transaction that takes it along. */
  readonly putOffMs?: number;
  /** When so many wait for their turn, more are refused with `overloaded`. */
  readonly queueMax?: number;
}

export function createWriter(options: WriterOptions): Writer {
  const { database, batches, owner, trouble, clock, log, putOffMs = 200, queueMax = 10_000 } = options;
  const { native, orm } = database;
  const waiting: ((release: () => void) => void)[] = [];
  const readers: (() => void)[] = [];
  const fence = createFence(native);
  const putOff = createPutOffWrites({ clock, log, delayMs: putOffMs, flush });
  let busy = false;
  let isPumping = false;
  let unitIsOpen = false;
  let closed = false;

  function enqueue(task: (release: () => void) => void): void {
    waiting.push(task);
    pump();
  }

  /** A loop, since what is carried out at once would otherwise begin what is next within itself, thousands deep. */
  function pump(): void {
    if (isPumping) return;
    isPumping = true;
    try {
      while (!busy) {
        const task = waiting.shift();
        if (!task) return;
        busy = true;
        task(() => {
          busy = false;
          pump();
        });
      }
    } finally {
      isPumping = false;
    }
  }

  function inTurn<Result>(work: (settle: (outcome: Result | Error) => void) => void): Promise<Result> {
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

  function inTurnIfThereIsRoom<Result>(work: (settle: (outcome: Result | Error) => void) => void): Promise<Result> {
    if (closed) return Promise.reject(isClosed());
    if (waiting.length < queueMax) return inTurn(work);
    return Promise.reject(new ArenaError({ code: 'overloaded', message: `${waiting.length} writes are waiting` }));
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

  /** One transaction, which takes along what was put off. Only in a task's turn. */
  function transact(
    optional: readonly Write[],
    writes: readonly Write[],
    done: (outcome: readonly RefusedWrite[] | Error) => void,
  ): void {
    const along = putOff.takeAlong();
    const all = [...optional, ...along.writes];
    batches.carryOut({ token: owner.token, optional: all, writes }, (outcome) => {
      if (!(outcome instanceof Error)) {
        if (all.length + writes.length > 0) trouble.noteCommit();
        const later = outcome.filter(({ index }) => index >= optional.length);
        along.written(later.map(({ index, message }) => ({ index: index - optional.length, message })));
        return done(outcome.filter(({ index }) => index < optional.length));
      }
      noteFailure(outcome);
      done(outcome);
    });
  }

  async function unitOfWork<Result>(
    work: (em: EntityManager) => Promise<Result>,
    committed?: (result: Result) => void,
  ): Promise<Result> {
    try {
      const result = await inTransaction(() => work(orm.em.fork() as EntityManager));
      committed?.(result);
      return result;
    } catch (error) {
      noteFailure(error);
      throw error;
    } finally {
      // Before the next unit of work begins, of which they must see nothing.
      for (const reader of readers.splice(0)) reader();
    }
  }

  /**
   * The unit of work flushes into a transaction that is begun and ended here: SQLite ends one by itself when the disk is full, the
   * entity manager would then fail to roll it back, and never let go of the connection.
   */
  async function inTransaction<Result>(work: () => Promise<Result>): Promise<Result> {
    native.exec('begin immediate');
    unitIsOpen = true;
    try {
      fence(owner.token);
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

  function noteFailure(error: unknown): void {
    if (error instanceof OwnershipLost) owner.lost();
    trouble.noteFailure(error);
  }

  async function flush(): Promise<void> {
    if (putOff.isEmpty()) return;
    await inTurnIfThereIsRoom<readonly RefusedWrite[]>((settle) => transact([], [], settle));
  }

  return {
    commit,
    async write(...writes) {
      await inTurnIfThereIsRoom<readonly RefusedWrite[]>((settle) => transact([], writes, settle));
    },
    writeEach: (writes) => inTurnIfThereIsRoom((settle) => transact(writes, [], settle)),
    run: (work, committed) =>
      inTurnIfThereIsRoom((settle) => {
        unitOfWork(work, committed).then(settle, (error: unknown) => settle(asError(error)));
      }),
    read(work) {
      if (closed) return Promise.reject(isClosed());
      if (!unitIsOpen) return readNow(work);
      return new Promise((resolve) => readers.push(() => resolve(readNow(work))));
    },
    writeSoon: (key, writes) =>
      closed
        ? Promise.reject(isClosed())
        : new Promise((resolve, reject) => putOff.hold(key, { writes, written: resolve, failed: reject })),
    writeEventually(key, write) {
      if (!closed) putOff.hold(key, { writes: [write], written: () => undefined });
    },
    flush,
    waiting: () => waiting.length,
    async close() {
      const last = inTurn<readonly RefusedWrite[]>((settle) =>
        putOff.isEmpty() ? settle([]) : transact([], [], settle),
      );
      closed = true;
      putOff.stop();
      await last.catch((error: unknown) => {
        log.warn({ err: error }, 'the last writes have failed');
        putOff.giveBack(error);
      });
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
