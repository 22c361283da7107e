/**
 * Messages that JetStream keeps until they were taken, also while nobody of ours is there: the stream, the durable consumer, and
 * handing over what it has. Which connection, and when it is there, is `bus-nats.ts`'s; what a message means is its taker's.
 */
import { AckPolicy, DeliverPolicy, type JsMsg, type NatsConnection, NatsError, nanos, StorageType } from 'nats';
import type { Clock, Log } from '../actors/runtime/ports.ts';
import type { ConsumeOptions, Consumption } from './bus.ts';
import { reason, unavailable } from './nats-message.ts';

/** What nobody has taken for so long was for an arena that is gone. */
const keptForMs = 24 * 3_600_000;
/** A consumer that nobody has used for so long is an arena's that is gone. */
const unusedForMs = 7 * keptForMs;
/** What was handed over and not taken in this time is handed over again. */
const takenWithinMs = 5_000;
const pollMs = 50;
const caughtUpWithinMs = 2 * takenWithinMs;

/** The consumptions of one connection, which may not be there yet. */
export interface Consumptions {
  /** The connection is there. */
  connected(client: NatsConnection): void;
  /** Waits for the connection; resolves with null when its server keeps nothing. Rejects when they are stopped. */
  consume(options: ConsumeOptions): Promise<Consumption | null>;
  stop(): Promise<void>;
}

export function createConsumptions(edges: { clock: Clock; log: Log }): Consumptions {
  const { promise, resolve } = Promise.withResolvers<NatsConnection | null>();
  const running = new Set<Consumption>();
  let stopped = false;
  return {
    connected: resolve,
    async consume(options) {
      const client = await promise;
      if (stopped) throw unavailable('the bus connection is closed');
      const consumption = client && (await startConsumption(client, { ...options, ...edges }));
      if (consumption) running.add(consumption);
      return consumption;
    },
    async stop() {
      stopped = true;
      resolve(null);
      await Promise.all([...running].map((one) => one.stop()));
    },
  };
}

/** Resolves with null when this server keeps nothing: it has no JetStream, or a stream of somebody else has the subjects. */
async function startConsumption(
  client: NatsConnection,
  options: ConsumeOptions & { clock: Clock; log: Log },
): Promise<Consumption | null> {
  const { stream, subjects, durable, clock, log } = options;
  let created: string;
  const manager = await client.jetstreamManager().catch((error: unknown) => notKept(error));
  if (!manager) return null;
  try {
    created = await streamOf();
    await manager.consumers.add(stream, {
      durable_name: durable,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(takenWithinMs),
      deliver_policy: DeliverPolicy.New,
      inactive_threshold: nanos(unusedForMs),
      max_ack_pending: 10_000,
    });
  } catch (error) {
    return notKept(error);
  }
  const consumer = await client.jetstream().consumers.get(stream, durable);
  const messages = await consumer.consume({ max_messages: 500, callback: (message) => void take(message) });
  log.info({ stream, consumer: durable }, 'JetStream keeps what comes while the arena is away');

  /** When the stream was made: its numbers begin anew when it is made again. */
  async function streamOf(): Promise<string> {
    const found = await manager?.streams.info(stream).catch(() => null);
    if (found && sameSubjects(found.config.subjects)) return found.created;
    const made = await manager?.streams.add({
      name: stream,
      subjects: [...subjects],
      storage: StorageType.File,
      max_age: nanos(keptForMs),
    });
    return made?.created ?? '';
  }

  function sameSubjects(found: readonly string[]): boolean {
    return found.length === subjects.length && subjects.every((subject) => found.includes(subject));
  }

  function notKept(error: unknown): null {
    const why = error instanceof NatsError ? error.message : reason(error);
    log.info({ stream, reason: why }, 'JetStream keeps nothing for this arena');
    return null;
  }

  /** Acknowledged once it was taken; otherwise it comes again. */
  async function take(message: JsMsg): Promise<void> {
    try {
      await options.take({
        subject: message.subject,
        data: message.data,
        id: `${stream}/${created}/${message.seq}`,
      });
      message.ack();
    } catch (error) {
      log.warn({ subject: message.subject, err: error }, 'a kept message could not be taken and comes again');
      message.nak(takenWithinMs / 5);
    }
  }

  return {
    async caughtUp() {
      const until = clock.now() + caughtUpWithinMs;
      while (clock.now() < until && !client.isClosed()) {
        const info = await consumer.info().catch(() => null);
        if (info && info.num_pending === 0 && info.num_ack_pending === 0) return;
        await new Promise<void>((resolve) => void clock.after(pollMs, resolve));
      }
    },
    async stop() {
      await messages.close();
    },
  };
}
