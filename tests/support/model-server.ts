/**
 * A server of language models that speaks the protocols of all providers that the arena has an adapter for (streamed, as it asks), plays
 * contests in a simple way, and misbehaves as the name of the model says: `good`, or one of `misbehaviours`, always or (`<name>-once`) at
 * the first call for each prompt.
 */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { modelPlayer } from './model-player.ts';
import { type ModelCallSeen, type ModelProtocol, modelProtocols, type Spoken } from './model-protocols.ts';

/** Answered with a status. */
const refusals = {
  /** 429 with `Retry-After` in its decimal form. */
  limited: { status: 429, message: 'slow down', headers: { 'retry-after': '0.05' } },
  /** 429 without. */
  busy: { status: 429, message: 'slow down' },
  broken: { status: 500, message: 'the machine room is on fire' },
  /** Tells the key that it was shown. */
  denied: { status: 401, message: 'Incorrect API key provided: $KEY$' },
  forbidden: { status: 403, message: 'not in your country' },
  missing: { status: 404, message: 'there is no such model' },
  objecting: { status: 400, message: 'the prompt is too long' },
} as const;

/** Said instead of what would be good. */
const sayings = {
  /** JSON that breaks off. */
  garbled: (good: string) => good.slice(0, good.length / 2),
  empty: () => '',
  refusing: () => 'I am sorry, but I cannot help with that.',
  /** JSON of another shape than asked for. */
  shapeless: () => '{"mood": 7}',
  /** Stops because it has no room left. */
  'cut-short': (good: string) => good.slice(0, good.length / 2),
};

const manners = {
  /** Answers after `slowMs`. */
  slow: 'slow',
  /** Takes the call and never says anything. */
  silent: 'silent',
  /** Cuts the connection in the middle of the answer. */
  cut: 'cut',
  /** Ends the stream in order, in the middle of the answer, without saying why. */
  vanishing: 'vanishing',
  /** Begins to answer, and tells in the stream that it has failed. */
  failing: 'failing',
  /** Tells in the stream that it is overloaded, before it has said anything. */
  overloaded: 'overloaded',
  /** Never stops talking. */
  endless: 'endless',
  /** Never says anything, and goes on sending comments. */
  padding: 'padding',
  /** 500, with a body that never ends. */
  flooding: 'flooding',
} as const;

export type Misbehaviour = keyof typeof refusals | keyof typeof sayings | keyof typeof manners;
export const misbehaviourNames = Object.keys({ ...refusals, ...sayings, ...manners }) as readonly Misbehaviour[];

export interface ModelServer {
  /** The base URL for clients of every protocol, with `/v1`. */
  readonly url: string;
  readonly port: number;
  readonly calls: ModelCallSeen[];
  /** How often each prompt was asked. */
  callsByPrompt(): Map<string, number>;
  /** Resolves when so many calls have come in. */
  called(count: number): Promise<void>;
  /** Calls that it has taken and not answered yet. */
  open(): number;
  /** Lets every `slow` call that waits, and all that come, be answered at once. */
  hurry(): void;
  stop(): Promise<void>;
}

export interface ModelServerOptions {
  readonly port?: number;
  /** Default 300. */
  readonly slowMs?: number;
  /** In place of the player of contests: what a model says to a conversation. */
  readonly say?: (call: ModelCallSeen) => string;
}

