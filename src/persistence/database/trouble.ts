/**
 * Whether the database takes what is written: noticed at every write, logged once when it begins and once when it is over, and
 * asked for by the route that says whether the arena is ready. What becomes of what was refused is its writers' business.
 */
import type { Log } from '../../actors/runtime/ports.ts';
import { ArenaError, messageOf } from '../../protocol/errors.ts';
import { takesNothing } from './native.ts';

export interface Trouble {
  /** A transaction was committed. */
  noteCommit(): void;
  /** A transaction has failed; only what would meet any other as well is trouble. */
  noteFailure(error: unknown): void;
  /** Why the database takes nothing at present; null when it takes what is written. */
  reason(): string | null;
}

export function createTrouble(log: Log): Trouble {
  let reason: string | null = null;
  return {
    noteCommit() {
      if (reason !== null) log.info({}, 'the database takes what is written again');
      reason = null;
    },
    noteFailure(error) {
      if (!takesNothing(error)) return;
      if (reason === null)
        log.error({ err: error }, 'the database takes nothing: commands are refused, and contests wait until it does');
      reason = messageOf(error);
    },
    reason: () => reason,
  };
}

/** How loud to say that a write has failed: that the database takes nothing is said once, for all who notice it. */
export function levelOf(error: unknown): 'debug' | 'warn' {
  return error instanceof ArenaError && error.code === 'unavailable' ? 'debug' : 'warn';
}
