/**
 * Writes in no hurry, each under a key: held until a transaction takes them along or, when none comes, until they are written by
 * themselves. How a transaction is carried out, and when, is `writer.ts`'s.
 */
import type { Clock, Log } from '../../actors/runtime/ports.ts';
import { levelOf } from '../database/trouble.ts';
import type { RefusedWrite, Write } from './write.ts';

export interface PutOffWrite {
  readonly writes: readonly Write[];
  readonly written: (refused: readonly RefusedWrite[]) => void;
  /** The database took nothing: it is put off no longer. Without this it stays until a transaction has taken it along. */
  readonly failed?: (error: unknown) => void;
}

/** What a transaction takes along. */
export interface TakenAlong {
  readonly writes: readonly Write[];
  /** The transaction is committed. Refused writes are named by their place among `writes`. */
  written(refused: readonly RefusedWrite[]): void;
}

export interface PutOffWrites {
  /** Replaces what is held under this key, which counts as written. */
  hold(key: string, one: PutOffWrite): void;
  isEmpty(): boolean;
  /** All that is held. It stays held until it is written. */
  takeAlong(): TakenAlong;
  /** Writes nothing by itself any more. */
  stop(): void;
  /** Nothing takes them along any more: tells those who wait. */
  giveBack(error: unknown): void;
}

export function createPutOffWrites(options: {
  clock: Clock;
  log: Log;
  /** So long after the first of them they are written by themselves. */
  delayMs: number;
  /** A transaction that takes them along. */
  flush: () => Promise<void>;
}): PutOffWrites {
  const { clock, log, delayMs, flush } = options;
  const held = new Map<string, PutOffWrite>();
  let cancelFlush: (() => void) | null = null;

  function flushSoon(): void {
    cancelFlush ??= clock.after(delayMs, () => {
      cancelFlush = null;
      flush().catch((error: unknown) => {
        log[levelOf(error)]({ err: error }, 'writes that were put off have failed');
        giveBack(error);
      });
    });
  }

  function giveBack(error: unknown): void {
    for (const [key, { failed }] of [...held]) {
      if (!failed) continue;
      held.delete(key);
      failed(error);
    }
  }

  /** Tells each what was refused of its own writes. */
  function written(taken: readonly [string, PutOffWrite][], refused: readonly RefusedWrite[]): void {
    let first = 0;
    for (const [key, one] of taken) {
      const end = first + one.writes.length;
      const own = refused.filter(({ index }) => index >= first && index < end);
      for (const { message } of own) log.warn({ key, reason: message }, 'a write that was put off has failed');
      if (held.get(key) === one) held.delete(key);
      one.written(own.map(({ index, message }) => ({ index: index - first, message })));
      first = end;
    }
    if (held.size === 0) stop();
  }

  function stop(): void {
    cancelFlush?.();
    cancelFlush = null;
  }

  return {
    hold(key, one) {
      const replaced = held.get(key);
      held.set(key, one);
      flushSoon();
      replaced?.written([]);
    },
    isEmpty: () => held.size === 0,
    takeAlong() {
      const taken = [...held];
      return {
        writes: taken.flatMap(([, one]) => one.writes),
        written: (refused) => written(taken, refused),
      };
    },
    stop,
    giveBack,
  };
}
