/** The one timer queue of the runtime: deadlines live in state, this fires them. At most one timer per key, the newest counts. */
import type { Clock } from './ports.ts';

interface Timer {
  readonly key: string;
  readonly at: number;
  readonly fire: () => void;
}

export interface Timers {
  set(key: string, at: number, fire: () => void): void;
  clear(key: string): void;
  /** Clears all, and sets no more. */
  stop(): void;
}

export function createTimers(clock: Clock): Timers {
  const current = new Map<string, Timer>();
  const heap: Timer[] = [];
  let armedFor: number | null = null;
  let disarm: () => void = () => {};
  let stopped = false;

  function dropStale(): void {
    for (let top = heap[0]; top && current.get(top.key) !== top; top = heap[0]) popTop(heap);
    // Timers are replaced and cleared far more often than they fire: rebuild before the stale ones outweigh the live.
    if (heap.length > 64 && heap.length > 4 * current.size) {
      heap.length = 0;
      for (const timer of current.values()) push(heap, timer);
    }
  }

  function arm(): void {
    dropStale();
    const top = heap[0];
    if (!top || (armedFor !== null && armedFor <= top.at)) return;
    disarm();
    armedFor = top.at;
    disarm = clock.after(Math.max(0, top.at - clock.now()), fireDue);
  }

  function fireDue(): void {
    armedFor = null;
    disarm = () => {};
    dropStale();
    const now = clock.now();
    try {
      for (let top = heap[0]; top && top.at <= now; top = heap[0]) {
        popTop(heap);
        current.delete(top.key);
        top.fire();
        dropStale();
      }
    } finally {
      arm();
    }
  }

  function clearAll(): void {
    current.clear();
    heap.length = 0;
    armedFor = null;
    disarm();
    disarm = () => {};
  }

  return {
    set(key, at, fire) {
      if (stopped) return;
      const timer = { key, at, fire };
      current.set(key, timer);
      push(heap, timer);
      arm();
    },
    clear(key) {
      if (!current.delete(key)) return;
      // A timer of the clock that is left armed would keep the process alive.
      if (current.size === 0) clearAll();
    },
    stop() {
      stopped = true;
      clearAll();
    },
  };
}

function push(heap: Timer[], timer: Timer): void {
  let index = heap.push(timer) - 1;
  while (index > 0) {
    const above = (index - 1) >> 1;
    const parent = heap[above] as Timer;
    if (parent.at <= timer.at) break;
    heap[index] = parent;
    index = above;
  }
  heap[index] = timer;
}

function popTop(heap: Timer[]): void {
  const last = heap.pop();
  if (!last || heap.length === 0) return;
  let index = 0;
  for (;;) {
    let below = 2 * index + 1;
    if (below >= heap.length) break;
    const right = heap[below + 1];
    if (right && right.at < (heap[below] as Timer).at) below += 1;
    const child = heap[below] as Timer;
    if (child.at >= last.at) break;
    heap[index] = child;
    index = below;
  }
  heap[index] = last;
}
