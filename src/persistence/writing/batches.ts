/**
 * Where batches of writes are carried out: in a thread with a connection of its own, so that the event loop does not wait for the
 * disk; or, for a database in memory, which no other connection can see, at once. One batch at a time: the queue is `writer.ts`'s.
 */
import { Worker } from 'node:worker_threads';
import { ArenaError, asError } from '../../protocol/errors.ts';
import { OwnershipLost } from '../database/fence.ts';
import type { Cell, NativeDatabase } from '../database/native.ts';
import { createBatchRunner, type RefusedWrite, type WriteBatch } from './write.ts';

export interface Batches {
  /** Carries a batch out and calls back once: with the optional writes that were refused, or with why nothing is kept. */
  carryOut(batch: WriteBatch, done: (outcome: RefusedWrite[] | Error) => void): void;
  close(): Promise<void>;
}

/** A batch as it is sent to the thread: statements by number, those that it does not know yet with their text. */
export interface BatchMessage {
  readonly token: string;
  readonly newStatements: readonly string[];
  /** How many of the writes, from the first, are optional. */
  readonly optional: number;
  readonly statements: readonly number[];
  readonly cells: readonly (readonly Cell[])[];
}

export type BatchOutcome =
  | { readonly refused: RefusedWrite[] }
  | { readonly error: { readonly message: string; readonly code: string | null; readonly ownershipLost: boolean } };

/** `thread` is the module that writes, another than the usual one in tests. */
export function createBatches(options: { path: string; native: NativeDatabase; thread?: URL }): Batches {
  const { path, native, thread = commitThread } = options;
  return path === ':memory:' ? batchesHere(native) : batchesInThread(path, thread);
}

/** Sources are run as they are in a checkout, and compiled in a package. */
const commitThread = new URL(
  import.meta.url.endsWith('.ts') ? './commit-thread.ts' : './commit-thread.js',
  import.meta.url,
);

function batchesHere(native: NativeDatabase): Batches {
  const run = createBatchRunner(native);
  return {
    carryOut(batch, done) {
      let outcome: RefusedWrite[] | Error;
      try {
        outcome = run(batch);
      } catch (error) {
        outcome = asError(error);
      }
      done(outcome);
    },
    close: async () => {},
  };
}

function batchesInThread(path: string, module: URL): Batches {
  let thread: Worker | null = start();
  let numbers = new Map<string, number>();
  let waiting: ((outcome: RefusedWrite[] | Error) => void) | null = null;
  let closing = false;

  function start(): Worker {
    const started = new Worker(module, { workerData: { path }, name: 'journal' });
    started.on('message', (outcome: BatchOutcome) =>
      finish('error' in outcome ? errorOf(outcome.error) : outcome.refused),
    );
    started.on('error', (error) => ended(started, error));
    started.on('exit', (code) => ended(started, new Error(`it ended with ${code}`)));
    // One that has nothing to write keeps no process alive: a start that fails ends, though this was not closed.
    started.unref();
    return started;
  }

  /** A thread that is gone may have kept its last batch: the journal reads what is there before it goes on. */
  function ended(gone: Worker, cause: Error): void {
    if (closing || thread !== gone) return;
    thread = null;
    numbers = new Map();
    finish(new ArenaError({ code: 'unavailable', message: 'the thread that writes the database is gone' }, { cause }));
  }

  function finish(outcome: RefusedWrite[] | Error): void {
    const done = waiting;
    waiting = null;
    thread?.unref();
    done?.(outcome);
  }

  function messageOf({ token, optional, writes }: WriteBatch): BatchMessage {
    const newStatements: string[] = [];
    const statements: number[] = [];
    const cells: (readonly Cell[])[] = [];
    for (const write of optional) add(write.sql, write.cells);
    for (const write of writes) add(write.sql, write.cells);
    return { token, newStatements, optional: optional.length, statements, cells };

    function add(sql: string, bound: readonly Cell[]): void {
      let number = numbers.get(sql);
      if (number === undefined) {
        number = numbers.size;
        numbers.set(sql, number);
        newStatements.push(sql);
      }
      statements.push(number);
      cells.push(bound);
    }
  }

  return {
    carryOut(batch, done) {
      thread ??= start();
      waiting = done;
      thread.ref();
      thread.postMessage(messageOf(batch));
    },
    async close() {
      closing = true;
      const last = thread;
      if (!last) return;
      const gone = new Promise((resolve) => last.once('exit', resolve));
      last.ref();
      last.postMessage('close');
      await gone;
    },
  };
}

function errorOf({ message, code, ownershipLost }: Extract<BatchOutcome, { error: object }>['error']): Error {
  if (ownershipLost) return new OwnershipLost();
  return Object.assign(new Error(message), code === null ? {} : { code });
}