export async function startModelServer(options: ModelServerOptions = {}): Promise<ModelServer> {
  const { slowMs = 300, say = modelPlayer } = options;
  const calls: ModelCallSeen[] = [];
  const counts = new Map<string, number>();
  const slow = new Set<() => void>();
  let hurried = false;
  let open = 0;
  let arrived = Promise.withResolvers<void>();

  const server = createServer(async (incoming, response) => {
    const path = incoming.url ?? '';
    if (path.endsWith('/models')) return sendModels(response);
    const protocol = modelProtocols.find((one) => one.path.test(path));
    if (!protocol) return sendJson(response, 404, { error: { message: 'there is no such path' } });
    const call = await json(incoming)
      .then((body) => protocol.read(body, path, incoming.headers))
      .catch(() => null);
    if (!call?.streamed) return sendJson(response, 400, protocol.error(400, 'this asks for no streamed answer'));
    const before = counts.get(call.prompt) ?? 0;
    counts.set(call.prompt, before + 1);
    calls.push(call);
    arrived.resolve();
    arrived = Promise.withResolvers();
    open += 1;
    response.on('close', () => {
      open -= 1;
    });
    await answer(protocol, response, call, before);
  });

  async function answer(protocol: ModelProtocol, response: ServerResponse, call: ModelCallSeen, before: number) {
    const isOnce = call.model.endsWith('-once');
    const name = isOnce ? call.model.slice(0, -'-once'.length) : call.model;
    const fault = isOnce && before > 0 ? null : (misbehaviourNames.find((one) => one === name) ?? null);
    if (fault === 'silent') return;
    if (fault === 'flooding') return flood(response, 500, 'fire ');
    if (fault === 'padding') return flood(response, 200, ': still thinking\n\n');
    if (fault === 'slow' && !hurried) await delay(slowMs);
    if (fault !== null && isIn(refusals, fault)) {
      const { status, message, ...more } = refusals[fault];
      const told = protocol.error(status, message.replace('$KEY$', call.authorization ?? 'none'));
      return sendJson(response, status, told, 'headers' in more ? more.headers : {});
    }
    const good = say(call);
    const text = fault !== null && isIn(sayings, fault) ? sayings[fault](good) : good;
    await stream(protocol, response, call, { text, isCutShort: fault === 'cut-short' }, fault);
  }

  function delay(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        slow.delete(end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      slow.add(end);
    });
  }

  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (!address || typeof address === 'string') throw new Error('the model server has no port');
  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    port: address.port,
    calls,
    callsByPrompt: () => new Map(counts),
    async called(count) {
      while (calls.length < count) await arrived.promise;
    },
    open: () => open,
    hurry() {
      hurried = true;
      for (const end of [...slow]) end();
    },
    async stop() {
      for (const end of [...slow]) end();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function isIn<Table extends object>(table: Table, name: string): name is keyof Table & string {
  return Object.hasOwn(table, name);
}

async function stream(
  protocol: ModelProtocol,
  response: ServerResponse,
  call: ModelCallSeen,
  spoken: Spoken,
  fault: Misbehaviour | null,
): Promise<void> {
  const { before, piece, after } = protocol.streamed(call, spoken);
  // Resolves when it has gone out, so that what was said so far arrives before a connection is cut.
  const send = (event: object | string) =>
    new Promise((resolve) =>
      response.write(`data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`, resolve),
    );
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  if (fault === 'overloaded') {
    await send(protocol.error(503, 'too many want something of me'));
    return void response.end();
  }
  for (const event of before) await send(event);
  while (fault === 'endless' && !response.destroyed) await send(piece('and another thing, '.repeat(1_000)));
  const pieces = spoken.text.match(/[\s\S]{1,40}/g) ?? [];
  const isBrokenOff = fault === 'cut' || fault === 'vanishing' || fault === 'failing';
  for (const text of isBrokenOff ? pieces.slice(0, Math.ceil(pieces.length / 2)) : pieces) await send(piece(text));
  if (fault === 'cut') return void response.destroy();
  if (fault === 'failing') await send(protocol.error(503, 'the machine room is on fire'));
  if (!isBrokenOff) for (const event of after) await send(event);
  response.end();
}

/** Sends the same again and again, as fast as it is taken, until the connection is closed. */
async function flood(response: ServerResponse, status: number, text: string): Promise<void> {
  response.writeHead(status, { 'content-type': 'text/event-stream' });
  const chunk = text.repeat(10_000);
  while (!response.destroyed) await new Promise((resolve) => response.write(chunk, resolve));
}

function sendModels(response: ServerResponse): void {
  const ids = ['good', ...misbehaviourNames, ...misbehaviourNames.map((name) => `${name}-once`)];
  const data = ids.map((id) => ({ id, object: 'model', created: 1, owned_by: 'tests' }));
  sendJson(response, 200, { object: 'list', data });
}

function sendJson(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
