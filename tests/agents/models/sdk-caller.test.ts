/** One call to a model, over the provider packages, against a server that misbehaves in every way that providers do. */
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CalledModel, ModelCall, ModelOutcome } from '../../../src/agents/models/model-caller.ts';
import { createProviders } from '../../../src/agents/models/providers.ts';
import { createSdkCaller } from '../../../src/agents/models/sdk-caller.ts';
import { realClock } from '../../support/clock.ts';
import { type ModelServer, startModelServer } from '../../support/model-server.ts';

const key = 'test-key-that-nobody-may-see-4711';
let server: ModelServer;
beforeAll(async () => {
  server = await startModelServer();
});
afterAll(() => server.stop());

const schema = {
  type: 'object',
  properties: { action: { type: 'string' } },
  required: ['action'],
  additionalProperties: false,
};

function modelCalled(key: string, more: Partial<CalledModel> = {}): CalledModel {
  return { name: key, key, provider: 'tests', base_url: null, supports_json: false, supports_schema: false, ...more };
}

function call(model: CalledModel, more: Partial<ModelCall> = {}, bytesMax = 64_000_000): Promise<ModelOutcome> {
  const settings = { base_url: server.url, api_key: key };
  const providers = createProviders({
    providers: { tests: settings, openai: settings, anthropic: settings, google: settings },
    bytesMax,
  });
  const messages = [{ role: 'user' as const, text: 'What do you do? {"action"}' }];
  return createSdkCaller({ providers, clock: realClock }).call({
    model,
    system: 'You are a player.',
    messages,
    schema,
    timeoutMs: 10_000,
    ...more,
  });
}

test.each([
  ['keeps the key out of the answer of a server that repeats what it was sent', key, 'You said Bearer ***.'],
  ['leaves an answer as it is where the key is a word for servers that want any', 'you', 'You said Bearer you.'],
])('%s', async (_what, sent, text) => {
  const echo = await startModelServer({ say: ({ authorization }) => `You said ${authorization}.` });
  const providers = createProviders({ providers: { tests: { base_url: echo.url, api_key: sent } } });
  const outcome = await createSdkCaller({ providers, clock: realClock }).call({
    model: modelCalled('good'),
    system: null,
    messages: [{ role: 'user', text: 'What did I say?' }],
    schema: null,
    timeoutMs: 10_000,
  });
  expect(outcome).toMatchObject({ kind: 'answer', answer: { text } });
  await echo.stop();
});

/** What each provider's protocol calls holding an answer to a shape and to JSON; null where it has no such thing. */
const providers = [
  { provider: 'tests', heldTo: { schema: 'json_schema', json: 'json_object' }, shown: `Bearer ${key}` },
  { provider: 'openai', heldTo: { schema: 'json_schema', json: 'json_object' }, shown: `Bearer ${key}` },
  { provider: 'anthropic', heldTo: { schema: 'tool', json: null }, shown: key },
  { provider: 'google', heldTo: { schema: 'application/json', json: 'application/json' }, shown: key },
];

