/** The small ports of the runtime: the clock, the log. Their real adapters are made in `app.ts`. */

/** Time and timers. `now` is in milliseconds since the epoch. */
export interface Clock {
  now(): number;
  /** Calls back once, after `delayMs`; returns what cancels it. Delays above 2^31-1 ms are cut into steps. */
  after(delayMs: number, callback: () => void): () => void;
  /** Calls back in a later turn of the event loop. */
  soon(callback: () => void): void;
}

/** Resolves in a later turn of the event loop: whatever else the process has to do has its turn before. */
export function laterTurn(clock: Pick<Clock, 'soon'>): Promise<void> {
  return new Promise((resolve) => clock.soon(resolve));
}

/** The part of pino that is used: object first, message second. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
