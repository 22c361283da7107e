/**
 * The bus on a NATS server. The client reconnects by itself once it was connected; the first connection, and one that the
 * client gave up, are dialled again from here, for ever. What was owed while the server was away is sent again by its owner.
 */
import { connect as dialServer, ErrorCode, type NatsConnection, NatsError } from 'nats';
import type { Clock, Log } from '../actors/runtime/ports.ts';
import { ArenaError } from '../protocol/errors.ts';
import { checkHeaders, checkPattern, checkSubject } from '../protocol/subject-rules.ts';
import type { Bus, BusConnection, BusMessage, BusStatus, PublishOptions, Subscription } from './bus.ts';
import { createConsumptions } from './nats-consumption.ts';
import { bytesOf, carried, reason, received, requestProblem, unavailable } from './nats-message.ts';
import { type NatsServers, natsServers } from './nats-url.ts';

export interface NatsBusOptions {
  /** `nats://[user:password@|token@]host[:port]`, or `tls://…`; several servers of a cluster by commas. */
  readonly url: string;
  readonly clock: Clock;
  readonly log: Log;
  /** How long to wait between two attempts to connect. */
  readonly reconnectWaitMs?: number;
  /** A server that leaves two pings unanswered is taken for gone. */
  readonly pingIntervalMs?: number;
  /** The longest that `flush` waits for the server. */
  readonly flushTimeoutMs?: number;
}

interface Listener {
  readonly subject: string;
  readonly queue: string | undefined;
  readonly handler: (message: BusMessage) => void;
  unsubscribe(): void;
}

/** How long one attempt to connect may take, and how long `connect` waits for the first one before it resolves. */
const dialTimeoutMs = 5_000;
const firstDialWaitMs = 500;
const closeTimeoutMs = 2_000;

export function createNatsBus(options: NatsBusOptions): Bus {
  const servers = natsServers(options.url);
  const connections = new Set<BusConnection>();
  return {
    connect: async ({ name, noEcho = false }) => {
      const connection = await openConnection({
        ...options,
        servers,
        name,
        noEcho,
        closed: () => connections.delete(connection),
      });
      connections.add(connection);
      return connection;
    },
    close: async () => {
      await Promise.all([...connections].map((each) => each.close()));
    },
  };
}

