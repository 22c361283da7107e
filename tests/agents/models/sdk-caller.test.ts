/** One call to a model, over the provider packages, against a server that misbehaves in every way that providers do. */
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CalledModel, ModelCall, ModelOutcome } from '../../../src/agents/models/model-caller.ts';
import { createProviders } from '../../../src/agents/models/providers.ts';
import { createSdkCaller } from '../../../src/agents/models/sdk-caller.ts';
import { realClock } from '../../support/clock.ts';
import { type OpenAiServer, startOpenAiServer } from '../../support/openai-server.ts';

const key = 'test-key-that-nobody-may-see-4711';
let server: OpenAiServer;
beforeAll(async () => {
  server = await startOpenAiServer();
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

function call(model: CalledModel, more: Partial<ModelCall> = {}): Promise<ModelOutcome> {
  const providers = createProviders({ providers: { tests: { base_url: server.url, api_key: key } } });
  const turns = [{ role: 'user' as const, text: 'What do you do? {"action"}' }];
  return createSdkCaller({ providers, clock: realClock }).call({
    model,
    system: 'You are a player.',
    turns,
    schema,
    timeoutMs: 10_000,
    ...more,
  });
}

test('keeps the key out of the answer of a server that repeats what it was sent', async () => {
  const echo = await startOpenAiServer({ say: ({ authorization }) => `You said ${authorization}.` });
  const providers = createProviders({ providers: { tests: { base_url: echo.url, api_key: key } } });
  const outcome = await createSdkCaller({ providers, clock: realClock }).call({
    model: modelCalled('good'),
    system: null,
    turns: [{ role: 'user', text: 'What did I say?' }],
    schema: null,
    timeoutMs: 10_000,
  });
  expect(outcome).toMatchObject({ kind: 'answer', answer: { text: 'You said Bearer ***.' } });
  await echo.stop();
});

test('streams an answer, and says what it cost in tokens and how long it took', async () => {
  const outcome = await call(modelCalled('good'));
  expect(outcome).toMatchObject({
    kind: 'answer',
    answer: {
      text: expect.stringContaining('"action"'),
      cutShort: false,
      inputTokens: expect.any(Number),
      outputTokens: expect.any(Number),
      timeToFirstTokenMs: expect.any(Number),
    },
  });
  expect(server.calls.at(-1)).toMatchObject({
    streamed: true,
    authorization: `Bearer ${key}`,
    responseFormat: null,
    messages: [
      { role: 'system', text: 'You are a player.' },
      { role: 'user', text: expect.stringContaining('What do you do?') },
    ],
  });
});

test.each([
  ['a schema', { supports_schema: true, supports_json: true }, 'json_schema'],
  ['JSON', { supports_json: true }, 'json_object'],
] as const)('asks a model that can return %s for it', async (_name, can, format) => {
  expect(await call(modelCalled('good', can))).toMatchObject({ kind: 'answer' });
  expect(server.calls.at(-1)?.responseFormat).toBe(format);
  if (format === 'json_schema') expect(server.calls.at(-1)?.responseSchema).toMatchObject({ schema });
});

test('never asks for structure where plain text is wanted', async () => {
  await call(modelCalled('good', { supports_schema: true, supports_json: true }), { schema: null });
  expect(server.calls.at(-1)?.responseFormat).toBeNull();
});

describe('faults', () => {
  test.each([
    ['limited', { kind: 'refused', whose: 'provider', mayPass: true, retryAfterMs: 50 }],
    ['busy', { kind: 'refused', whose: 'provider', mayPass: true, retryAfterMs: null }],
    ['broken', { kind: 'refused', whose: 'provider', mayPass: true, retryAfterMs: null }],
    ['cut', { kind: 'truncated', whose: 'provider', mayPass: true, retryAfterMs: null }],
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
  ])('%s', async (name, fault) => {
    const before = server.calls.length;
    const outcome = await call(modelCalled(name));
    expect(outcome).toMatchObject({ kind: 'fault', fault });
    expect(JSON.stringify(outcome)).not.toContain(key);
    // Whatever is tried again is the machine's to try.
    expect(server.calls.length - before).toBe(1);
  });

  test('an answer that never comes is over in its time, and its connection with it', async () => {
    const outcome = await call(modelCalled('silent'), { timeoutMs: 100 });
    expect(outcome).toMatchObject({ fault: { kind: 'timeout', whose: 'provider', mayPass: true } });
    await expect.poll(() => server.open()).toBe(0);
  });

  test('a call that is given up ends at once', async () => {
    const stop = new AbortController();
    const outcome = call(modelCalled('silent'), { signal: stop.signal });
    await expect.poll(() => server.open()).toBe(1);
    stop.abort();
    expect(await outcome).toMatchObject({ fault: { whose: 'arena', mayPass: false } });
    await expect.poll(() => server.open()).toBe(0);
    const before = server.calls.length;
    expect(await call(modelCalled('good'), { signal: stop.signal })).toMatchObject({ fault: { whose: 'arena' } });
    expect(server.calls.length).toBe(before);
  });

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
    expect(await call(modelCalled('good', more))).toMatchObject({
      fault: { mayPass: false, message: expect.stringContaining(told) },
    });
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
      turns: [{ role: 'user', text: 'hello' }],
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
