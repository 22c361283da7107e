/** Agents that a test holds in its hand, on an in-process bus: what each request is answered with, and a record of every one that came. */
import type { Bus } from '../../src/bridge/bus.ts';
import { createLocalBus } from '../../src/bridge/bus-local.ts';
import { type AgentRequest, requestSchema } from '../../src/protocol/messages.ts';
import { memoryLog, realClock } from '../support/clock.ts';
import { wellBehaved } from '../support/nats-agents.ts';

/** The response to a request, or null for silence. */
export type BusScript = (asked: AgentRequest) => object | null | Promise<object | null>;

export interface BusAgents {
  /** For the arena, which closes it at its end. */
  readonly bus: Bus;
  readonly asked: readonly AgentRequest[];
  /** Every message that anybody has published, agents included: subject and body as one text. */
  readonly heard: readonly string[];
  /** The first request that matches, come or to come. */
  until(matches: (asked: AgentRequest) => boolean): Promise<AgentRequest>;
  /** Answers otherwise from now on. */
  follow(script: BusScript): void;
}

export async function startBusAgents(script: BusScript = wellBehaved): Promise<BusAgents> {
  const bus = createLocalBus({ clock: realClock, log: memoryLog() });
  const connection = await bus.connect({ name: 'agents of a test' });
  const asked: AgentRequest[] = [];
  const heard: string[] = [];
  let waiting: (() => void)[] = [];
  let current = script;

  async function take(data: Uint8Array, reply: string): Promise<void> {
    const request = requestSchema.parse(JSON.parse(new TextDecoder().decode(data)));
    asked.push(request);
    const told = waiting;
    waiting = [];
    for (const resolve of told) resolve();
    const answer = await current(request);
    if (answer !== null && connection.status().connected) connection.publish(reply, JSON.stringify(answer));
  }

  connection.subscribe('actor.agent.*.request.>', ({ data, reply }) => void take(data, reply ?? ''));
  connection.subscribe('>', ({ subject, data }) => void heard.push(`${subject} ${new TextDecoder().decode(data)}`));
  return {
    bus,
    asked,
    heard,
    until: async (matches) => {
      for (let index = 0; ; index += 1) {
        while (index >= asked.length) await new Promise<void>((resolve) => waiting.push(resolve));
        const request = asked[index];
        if (request && matches(request)) return request;
      }
    },
    follow: (next) => {
      current = next;
    },
  };
}
