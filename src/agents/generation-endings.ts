/** Those who wait for generations to end. */
import type { Clock } from '../actors/runtime/ports.ts';
import type { FinalGeneration } from './generation/state.ts';

export interface Endings {
  /** Resolves with the generation when it ends, or with null when the time is over or the signal is aborted. */
  await(id: string, waitMs: number, signal?: AbortSignal): Promise<FinalGeneration | null>;
  /** Tells all who wait for it; says how many those were. */
  ended(generation: FinalGeneration): number;
  /** Lets all who wait for it go, as if their time were over. */
  dismiss(id: string): void;
}

export function createEndings(clock: Clock): Endings {
  const waiting = new Map<string, Set<(generation: FinalGeneration | null) => void>>();

  return {
    await(id, waitMs, signal) {
      const { promise, resolve } = Promise.withResolvers<FinalGeneration | null>();
      const others = waiting.get(id) ?? new Set();
      const finish = (generation: FinalGeneration | null) => {
        cancel();
        signal?.removeEventListener('abort', giveUp);
        others.delete(finish);
        if (others.size === 0 && waiting.get(id) === others) waiting.delete(id);
        resolve(generation);
      };
      const giveUp = () => finish(null);
      const cancel = clock.after(Math.max(0, waitMs), giveUp);
      waiting.set(id, others.add(finish));
      signal?.addEventListener('abort', giveUp);
      if (signal?.aborted) giveUp();
      return promise;
    },
    ended(generation) {
      const those = [...(waiting.get(generation.id) ?? [])];
      for (const finish of those) finish(generation);
      return those.length;
    },
    dismiss(id) {
      for (const finish of [...(waiting.get(id) ?? [])]) finish(null);
    },
  };
}
