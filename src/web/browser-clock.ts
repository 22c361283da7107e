/** The page's clock: the one place of the panel that asks for the time or sets a timer. */
import { type Signal, signal } from '@preact/signals';

export interface BrowserClock {
  /** The arena's time, milliseconds since 1970. Moves on once a second, for what is shown as "since". */
  readonly now: Signal<number>;
  /** Tells what time it is at the arena: a browser's own clock may be wrong. */
  setBy(arenaTime: number): void;
  /** Calls back before the next frame is drawn, or soon when the page is not shown and draws none. */
  beforeFrame(callback: () => void): void;
  /** Calls back after a time, unless it is called off. */
  after(delayMs: number, callback: () => void): () => void;
}

const backgroundDelayMs = 250;
/** Differences below this are of the line, and of a time that is told in whole seconds. */
const differenceLeastMs = 2_000;

export function createBrowserClock(): BrowserClock {
  let aheadMs = 0;
  const now = signal(Date.now());
  const read = () => {
    now.value = Date.now() + aheadMs;
  };
  setInterval(read, 1_000);
  return {
    now,
    setBy(arenaTime) {
      const difference = arenaTime - Date.now();
      aheadMs = Math.abs(difference) < differenceLeastMs ? 0 : difference;
      read();
    },
    beforeFrame(callback) {
      if (document.hidden) setTimeout(callback, backgroundDelayMs);
      else requestAnimationFrame(callback);
    },
    after(delayMs, callback) {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
  };
}
