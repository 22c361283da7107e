/** Waiting on the command line: for a time, and until somebody wants it to end. */
import type { Clock } from '../actors/runtime/ports.ts';

/** Resolves after a time, or as soon as the signal is aborted. */
export function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      cancel();
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = clock.after(delayMs, finish);
    signal.addEventListener('abort', finish);
    if (signal.aborted) finish();
  });
}

/** Resolves when the signal is aborted, also when it was before: the wish to stop may come at any time. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
