/** Readers that wait for the tables: each until they show the entry that it wants to see, and not for ever. */
import type { Clock } from '../../actors/runtime/ports.ts';
import { ArenaError } from '../../protocol/errors.ts';

export interface TableReaders {
  /** Resolves once `release` has come to this offset; rejects with `unavailable` when that takes too long. */
  wait(offset: number): Promise<void>;
  /** The tables show every entry up to and with this offset. */
  release(upTo: number): void;
  waiting(): number;
}

export function createTableReaders(options: {
  readonly clock: Clock;
  readonly waitMaxMs: number;
  readonly shown: () => number;
}): TableReaders {
  const { clock, waitMaxMs, shown } = options;
  const readers = new Set<{ readonly offset: number; readonly resolve: () => void }>();

  return {
    wait(offset) {
      return new Promise((resolve, reject) => {
        const cancel = clock.after(waitMaxMs, () => {
          readers.delete(reader);
          const message = `the tables show ${shown()} of ${offset}; they are behind the journal`;
          reject(new ArenaError({ code: 'unavailable', message }));
        });
        const reader = {
          offset,
          resolve: () => {
            cancel();
            resolve();
          },
        };
        readers.add(reader);
      });
    },
    release(upTo) {
      for (const reader of [...readers].filter(({ offset }) => offset <= upTo)) {
        readers.delete(reader);
        reader.resolve();
      }
    },
    waiting: () => readers.size,
  };
}
