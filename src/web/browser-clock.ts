/** The page's clock: the one place of the panel that asks for the time or sets a timer. */
import { type Signal, signal } from '@preact/signals';

export interface BrowserClock {
  /** Moves on once a second, for what is shown as "since". */
  readonly now: Signal<number>;
  /** Calls back before the next frame is drawn, or soon when the page is not shown and draws none. */
  beforeFrame(callback: () => void): void;
  /** Calls back after a time, unless it is called off. */
  after(delayMs: number, callback: () => void): () => void;
}

const backgroundDelayMs = 250;

export function createBrowserClock(): BrowserClock {
  const now = signal(Date.now());
  setInterval(() => {
    now.value = Date.now();
  }, 1_000);
  return {
    now,
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
