/** Time that passes only when a test says so, and turns of the real event loop to wait for what needs no time. */
import type { Clock } from '../../src/actors/runtime/ports.ts';

export interface SimulatedClock extends Clock {
  /** Goes to the next timer that is due and fires it; false when none is set. */
  goToNextTimer(): boolean;
  /** Lets time pass, firing what falls due on the way. */
  pass(ms: number): void;
  readonly timersSet: number;
}

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

export function createSimulatedClock(start = 1_700_000_000_000): SimulatedClock {
  let now = start;
  let timers: Timer[] = [];

  function next(): Timer | undefined {
    return timers.reduce<Timer | undefined>(
      (first, timer) => (first && first.at <= timer.at ? first : timer),
      undefined,
    );
  }

  function fire(timer: Timer): void {
    timers = timers.filter((one) => one !== timer);
    now = Math.max(now, timer.at);
    timer.callback();
  }

  return {
    now: () => now,
    after(delayMs, callback) {
      const timer = { at: now + delayMs, callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
    soon: (callback) => void setImmediate(callback),
    goToNextTimer() {
      const timer = next();
      if (timer) fire(timer);
      return timer !== undefined;
    },
    pass(ms) {
      const end = now + ms;
      for (let timer = next(); timer && timer.at <= end; timer = next()) fire(timer);
      now = end;
    },
    get timersSet() {
      return timers.length;
    },
  };
}

/** Lets the event loop turn, so that everything that needs no time has happened. */
export async function turns(count = 40): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Turns the event loop until something holds; throws when it does not come to hold. */
export async function until(what: string, holds: () => boolean, turnsMax = 20_000): Promise<void> {
  for (let turn = 0; turn < turnsMax; turn += 1) {
    if (holds()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`after ${turnsMax} turns of the event loop still not: ${what}`);
}