describe.each(providers)('the provider $provider', ({ provider, heldTo, shown }) => {
  const model = (name: string, more: Partial<CalledModel> = {}) => modelCalled(name, { provider, ...more });

  test('streams an answer, and says what it cost in tokens and how long it took', async () => {
    const outcome = await call(model('good'));
    const asked = server.calls.at(-1);
    expect(asked).toMatchObject({
      model: 'good',
      authorization: shown,
      responseFormat: null,
      messages: [
        { role: expect.stringMatching(/system|developer/), text: 'You are a player.' },
        { role: 'user', text: 'What do you do? {"action"}' },
      ],
    });
    expect(outcome).toMatchObject({
      kind: 'answer',
      answer: {
        text: expect.stringMatching(/^\{"action":.*\}$/),
        cutShort: false,
        inputTokens: 11,
        latencyMs: expect.any(Number),
        timeToFirstTokenMs: expect.any(Number),
      },
    });
    const { answer } = outcome as Extract<ModelOutcome, { kind: 'answer' }>;
    expect(answer.outputTokens).toBe(Math.ceil(answer.text.length / 4));
  });

  test('is told the whole conversation when an answer has to be mended', async () => {
    const messages = [
      { role: 'user', text: 'What do you do?' },
      { role: 'assistant', text: 'I think.' },
      { role: 'user', text: 'Say it as {"action"}.' },
    ] as const;
    expect(await call(model('good'), { messages, system: null })).toMatchObject({ kind: 'answer' });
    expect(server.calls.at(-1)?.messages).toEqual(messages);
  });

  test.each([
    ['a schema', { supports_schema: true, supports_json: true }, heldTo.schema],
    ['JSON', { supports_schema: false, supports_json: true }, heldTo.json],
  ] as const)('is asked for %s of a model that can return it', async (_name, can, format) => {
    expect(await call(model('good', can))).toMatchObject({
      kind: 'answer',
      answer: { text: expect.stringMatching(/^\{"action":.*\}$/) },
    });
    expect(server.calls.at(-1)?.responseFormat).toBe(format);
    expect(server.calls.at(-1)?.responseSchema).toEqual(can.supports_schema ? expect.objectContaining(schema) : null);
  });

  test('is never asked for structure where plain text is wanted', async () => {
    await call(model('good', { supports_schema: true, supports_json: true }), { schema: null });
    expect(server.calls.at(-1)?.responseFormat).toBeNull();
  });

  test('an answer that had no more room is one, cut short', async () => {
    expect(await call(model('cut-short'))).toMatchObject({ kind: 'answer', answer: { cutShort: true } });
  });

  test.each([
    ['limited', { kind: 'refused', whose: 'provider', mayPass: true, retryAfterMs: 50 }],
    ['busy', { kind: 'refused', whose: 'provider', mayPass: true, retryAfterMs: null }],
    [
      'broken',
      {
        kind: 'refused',
        whose: 'provider',
        mayPass: true,
        message: expect.stringMatching(/500.*the machine room is on fire/),
      },
    ],
    ['cut', { kind: 'truncated', whose: 'provider', mayPass: true }],
    ['vanishing', { kind: 'truncated', whose: 'provider', mayPass: true }],
    [
      'failing',
      {
        kind: 'truncated',
        whose: 'provider',
        mayPass: true,
        message: expect.stringContaining('the machine room is on fire'),
      },
    ],
    [
      'overloaded',
      {
        kind: 'refused',
        whose: 'provider',
        mayPass: true,
        message: expect.stringContaining('too many want something of me'),
      },
    ],
    [
      'denied',
      { kind: 'refused', whose: 'provider', mayPass: false, message: expect.stringContaining('check the key') },
    ],
    ['forbidden', { kind: 'refused', whose: 'provider', mayPass: false, message: expect.stringContaining('403') }],
    [
      'missing',
      { kind: 'refused', whose: 'provider', mayPass: false, message: expect.stringContaining('no such model') },
    ],
    ['objecting', { kind: 'refused', whose: 'provider', mayPass: false, message: expect.stringContaining('too long') }],
    ['endless', { kind: 'too_large', whose: 'agent', mayPass: false }],
  ])('%s', async (name, fault) => {
    const before = server.calls.length;
    const outcome = await call(model(name));
    expect(outcome).toMatchObject({ kind: 'fault', fault });
    expect(JSON.stringify(outcome)).not.toContain(key);
    // Whatever is tried again is the machine's to try.
    expect(server.calls.length - before).toBe(1);
    await expect.poll(() => server.open()).toBe(0);
  });

  test.each(['padding', 'flooding'])('no more is read of it than its limit: %s', async (name) => {
    expect(await call(model(name), {}, 5_000_000)).toMatchObject({
      fault: {
        kind: 'too_large',
        whose: 'provider',
        mayPass: false,
        message: expect.stringContaining('5000000 bytes'),
      },
    });
    await expect.poll(() => server.open()).toBe(0);
  });

  test('an answer that never comes is over in its time, and its connection with it', async () => {
    const outcome = await call(model('silent'), { timeoutMs: 100 });
    expect(outcome).toMatchObject({ fault: { kind: 'timeout', whose: 'provider', mayPass: true } });
    await expect.poll(() => server.open()).toBe(0);
  });

  test('a call that is given up ends at once', async () => {
    const stop = new AbortController();
    const outcome = call(model('silent'), { signal: stop.signal });
    await expect.poll(() => server.open()).toBe(1);
    stop.abort();
    expect(await outcome).toMatchObject({ fault: { whose: 'arena', mayPass: false } });
    await expect.poll(() => server.open()).toBe(0);
    const before = server.calls.length;
    expect(await call(model('good'), { signal: stop.signal })).toMatchObject({ fault: { whose: 'arena' } });
    expect(server.calls.length).toBe(before);
  });
});

test('a model of Anthropic that can is held to a shape by its protocol, not by a tool', async () => {
  const can = { provider: 'anthropic', supports_schema: true };
  expect(await call(modelCalled('claude-sonnet-4-5', can))).toMatchObject({ kind: 'answer' });
  expect(server.calls.at(-1)).toMatchObject({ responseFormat: 'json_schema', responseSchema: schema });
});

describe('a call that cannot be made', () => {
  test('a server that is not there is the fault of the network', async () => {
    const base_url = `http://127.0.0.1:${await closedPort()}/v1`;
    expect(await call(modelCalled('good', { provider: null, base_url }))).toMatchObject({
      fault: { kind: 'unreachable', whose: 'network', mayPass: true },
    });
  });

  test.each([
    [{ provider: 'nobody' }, 'the provider "nobody" is not known'],
    [{ provider: 'openai' }, 'OPENAI_API_KEY'],
  ])('a model whose provider cannot be called says what to do: %o', async (more, told) => {
    const outcome = await createSdkCaller({ providers: createProviders({}), clock: realClock }).call({
      model: modelCalled('good', more),
      system: null,
      messages: [{ role: 'user', text: 'hello' }],
      schema: null,
      timeoutMs: 5_000,
    });
    expect(outcome).toMatchObject({ fault: { mayPass: false, message: expect.stringContaining(told) } });
  });
});

test.each(['openai', 'anthropic', 'google', 'tests', null])(
  'no key goes to an address that somebody has written into the table of models, whatever the provider: %s',
  async (provider) => {
    const seen = Promise.withResolvers<string>();
    const thief = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (data) => {
        seen.resolve(data.toString());
        socket.destroy();
      });
    });
    await new Promise<void>((resolve) => thief.listen(0, '127.0.0.1', resolve));
    const { port } = thief.address() as { port: number };
    const settings = { api_key: key };
    const providers = createProviders({
      providers: {
        openai: settings,
        anthropic: settings,
        google: settings,
        tests: { ...settings, base_url: server.url },
      },
    });
    const outcome = await createSdkCaller({ providers, clock: realClock }).call({
      model: modelCalled('good', { provider, base_url: `http://127.0.0.1:${port}/v1` }),
      system: null,
      messages: [{ role: 'user', text: 'hello' }],
      schema: null,
      timeoutMs: 5_000,
    });
    expect(await seen.promise).not.toContain(key);
    expect(outcome.kind).toBe('fault');
    await new Promise((resolve) => thief.close(resolve));
  },
);

async function closedPort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
