/**
 * The bus of a simulated world: the in-process bus as its server, and connections to it that lose, double, delay and reorder what they
 * carry, and break. What is published while a connection is away is thrown away, as a client of NATS does.
 */
import type { Bus, BusConnection, BusMessage, BusStatus, PublishOptions, Subscription } from '../../src/bridge/bus.ts';
import { createLocalBus } from '../../src/bridge/bus-local.ts';
import { ArenaError } from '../../src/protocol/errors.ts';
import { checkSubject } from '../../src/protocol/subject-rules.ts';
import { memoryLog } from '../support/clock.ts';
import type { Draws } from '../support/draws.ts';
import type { Chaos } from './chaos.ts';
import { createOwner, type EventLoop, type Owner } from './event-loop.ts';

export interface Network {
  /** A bus as a process sees it. Its connections end with the process. */
  busOf(owner: Owner): Bus;
  /** Told of everything that reaches the server, in order. */
  watch(callback: (message: Arrival) => void): void;
  /** Breaks the connections of an owner; they come back after a while. */
  cut(owner: Owner, awayMs: number): void;
  /** The owner has died: nobody listens on its connections any more. */
  end(owner: Owner): void;
}

export interface Arrival {
  readonly from: Owner;
  readonly subject: string;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface Subscribed {
  readonly pattern: string;
  readonly handler: (message: BusMessage) => void;
  readonly options: { queue?: string };
  at: Subscription | null;
}

interface Line {
  readonly owner: Owner;
  cut(): void;
  mend(): void;
  end(): void;
}

export function createNetwork({ loop, draws, chaos }: { loop: EventLoop; draws: Draws; chaos: Chaos }): Network {
  const server = createOwner('bus');
  const bus = createLocalBus({ clock: loop.clockOf(server), log: memoryLog() });
  const watchers: ((message: Arrival) => void)[] = [];
  const lines = new Set<Line>();
  const decoder = new TextDecoder();

  async function connect(owner: Owner, options: { name: string; noEcho?: boolean }): Promise<BusConnection> {
    const inner = await bus.connect(options);
    const subscriptions = new Set<Subscribed>();
    const statusCallbacks: ((status: BusStatus) => void)[] = [];
    const reconnectCallbacks: (() => void)[] = [];
    let isConnected = true;
    let isClosed = false;
    /** What was published and has not reached the server yet, in order. */
    let outbox: (() => void)[] = [];
    const flushes: { resolve: () => void; reject: (error: ArenaError) => void }[] = [];

    function checkOpen(): void {
      if (isClosed) throw unavailable('the connection is closed');
    }

    function publish(subject: string, data: string | Uint8Array, more: PublishOptions = {}): void {
      checkOpen();
      checkSubject(subject);
      if (!isConnected) return;
      outbox.push(() => {
        const text = typeof data === 'string' ? data : decoder.decode(data);
        inner.publish(subject, data, more);
        for (const watcher of watchers) watcher({ from: owner, subject, text, headers: more.headers ?? {} });
      });
      if (outbox.length === 1) loop.after(owner, draws.between(0, chaos.delayMs), send);
    }

    /** A connection keeps the order of what is published on it. */
    function send(): void {
      const sent = outbox;
      outbox = [];
      for (const one of sent) one();
      for (const { resolve } of flushes.splice(0)) resolve();
    }

    function attach(one: Subscribed): void {
      one.at = inner.subscribe(one.pattern, (message) => carry(one, message), one.options);
    }

    function carry(one: Subscribed, message: BusMessage): void {
      if (draws.chance(chaos.lose)) return;
      const times = draws.chance(chaos.double) ? 2 : 1;
      for (let time = 0; time < times; time += 1) {
        loop.after(owner, draws.between(0, chaos.delayMs), () => {
          if (isConnected && subscriptions.has(one)) one.handler(message);
        });
      }
    }

    function detach(): void {
      isConnected = false;
      outbox = [];
      for (const one of subscriptions) one.at?.unsubscribe();
    }

    const line: Line = {
      owner,
      end: detach,
      cut() {
        if (!isConnected) return;
        detach();
        for (const { reject } of flushes.splice(0)) reject(unavailable('the connection broke'));
        for (const callback of statusCallbacks) callback(status());
      },
      mend() {
        if (isConnected || isClosed) return;
        isConnected = true;
        for (const one of subscriptions) attach(one);
        for (const callback of statusCallbacks) callback(status());
        for (const callback of reconnectCallbacks) callback();
      },
    };
    lines.add(line);

    function status(): BusStatus {
      return isConnected ? { connected: true, detail: 'simulated' } : { connected: false, detail: 'cut' };
    }

    return {
      publish,
      subscribe(pattern, handler, more = {}) {
        checkOpen();
        const one: Subscribed = { pattern, handler, options: more, at: null };
        subscriptions.add(one);
        if (isConnected) attach(one);
        return {
          subject: pattern,
          unsubscribe() {
            one.at?.unsubscribe();
            subscriptions.delete(one);
          },
        };
      },
      request: () => Promise.reject(unavailable('nobody asks in this way here')),
      flush() {
        checkOpen();
        if (!isConnected) return Promise.reject(unavailable('the connection is away'));
        if (outbox.length === 0) return Promise.resolve();
        return new Promise((resolve, reject) => flushes.push({ resolve, reject }));
      },
      status,
      onReconnect: (callback) => void reconnectCallbacks.push(callback),
      onStatus: (callback) => void statusCallbacks.push(callback),
      async close() {
        isClosed = true;
        // What was published is sent before it closes.
        send();
        subscriptions.clear();
        lines.delete(line);
        await inner.close();
      },
    };
  }

  return {
    busOf: (owner) => ({ connect: (options) => connect(owner, options), close: async () => {} }),
    watch: (callback) => void watchers.push(callback),
    cut(owner, awayMs) {
      const cutLines = [...lines].filter((line) => line.owner === owner);
      for (const line of cutLines) {
        loop.soon(owner, () => {
          line.cut();
          loop.after(owner, awayMs, line.mend);
        });
      }
    },
    end(owner) {
      for (const line of [...lines].filter((one) => one.owner === owner)) {
        line.end();
        lines.delete(line);
      }
    },
  };
}

function unavailable(message: string): ArenaError {
  return new ArenaError({ code: 'unavailable', message });
}
