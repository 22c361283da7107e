/**
 * A server that speaks the OpenAI protocol (`/v1/models`, `/v1/chat/completions`, streaming and not), plays contests in a simple way, and
 * misbehaves as the name of the model says: `good`, or one of `misbehaviours`, always or (`<name>-once`) at the first call for each prompt.
 */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import { modelPlayer } from './model-player.ts';

const misbehaviours = {
  /** Answers after `slowMs`. */
  slow: 'slow',
  /** Takes the call and never says anything. */
  silent: 'silent',
  /** 429 with `Retry-After: 0.05` in its decimal form. */
  limited: 'limited',
  /** 429 without. */
  busy: 'busy',
  /** 500. */
  broken: 'broken',
  /** Ends the connection in the middle of the answer. */
  cut: 'cut',
  /** JSON that breaks off. */
  garbled: 'garbled',
  /** An answer without text. */
  empty: 'empty',
  /** Says that it would rather not. */
  refusing: 'refusing',
  /** JSON of another shape than asked for. */
  shapeless: 'shapeless',
  /** Stops because it has no room left. */
  'cut-short': 'cut-short',
  /** 401, telling the key that it was shown. */
  denied: 'denied',
  /** 403. */
  forbidden: 'forbidden',
  /** 404. */
  missing: 'missing',
  /** 400. */
  objecting: 'objecting',
} as const;
export type Misbehaviour = keyof typeof misbehaviours;
export const misbehaviourNames = Object.keys(misbehaviours) as readonly Misbehaviour[];

const textPart = z.union([z.string(), z.array(z.looseObject({ text: z.string().optional() }))]).nullish();
const requestSchema = z.looseObject({
  model: z.string(),
  stream: z.boolean().optional(),
  messages: z.array(z.looseObject({ role: z.string(), content: textPart })),
  response_format: z.looseObject({ type: z.string() }).optional(),
});

export interface ModelCallSeen {
  readonly model: string;
  /** The conversation, the system's part first where there is one. */
  readonly messages: readonly { readonly role: string; readonly text: string }[];
  /** The first thing that the user said. */
  readonly prompt: string;
  readonly responseFormat: string | null;
  /** The whole of it, for what tests look at besides. */
  readonly responseSchema: unknown;
  readonly authorization: string | null;
  readonly streamed: boolean;
}