async function openConnection(
  options: NatsBusOptions & { servers: NatsServers; name: string; noEcho: boolean; closed: () => void },
): Promise<BusConnection> {
  const {
    clock,
    log,
    servers,
    name,
    reconnectWaitMs = 500,
    pingIntervalMs = 10_000,
    flushTimeoutMs = 10_000,
  } = options;
  const listeners = new Set<Listener>();
  const statusCallbacks: ((status: BusStatus) => void)[] = [];
  const reconnectCallbacks: (() => void)[] = [];
  const consumptions = createConsumptions({ clock, log });
  let client: NatsConnection | null = null;
  let status: BusStatus = { connected: false, detail: `connecting to ${servers.shown}` };
  let wasAway = false;
  let droppedCount = 0;
  let closed = false;
  let cancelDial = () => {};

  async function dial(): Promise<void> {
    try {
      const dialled = await dialServer({
        ...servers.options,
        name,
        noEcho: options.noEcho,
        timeout: dialTimeoutMs,
        maxReconnectAttempts: -1,
        reconnectTimeWait: reconnectWaitMs,
        reconnectJitter: Math.ceil(reconnectWaitMs / 5),
        pingInterval: pingIntervalMs,
        maxPingOut: 2,
        // Otherwise two refusals in a row end the client for good, and credentials may be mended on the server.
        ignoreAuthErrorAbort: true,
        noAsyncTraces: true,
      });
      if (closed) await dialled.close();
      else begin(dialled);
    } catch (error) {
      if (closed) return;
      lost(`${servers.shown} is not there: ${reason(error)}`);
      cancelDial = clock.after(reconnectWaitMs, () => void dial());
    }
  }

  function begin(dialled: NatsConnection): void {
    client = dialled;
    consumptions.connected(dialled);
    for (const listener of listeners) attach(listener);
    found();
    void followStatus(dialled);
    void dialled.closed().then((error) => {
      if (closed) return;
      client = null;
      lost(`the client gave up: ${reason(error)}`);
      cancelDial = clock.after(reconnectWaitMs, () => void dial());
    });
  }

  async function followStatus(dialled: NatsConnection): Promise<void> {
    for await (const event of dialled.status()) {
      if (closed || client !== dialled) return;
      if (event.type === 'disconnect') lost(`lost ${servers.shown}`);
      else if (event.type === 'reconnect') found();
      else if (event.type === 'error') log.warn({ bus: name, code: event.data }, 'the NATS server refused something');
    }
  }

  function found(): void {
    setStatus({ connected: true, detail: `connected to ${client?.getServer() ?? servers.shown}` });
    if (!wasAway) return;
    wasAway = false;
    log.info({ bus: name, thrown_away: droppedCount }, 'the NATS server is there again');
    droppedCount = 0;
    for (const callback of reconnectCallbacks) guarded(callback);
  }

  function lost(detail: string): void {
    if (!wasAway) log.warn({ bus: name, detail }, 'the NATS server is away; trying again until it is back');
    wasAway = true;
    setStatus({ connected: false, detail });
  }

  function setStatus(next: BusStatus): void {
    const changed = next.connected !== status.connected || next.detail !== status.detail;
    status = next;
    if (changed) for (const callback of statusCallbacks) guarded(() => callback(next));
  }

  function guarded(callback: () => void): void {
    try {
      callback();
    } catch (error) {
      log.error({ err: error, bus: name }, 'a callback of the bus threw');
    }
  }

  function attach(listener: Listener): void {
    const attached = client?.subscribe(listener.subject, {
      ...(listener.queue === undefined ? {} : { queue: listener.queue }),
      callback: (error, message) => {
        if (error) log.error({ err: error, subject: listener.subject }, 'the NATS server ended a subscription');
        else guarded(() => listener.handler(received(message)));
      },
    });
    if (attached) listener.unsubscribe = () => attached.unsubscribe();
  }

  function checkOpen(): void {
    if (closed) throw unavailable(`bus connection "${name}" is closed`);
  }

  function publish(subject: string, data: string | Uint8Array, publishOptions: PublishOptions = {}): void {
    checkOpen();
    checkSubject(subject);
    const { reply, headers } = publishOptions;
    if (reply !== undefined) checkSubject(reply);
    if (headers) checkHeaders(headers);
    // The client would keep it for a while and then throw it away; which of the two must not be a matter of luck.
    if (!client || !status.connected) {
      droppedCount += 1;
      return;
    }
    try {
      client.publish(subject, bytesOf(data), {
        ...(reply === undefined ? {} : { reply }),
        ...(headers ? { headers: carried(headers) } : {}),
      });
    } catch (error) {
      if (!(error instanceof NatsError)) throw error;
      if (error.code === ErrorCode.MaxPayloadExceeded) {
        const message = `the message on "${subject}" is more than the NATS server takes (${client.info?.max_payload} bytes)`;
        throw new ArenaError({ code: 'too_large', message }, { cause: error });
      }
      droppedCount += 1;
    }
  }

  function subscribe(
    subject: string,
    handler: Listener['handler'],
    subscribeOptions: { queue?: string } = {},
  ): Subscription {
    checkOpen();
    checkPattern(subject, subscribeOptions.queue);
    const listener: Listener = { subject, queue: subscribeOptions.queue, handler, unsubscribe: () => {} };
    listeners.add(listener);
    attach(listener);
    return {
      subject,
      unsubscribe: () => {
        if (listeners.delete(listener)) listener.unsubscribe();
      },
    };
  }

  async function request(
    subject: string,
    data: string | Uint8Array,
    requestOptions: { timeoutMs: number; headers?: Record<string, string> },
  ): Promise<BusMessage> {
    checkOpen();
    checkSubject(subject);
    const { timeoutMs, headers } = requestOptions;
    if (headers) checkHeaders(headers);
    if (!client || !status.connected) throw unavailable(status.detail);
    try {
      const answer = await client.request(subject, data, {
        timeout: timeoutMs,
        ...(headers ? { headers: carried(headers) } : {}),
      });
      return received(answer);
    } catch (error) {
      throw requestProblem(error, subject, timeoutMs);
    }
  }

  async function flushWithin(timeoutMs: number): Promise<void> {
    if (!client || !status.connected) throw unavailable(status.detail);
    await within(clock, timeoutMs, client.flush());
  }

  async function close(timeoutMs = closeTimeoutMs): Promise<void> {
    if (closed) return;
    closed = true;
    cancelDial();
    await consumptions.stop();
    for (const listener of listeners) listener.unsubscribe();
    listeners.clear();
    await flushWithin(timeoutMs).catch((error: unknown) =>
      log.info({ bus: name, err: error }, 'closed without a last flush'),
    );
    await client?.close();
    setStatus({ connected: false, detail: 'closed' });
    options.closed();
  }

  const firstDial = dial();
  await within(clock, firstDialWaitMs, firstDial).catch(() => lost(`connecting to ${servers.shown}`));

  return {
    publish,
    subscribe,
    request,
    consume: consumptions.consume,
    flush: async () => {
      checkOpen();
      await flushWithin(flushTimeoutMs);
    },
    status: () => status,
    onReconnect: (callback) => void reconnectCallbacks.push(callback),
    onStatus: (callback) => void statusCallbacks.push(callback),
    close,
  };
}

/** The promise's outcome, or `unavailable` when it takes longer. */
async function within(clock: Clock, timeoutMs: number, promise: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(timeoutMs, () =>
      reject(unavailable(`the NATS server did not answer within ${timeoutMs} ms`)),
    );
    promise
      .then(resolve, (error: unknown) => reject(unavailable(`the NATS server went away: ${reason(error)}`, error)))
      .finally(cancel);
  });
}
