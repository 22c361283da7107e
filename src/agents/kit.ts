/**
 * The kit for those who write agents, `agent-arena/kit`: declare what you answer, connect or serve, done. It is the one place among the agents that
 * knows an adapter, the bus on NATS, because here the agent is a program of its own and nobody else could hand one in.
 */
import type { Clock, Log } from '../actors/runtime/ports.ts';
import type { Bus } from '../bridge/bus.ts';
import { createNatsBus } from '../bridge/bus-nats.ts';
import { processClock } from '../process-clock.ts';
import { channelPrefix, defaultEndpoint, requestPattern } from '../protocol/channels.ts';
import { subjects } from '../protocol/subjects.ts';
import { createAnswering } from './answering.ts';
import type { Handlers } from './asks.ts';
import { type HttpServing, type HttpServingOptions, serveOverHttp } from './http-serving.ts';
import { listen } from './listening.ts';

export type { Answer, Ask, Handler, Handlers, Pending, WithUsage } from './asks.ts';
export { AnswerFailure, pending, withUsage } from './asks.ts';
export type { HttpServingOptions } from './http-serving.ts';

export interface AgentOptions {
  /** The participants that this agent answers for. Left out: every one; of several agents that listen for one, one is asked. */
  readonly id?: string | readonly string[];
  readonly name: string;
  readonly version?: string;
  /** A handler for each prompt type that is answered. Health is answered by the kit. */
  readonly answer: Handlers;
  /** As the participant's `endpoint` in the arena, when it is not the default one. */
  readonly endpoint?: string;
  /** So many answers are remembered for requests that come again. Default 1,000. */
  readonly rememberedMax?: number;
  /** So many requests are worked on at once. Default 10,000. */
  readonly inFlightMax?: number;
  readonly clock?: Clock;
  /** Where it says what went wrong; silent when left out. */
  readonly log?: Log;
}

export interface Agent {
  /** Listens from now on, and stays connected. Resolves when the server knows it, or at once while the server is away. */
  connect(to: { bus: Bus } | { url: string }): Promise<void>;
  /** Listens over HTTP, for a participant whose `endpoint` is the URL. Rejects when the port is taken. */
  serve(at: HttpServingOptions): Promise<{ readonly url: string }>;
  /** Answers what is at hand within `timeoutMs` (5,000), has the rest asked again, disconnects. Resolves with how many were left. */
  close(timeoutMs?: number): Promise<number>;
}

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export function createAgent(options: AgentOptions): Agent {
  const { name, version, answer: handlers, clock = processClock, log = silent, rememberedMax, inFlightMax } = options;
  const self = { name, handlers, ...(version === undefined ? {} : { version }) };
  const answering = createAnswering({
    clock,
    agentFor: () => self,
    ...(rememberedMax === undefined ? {} : { rememberedMax }),
    ...(inFlightMax === undefined ? {} : { inFlightMax }),
  });
  const connections: { close(): Promise<void> }[] = [];
  const servings: HttpServing[] = [];
  const patterns = patternsOf(options);

  return {
    connect: async (to) => {
      const bus = 'bus' in to ? to.bus : createNatsBus({ url: to.url, clock, log });
      const connection = await bus.connect({ name: `agent ${name}` });
      const subscriptions = patterns.map((pattern) => listen(connection, pattern, answering, log));
      connections.push({
        close: async () => {
          await connection.close();
          if (!('bus' in to)) await bus.close();
        },
      });
      log.info({ name, subjects: subscriptions.map(({ subject }) => subject) }, 'the agent listens');
      if (connection.status().connected) await connection.flush();
    },
    serve: async (at) => {
      const serving = await serveOverHttp(answering, at, { clock, log });
      servings.push(serving);
      log.info({ name, url: serving.url }, 'the agent listens');
      return serving;
    },
    close: async (timeoutMs = 5_000) => {
      const left = await answering.close(timeoutMs);
      await Promise.all(servings.splice(0).map((each) => each.close()));
      await Promise.all(connections.splice(0).map((each) => each.close()));
      return left;
    },
  };
}

function patternsOf({ id, endpoint = defaultEndpoint }: AgentOptions): string[] {
  if (id === undefined) return [subjects.agentRequest.wildcard];
  const ids = typeof id === 'string' ? [id] : id;
  return [...new Set(ids.map((each) => requestPattern(channelPrefix(endpoint, each))))];
}
