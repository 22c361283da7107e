/**
 * The arena as a service of NATS: answers `$SRV.PING`, `INFO` and `STATS`, so that `nats micro ls` and other tools find it (NATS
 * ADR-32). Over the bus port, so that it comes back with the connection and the figures are the arena's own; what is counted is its callers'.
 */
import type { Log } from '../actors/runtime/ports.ts';
import type { BusConnection, BusMessage } from './bus.ts';

export interface ServiceEndpoint {
  readonly name: string;
  readonly subject: string;
  readonly description: string;
  readonly counts: () => EndpointCounts;
}

export interface EndpointCounts {
  readonly requests: number;
  readonly errors: number;
  readonly lastError: string;
  readonly processingMs: number;
}

export interface ServiceOptions {
  readonly bus: Pick<BusConnection, 'subscribe' | 'publish'>;
  readonly log: Log;
  /** Unique among those that run. */
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endpoints: readonly ServiceEndpoint[];
}

const nanosPerMs = 1_000_000;

/** Answers from now on, until the connection is closed. */
export function announceService(options: ServiceOptions): void {
  const { bus, log, id, name, version, description, metadata, endpoints } = options;
  const identity = { name, id, version, metadata };
  const answers: Readonly<Record<string, () => object>> = {
    PING: () => ({ ...identity, type: 'io.nats.micro.v1.ping_response' }),
    INFO: () => ({
      ...identity,
      type: 'io.nats.micro.v1.info_response',
      description,
      endpoints: endpoints.map((one) => ({
        ...endpointOf(one),
        metadata: { description: one.description },
      })),
    }),
    STATS: () => ({
      ...identity,
      type: 'io.nats.micro.v1.stats_response',
      started: new Date(options.startedAt).toISOString(),
      endpoints: endpoints.map((one) => ({ ...endpointOf(one), ...statsOf(one.counts()) })),
    }),
  };

  for (const [verb, answer] of Object.entries(answers))
    for (const subject of [`$SRV.${verb}`, `$SRV.${verb}.${name}`, `$SRV.${verb}.${name}.${id}`])
      bus.subscribe(subject, (message) => reply(message, answer));

  function reply(message: BusMessage, answer: () => object): void {
    if (message.reply === null) return;
    try {
      bus.publish(message.reply, JSON.stringify(answer()));
    } catch (error) {
      log.warn({ subject: message.subject, err: error }, 'who asked for the service could not be answered');
    }
  }
}

/** Every arena on the same bus takes what comes: there is no queue. */
function endpointOf({ name, subject }: ServiceEndpoint): object {
  return { name, subject, queue_group: '' };
}

function statsOf({ requests, errors, lastError, processingMs }: EndpointCounts): object {
  const processing = Math.round(processingMs * nanosPerMs);
  return {
    num_requests: requests,
    num_errors: errors,
    last_error: lastError,
    processing_time: processing,
    average_processing_time: requests === 0 ? 0 : Math.round(processing / requests),
  };
}
