/**
 * Agents that a test holds in its hand, on a real nats-server and outside of the arena's process: what each request is answered
 * with, and a record of every request that came. Written on the bare NATS client, so that it shares no code with what is tested.
 */
import { connect, type Msg, type NatsConnection } from 'nats';
import { type AgentRequest, requestSchema } from '../../src/protocol/messages.ts';
import { atEndOfFile } from './end-of-file.ts';
import { wellBehaved } from './good-answers.ts';

export { wellBehaved } from './good-answers.ts';

export interface AskedRequest extends AgentRequest {
  readonly subject: string;
  readonly reply: string;
}

/** A response object, a raw body, several of them one after the other, or null for silence. */
export type Reply = object | string | Uint8Array | readonly Raw[] | null;
type Raw = string | Uint8Array;
export type Script = (asked: AskedRequest) => Reply | Promise<Reply>;

export interface NatsAgents {
  readonly asked: readonly AskedRequest[];
  readonly connection: NatsConnection;
  /** The first request that matches, come or to come. */
  until(matches: (asked: AskedRequest) => boolean): Promise<AskedRequest>;
  /** Answers otherwise from now on. */
  follow(script: Script): void;
  close(): Promise<void>;
}

const open = new Set<NatsAgents>();
atEndOfFile(() => Promise.all([...open].map((agents) => agents.close())));

/** Answers for every participant with the default endpoint, or for those of another pattern. */
export async function startNatsAgents(
  url: string,
  script: Script = wellBehaved,
  pattern = 'actor.agent.*.request.>',
): Promise<NatsAgents> {
  const connection = await connect({
    servers: url,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 5,
    reconnectJitter: 0,
    noEcho: true,
  });
  const asked: AskedRequest[] = [];
  let waiting: (() => void)[] = [];
  let current = script;

  async function take(message: Msg): Promise<void> {
    const read = requestSchema.safeParse(message.json());
    if (!read.success) {
      message.respond(JSON.stringify({ state: 'fail', message: 'what is this?' }));
      return;
    }
    const request = { ...read.data, subject: message.subject, reply: message.reply ?? '' };
    asked.push(request);
    const told = waiting;
    waiting = [];
    for (const resolve of told) resolve();
    const reply = await current(request);
    for (const body of bodiesOf(reply)) if (!connection.isClosed()) message.respond(body);
  }

  connection.subscribe(pattern, { callback: (_error, message) => void take(message) });
  await connection.flush();
  const agents: NatsAgents = {
    asked,
    connection,
    follow: (next) => {
      current = next;
    },
    until: async (matches) => {
      for (let index = 0; ; index += 1) {
        while (index >= asked.length) await new Promise<void>((resolve) => waiting.push(resolve));
        const request = asked[index];
        if (request && matches(request)) return request;
      }
    },
    close: async () => {
      open.delete(agents);
      await connection.close();
    },
  };
  open.add(agents);
  return agents;
}

function bodiesOf(reply: Reply): Uint8Array[] {
  if (reply === null) return [];
  const raw = (body: Raw) => (typeof body === 'string' ? new TextEncoder().encode(body) : body);
  if (typeof reply === 'string' || reply instanceof Uint8Array) return [raw(reply)];
  if (Array.isArray(reply)) return (reply as readonly Raw[]).map(raw);
  return [raw(JSON.stringify(reply))];
}
