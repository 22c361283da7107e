/**
 * The event loop and the time of a simulated world. While it runs, what the platform gives to everybody (turns of the event loop,
 * random bytes) comes from here, nact's own turns included: one step after another, in an order that the seed draws.
 */
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import type { Clock } from '../../src/actors/runtime/ports.ts';
import type { Draws } from '../support/draws.ts';

/** Whoever runs: a process that may die, or a part of the world that does not. What the dead have planned never happens. */
export interface Owner {
  readonly name: string;
  isAlive: boolean;
}

export function createOwner(name: string): Owner {
  return { name, isAlive: true };
}

export interface EventLoop {
  now(): number;
  clockOf(owner: Owner): Clock;
  /** Runs something in an owner's name, in a later step. */
  soon(owner: Owner, callback: () => void): void;
  after(owner: Owner, delayMs: number, callback: () => void): () => void;
  /** Steps so far. */
  readonly steps: number;
  /**
   * Goes on until `isEnough`, nothing is left to do, or a limit is passed. `between` is called between the steps, now and then, in
   * nobody's name.
   */
  run(options: {
    isEnough: () => boolean;
    between: () => Promise<void>;
    stepsMax: number;
    until: number;
  }): Promise<'enough' | 'nothing left' | 'too long'>;
}

interface Task {
  readonly owner: Owner;
  readonly callback: () => void;
  isCancelled: boolean;
}

interface Timer extends Task {
  readonly at: number;
  readonly number: number;
}

const stepsBetween = 64;

export function createEventLoop(draws: Draws, start = 1_700_000_000_000): EventLoop {
  const tasks: Task[] = [];
  let timers: Timer[] = [];
  let now = start;
  let numbers = 0;
  let steps = 0;
  let running: Owner | null = null;
  // How far the order of steps may depart from the order in which they were planned.
  const disorder = draws.pick([1, 4, 1_000]);
  const slowness = draws.pick([0, 0.02, 0.1]);

  function add(owner: Owner, callback: () => void): Task {
    const task: Task = { owner, callback, isCancelled: false };
    if (owner.isAlive) tasks.push(task);
    return task;
  }

  function after(owner: Owner, delayMs: number, callback: () => void): () => void {
    numbers += 1;
    const timer: Timer = { owner, callback, isCancelled: false, at: now + Math.max(0, delayMs), number: numbers };
    if (owner.isAlive) timers.push(timer);
    return () => {
      timer.isCancelled = true;
    };
  }

  const happens = (task: Task) => task.owner.isAlive && !task.isCancelled;

  /** Timers that are due become tasks; without any task, time goes on to the next timer. */
  function ripen(): void {
    if (tasks.length === 0) {
      timers = timers.filter(happens);
      const next = timers.reduce((first, { at }) => Math.min(first, at), Number.POSITIVE_INFINITY);
      if (next === Number.POSITIVE_INFINITY) return;
      now = Math.max(now, next);
    }
    const due = timers.filter(({ at }) => at <= now);
    if (due.length === 0) return;
    timers = timers.filter(({ at }) => at > now);
    tasks.push(...due.sort((a, b) => a.at - b.at || a.number - b.number));
  }

  function next(): Task | undefined {
    ripen();
    while (tasks.length > 0) {
      const index = draws.between(0, Math.min(tasks.length, disorder) - 1);
      const [task] = tasks.splice(index, 1);
      if (task && happens(task)) return task;
      ripen();
    }
    return undefined;
  }

  async function step(task: Task, turn: () => Promise<void>): Promise<void> {
    steps += 1;
    if (slowness > 0 && draws.chance(slowness)) now += draws.between(1, 20);
    running = task.owner;
    try {
      task.callback();
      await turn();
    } finally {
      running = null;
    }
  }

  /** The platform's own functions, replaced until the returned function is called. */
  function takeOver(): { turn: () => Promise<void>; giveBack: () => void } {
    const { setImmediate: setReal, clearImmediate: clearReal } = globalThis;
    const { randomBytes } = crypto;
    const turn = () => new Promise<void>((resolve) => void setReal(resolve));
    const setSimulated = (callback: (...values: unknown[]) => void, ...values: unknown[]) =>
      running ? add(running, () => callback(...values)) : setReal(callback, ...values);
    const clearSimulated = (planned: Task | NodeJS.Immediate | undefined) => {
      if (planned && 'isCancelled' in planned) planned.isCancelled = true;
      else clearReal(planned);
    };
    Object.assign(globalThis, { setImmediate: setSimulated, clearImmediate: clearSimulated });
    crypto.randomBytes = ((size: number) =>
      Buffer.from(Array.from({ length: size }, () => draws.between(0, 255)))) as typeof randomBytes;
    syncBuiltinESMExports();
    return {
      turn,
      giveBack() {
        Object.assign(globalThis, { setImmediate: setReal, clearImmediate: clearReal });
        crypto.randomBytes = randomBytes;
        syncBuiltinESMExports();
      },
    };
  }

  return {
    now: () => now,
    clockOf: (owner) => ({
      now: () => now,
      after: (delayMs, callback) => after(owner, delayMs, callback),
      soon: (callback) => void add(owner, callback),
    }),
    soon: (owner, callback) => void add(owner, callback),
    after,
    get steps() {
      return steps;
    },
    async run({ isEnough, between, stepsMax, until }) {
      const { turn, giveBack } = takeOver();
      try {
        for (let count = 1; ; count += 1) {
          if (isEnough()) return 'enough';
          if (count > stepsMax || now > until) return 'too long';
          const task = next();
          if (!task) return 'nothing left';
          await step(task, turn);
          if (count % stepsBetween === 0) await between();
        }
      } finally {
        giveBack();
      }
    },
  };
}
