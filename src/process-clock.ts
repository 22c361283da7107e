/** The clock of this process: the real adapter of the port, for the arena, the command line, and agents that are programs of their own. */
import type { Clock } from './actors/runtime/ports.ts';

const delayMax = 2 ** 31 - 1;

export const processClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, callback) => {
    const dueAt = Date.now() + delayMs;
    let timer = setTimeout(fire, Math.min(delayMs, delayMax));
    function fire(): void {
      const restMs = dueAt - Date.now();
      if (restMs <= 0 || delayMs <= delayMax) callback();
      else timer = setTimeout(fire, Math.min(restMs, delayMax));
    }
    return () => clearTimeout(timer);
  },
  soon: (callback) => void setImmediate(callback),
};
