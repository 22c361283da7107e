/**
 * The in-process bus: the rules of a NATS server without the server. Everything that is published in one turn of the event
 * loop is delivered in the next one, in the order of publication; bodies are handed on as they are, not copied.
 */
import type { Clock, Log } from '../actors/runtime/ports.ts';
import { ArenaError } from '../protocol/errors.ts';
import { randomId } from '../protocol/ids.ts';
import { checkHeaders, checkPattern, checkSubject } from '../protocol/subject-rules.ts';
import type { Bus, BusConnection, BusMessage, BusStatus, PublishOptions, Subscription } from './bus.ts';
import { createSubjectTrie } from './subject-trie.ts';

export interface LocalBusOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** The largest body that is taken, with its headers; a NATS server's own default. */
  readonly payloadBytesMax?: number;
}

type Handler = (message: BusMessage) => void;

interface Listener {
  readonly connection: object;
  readonly pattern: string;
  readonly queue: string | null;
  readonly handler: Handler;
  active: boolean;
  /** When its queue group last chose it; the one that waited longest is next. */
  servedAt: number;
}

const noHeaders: Readonly<Record<string, string>> = Object.freeze({});
const noBytes = new Uint8Array(0);
const utf8 = new TextEncoder();

export function createLocalBus({ clock, log, payloadBytesMax = 1_048_576 }: LocalBusOptions): Bus {
  const listeners = createSubjectTrie<Listener>();
  const connections = new Set<BusConnection>();
  let queued: { listener: Listener; message: BusMessage }[] = [];
  let served = 0;

  function deliver(listener: Listener, message: BusMessage): void {
    queued.push({ listener, message });
    if (queued.length === 1) clock.soon(deliverQueued);
  }

  function deliverQueued(): void {
    const batch = queued;
    queued = [];
    for (const { listener, message } of batch) {
      if (!listener.active) continue;
      try {
        listener.handler(message);
      } catch (error) {
        log.error({ err: error, subject: message.subject }, 'a handler of the bus threw');
      }
    }
  }

  function route(from: object, noEcho: boolean, message: BusMessage): void {
    const matching = listeners.match(message.subject).filter((each) => !(noEcho && each.connection === from));
    for (const listener of oneOfEachQueue(matching)) {
      served += 1;
      listener.servedAt = served;
      deliver(listener, message);
    }
    if (matching.length > 0 || message.reply === null) return;
    // A server tells the connection that asked, on one of its plain subscriptions, also when it wants no echo.
    const asker = listeners.match(message.reply).find((each) => each.connection === from && each.queue === null);
    if (asker) deliver(asker, noRespondersFor(message.reply));
  }

  async function connect({ name, noEcho = false }: { name: string; noEcho?: boolean }): Promise<BusConnection> {
    const self = {};
    const own = new Set<Listener>();
    const asked = new Map<string, (outcome: BusMessage | ArenaError) => void>();
    const statusCallbacks: ((status: BusStatus) => void)[] = [];
    const inbox = `_INBOX.${randomId()}`;
    let inboxIsOpen = false;
    let requests = 0;
    let closed = false;

    function checkOpen(): void {
      if (closed) throw new ArenaError({ code: 'unavailable', message: `bus connection "${name}" is closed` });
    }

    function publish(subject: string, data: string | Uint8Array, options: PublishOptions = {}): void {
      checkOpen();
      checkSubject(subject);
      if (options.reply !== undefined) checkSubject(options.reply);
      const message: BusMessage = {
        subject,
        data: typeof data === 'string' ? utf8.encode(data) : data,
        reply: options.reply ?? null,
        headers: options.headers ? carried(options.headers) : noHeaders,
        noResponders: false,
      };
      if (message.data.length > payloadBytesMax) {
        const text = `${message.data.length} bytes on "${subject}" are more than the bus takes (${payloadBytesMax})`;
        throw new ArenaError({ code: 'too_large', message: text });
      }
      route(self, noEcho, message);
    }

    function subscribe(subject: string, handler: Handler, options: { queue?: string } = {}): Subscription {
      checkOpen();
      checkPattern(subject, options.queue);
      const queue = options.queue ?? null;
      const listener: Listener = { connection: self, pattern: subject, queue, handler, active: true, servedAt: 0 };
      own.add(listener);
      listeners.add(subject, listener);
      return { subject, unsubscribe: () => forget(listener) };
    }

    function forget(listener: Listener): void {
      listener.active = false;
      own.delete(listener);
      listeners.remove(listener.pattern, listener);
    }

    async function request(
      subject: string,
      data: string | Uint8Array,
      options: { timeoutMs: number; headers?: Record<string, string> },
    ): Promise<BusMessage> {
      checkOpen();
      if (!inboxIsOpen) {
        subscribe(`${inbox}.*`, (message) => asked.get(message.subject)?.(message));
        inboxIsOpen = true;
      }
      requests += 1;
      const reply = `${inbox}.${requests}`;
      publish(subject, data, options.headers ? { reply, headers: options.headers } : { reply });

      return new Promise((resolve, reject) => {
        const cancelTimer = clock.after(options.timeoutMs, () =>
          settle(unavailable(`no answer on "${subject}" within ${options.timeoutMs} ms`)),
        );
        function settle(outcome: BusMessage | ArenaError): void {
          asked.delete(reply);
          cancelTimer();
          if (outcome instanceof ArenaError) reject(outcome);
          else if (outcome.noResponders) reject(unavailable(`nobody listens on "${subject}"`));
          else resolve(outcome);
        }
        asked.set(reply, settle);
      });
    }

    async function close(): Promise<void> {
      if (closed) return;
      closed = true;
      connections.delete(connection);
      for (const listener of [...own]) forget(listener);
      for (const settle of [...asked.values()]) settle(unavailable(`bus connection "${name}" was closed`));
      for (const callback of statusCallbacks) callback(status());
    }

    function status(): BusStatus {
      return closed ? { connected: false, detail: 'closed' } : { connected: true, detail: 'in process' };
    }

    const connection: BusConnection = {
      publish,
      subscribe,
      request,
      flush: async () => checkOpen(),
      status,
      onReconnect: () => {},
      onStatus: (callback) => void statusCallbacks.push(callback),
      close,
    };
    connections.add(connection);
    return connection;
  }

  return {
    connect,
    close: async () => {
      await Promise.all([...connections].map((each) => each.close()));
    },
  };
}

/** All plain listeners, and of each queue the one that waited longest. A queue is its name, whatever the patterns. */
function oneOfEachQueue(listeners: readonly Listener[]): readonly Listener[] {
  if (listeners.every((each) => each.queue === null)) return listeners;
  const chosen = new Map<string, Listener>();
  for (const each of listeners) {
    if (each.queue === null) continue;
    const rival = chosen.get(each.queue);
    if (!rival || each.servedAt < rival.servedAt) chosen.set(each.queue, each);
  }
  return [...listeners.filter((each) => each.queue === null), ...chosen.values()];
}

function noRespondersFor(subject: string): BusMessage {
  return { subject, data: noBytes, reply: null, headers: noHeaders, noResponders: true };
}

/** Headers as they arrive over NATS: blanks around a value are lost. */
function carried(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  checkHeaders(headers);
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.trim()]));
}

function unavailable(message: string): ArenaError {
  return new ArenaError({ code: 'unavailable', message });
}
