/** Waiting: the one place where the client touches a timer. Whoever has a clock of their own gives the client another `Pause`. */

/** Resolves after a time, or as soon as the signal is aborted. */
export type Pause = (delayMs: number, signal: AbortSignal) => Promise<void>;

export const pauseByTimer: Pause = (delayMs, signal) =>
  new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, delayMs);
    signal.addEventListener('abort', finish);
    if (signal.aborted) finish();
  });