export interface OpenAiServer {
  /** The base URL for clients, with `/v1`. */
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

export interface OpenAiServerOptions {
  readonly port?: number;
  /** Default 300. */
  readonly slowMs?: number;
  /** In place of the player of contests: what a model says to a conversation. */
  readonly say?: (call: ModelCallSeen) => string;
}

export async function startOpenAiServer(options: OpenAiServerOptions = {}): Promise<OpenAiServer> {
  const { slowMs = 300, say = modelPlayer } = options;
  const calls: ModelCallSeen[] = [];
  const counts = new Map<string, number>();
  const slow = new Set<() => void>();
  let hurried = false;
  let open = 0;
  let arrived = Promise.withResolvers<void>();

  const server = createServer(async (incoming, response) => {
    if (incoming.url?.endsWith('/models')) return sendModels(response);
    if (!incoming.url?.endsWith('/chat/completions')) return sendError(response, 404, 'there is no such path');
    const read = requestSchema.safeParse(await json(incoming).catch(() => null));
    if (!read.success) return sendError(response, 400, 'this is not a chat completion');
    const call = seen(read.data, incoming.headers.authorization ?? null);
    const before = counts.get(call.prompt) ?? 0;
    counts.set(call.prompt, before + 1);
    calls.push(call);
    arrived.resolve();
    arrived = Promise.withResolvers();
    open += 1;
    response.on('close', () => {
      open -= 1;
    });
    await answer(response, call, before);
  });

  async function answer(response: ServerResponse, call: ModelCallSeen, before: number): Promise<void> {
    const isOnce = call.model.endsWith('-once');
    const name = isOnce ? call.model.slice(0, -'-once'.length) : call.model;
    const fault = isOnce && before > 0 ? null : (misbehaviourNames.find((one) => one === name) ?? null);
    switch (fault) {
      case 'silent':
        return;
      case 'slow':
        if (!hurried) await delay(slowMs);
        break;
      case 'limited':
        return sendError(response, 429, 'slow down', { 'retry-after': '0.05' });
      case 'busy':
        return sendError(response, 429, 'slow down');
      case 'broken':
        return sendError(response, 500, 'the machine room is on fire');
      case 'denied':
        return sendError(response, 401, `Incorrect API key provided: ${call.authorization ?? 'none'}`);
      case 'forbidden':
        return sendError(response, 403, 'not in your country');
      case 'missing':
        return sendError(response, 404, `the model ${call.model} does not exist`);
      case 'objecting':
        return sendError(response, 400, 'the prompt is too long');
      default:
        break;
    }
    const good = say(call);
    const text = { garbled: good.slice(0, good.length / 2), empty: '', refusing: refusal, shapeless: '{"mood": 7}' };
    const said = fault !== null && fault in text ? text[fault as keyof typeof text] : good;
    const stopped = fault === 'cut-short' ? 'length' : 'stop';
    const spoken = fault === 'cut-short' ? good.slice(0, good.length / 2) : said;
    if (call.streamed) await stream(response, call, spoken, stopped, fault === 'cut');
    else if (fault === 'cut') response.destroy();
    else sendWhole(response, call, spoken, stopped);
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

const refusal = 'I am sorry, but I cannot help with that.';

function seen(body: z.infer<typeof requestSchema>, authorization: string | null): ModelCallSeen {
  const messages = body.messages.map(({ role, content }) => ({ role, text: textOf(content) }));
  return {
    model: body.model,
    messages,
    prompt: messages.find(({ role }) => role === 'user')?.text ?? '',
    responseFormat: body.response_format?.type ?? null,
    responseSchema: body.response_format?.json_schema ?? null,
    authorization,
    streamed: body.stream ?? false,
  };
}

function textOf(content: z.infer<typeof textPart>): string {
  return typeof content === 'string' ? content : (content ?? []).map(({ text = '' }) => text).join('');
}

function usageOf(call: ModelCallSeen, text: string): object {
  const prompt = Math.ceil(call.messages.reduce((sum, message) => sum + message.text.length, 0) / 4);
  const completion = Math.ceil(text.length / 4);
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}

const identity = (call: ModelCallSeen) => ({ id: 'chatcmpl-test', created: 1, model: call.model });

function sendWhole(response: ServerResponse, call: ModelCallSeen, text: string, finishReason: string): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const message = { role: 'assistant', content: text };
  response.end(
    JSON.stringify({
      ...identity(call),
      object: 'chat.completion',
      choices: [{ index: 0, message, finish_reason: finishReason }],
      usage: usageOf(call, text),
    }),
  );
}

async function stream(
  response: ServerResponse,
  call: ModelCallSeen,
  text: string,
  finishReason: string,
  cut: boolean,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (choices: object[], more: object = {}) =>
    response.write(
      `data: ${JSON.stringify({ ...identity(call), object: 'chat.completion.chunk', choices, ...more })}\n\n`,
    );
  send([{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }]);
  const pieces = text.match(/[\s\S]{1,40}/g) ?? [];
  for (const [index, content] of pieces.entries()) {
    if (cut && index >= pieces.length / 2) {
      // What was written so far has to arrive before the connection ends.
      await new Promise((resolve) => response.write('\n', resolve));
      response.destroy();
      return;
    }
    send([{ index: 0, delta: { content }, finish_reason: null }]);
  }
  send([{ index: 0, delta: {}, finish_reason: finishReason }]);
  send([], { usage: usageOf(call, text) });
  response.end('data: [DONE]\n\n');
}

function sendModels(response: ServerResponse): void {
  const data = ['good', ...misbehaviourNames, ...misbehaviourNames.map((name) => `${name}-once`)].map((id) => ({
    id,
    object: 'model',
    created: 1,
    owned_by: 'tests',
  }));
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ object: 'list', data }));
}

function sendError(
  response: ServerResponse,
  status: number,
  message: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ error: { message, type: 'test_error', code: String(status) } }));
}
