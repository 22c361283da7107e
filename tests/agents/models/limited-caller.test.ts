/** Limits at each provider: so many calls at once, to each place by itself, and how long a call would take. */
import { expect, test } from 'vitest';
import { createLimitedCaller } from '../../../src/agents/models/limited-caller.ts';
import type { CalledModel, ModelCall, ModelOutcome } from '../../../src/agents/models/model-caller.ts';
import { realClock } from '../../support/clock.ts';

const modelAt = (provider: string): CalledModel => ({
  name: 'small',
  key: 'small',
  provider,
  base_url: null,
  supports_json: false,
  supports_schema: false,
});
const callAt = (provider: string): ModelCall => ({
  model: modelAt(provider),
  system: null,
  messages: [{ role: 'user', text: 'hello' }],
  schema: null,
  timeoutMs: 1_000,
});
const answer = (latencyMs: number): ModelOutcome => ({
  kind: 'answer',
  answer: { text: '', cutShort: false, inputTokens: 1, outputTokens: 1, latencyMs, timeToFirstTokenMs: null },
});

const now = 1_000_000;

/** Calls that wait until the test ends them, at one moment. */
function stagedCaller(perMinuteMax: number | null = null) {
  const open: { provider: string; end: (outcome: ModelOutcome) => void }[] = [];
  const caller = createLimitedCaller({
    caller: {
      call: ({ model }) => new Promise((end) => open.push({ provider: model.provider ?? '', end })),
    },
    placeOf: ({ provider }) => provider ?? '',
    limitsOf: () => ({ inFlightMax: 2, perMinuteMax }),
    clock: { ...realClock, now: () => now },
  });
  return { caller, open };
}

test('so many calls are made at once, at each provider by itself', async () => {
  const { caller, open } = stagedCaller();
  const calls = [callAt('one'), callAt('one'), callAt('one'), callAt('two')].map((call) => caller.call(call));
  await expect.poll(() => open.map(({ provider }) => provider).sort()).toEqual(['one', 'one', 'two']);
  open[0]?.end(answer(5));
  await expect.poll(() => open.length).toBe(4);
  for (const { end } of open) end(answer(5));
  expect((await Promise.all(calls)).map(({ kind }) => kind)).toEqual(['answer', 'answer', 'answer', 'answer']);
});

test('so many calls are begun in a minute', async () => {
  const { caller, open } = stagedCaller(1);
  void caller.call(callAt('one'));
  void caller.call(callAt('one'));
  void caller.call(callAt('two'));
  await expect.poll(() => open.map(({ provider }) => provider).sort()).toEqual(['one', 'two']);
});

test('nothing that waits is begun after the end', async () => {
  const { caller, open } = stagedCaller();
  const calls = [callAt('one'), callAt('one'), callAt('one')].map((call) => caller.call(call));
  await expect.poll(() => open.length).toBe(2);
  const waiting = expect(calls[2]).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  caller.close();
  await waiting;
  open[0]?.end(answer(5));
  await new Promise((resolve) => setImmediate(resolve));
  expect(open.length).toBe(2);
});

test('a call is expected to take as long as the newest ones, and longer the more are before it', async () => {
  const { caller, open } = stagedCaller();
  expect(caller.expectedMs(modelAt('one'))).toBe(0);
  const first = caller.call(callAt('one'));
  await expect.poll(() => open.length).toBe(1);
  open[0]?.end(answer(400));
  await first;
  expect(caller.expectedMs(modelAt('one'))).toBe(400);
  for (let index = 0; index < 6; index += 1) void caller.call(callAt('one'));
  await expect.poll(() => open.length).toBe(3);
  expect(caller.expectedMs(modelAt('one'))).toBe(1_200);
  expect(caller.expectedMs(modelAt('two'))).toBe(0);
});

test('a call is expected to wait for its minute, too', async () => {
  const { caller, open } = stagedCaller(2);
  for (let index = 0; index < 2; index += 1) {
    expect(caller.expectedMs(modelAt('one'))).toBe(0);
    const call = caller.call(callAt('one'));
    await expect.poll(() => open.length).toBe(index + 1);
    open[index]?.end(answer(0));
    await call;
  }
  expect(caller.expectedMs(modelAt('one'))).toBe(60_000);
  const expected = [60_000, 120_000, 120_000, 180_000];
  for (const waitMs of expected) {
    caller.call(callAt('one')).catch(() => undefined);
    expect(caller.expectedMs(modelAt('one'))).toBe(waitMs);
  }
  expect(caller.expectedMs(modelAt('two'))).toBe(0);
  caller.close();
});

test('one that is given up while it waits takes nobody its turn', async () => {
  const { caller, open } = stagedCaller();
  const stop = new AbortController();
  const [first, , given, last] = [{}, {}, { signal: stop.signal }, {}].map((more) =>
    caller.call({ ...callAt('one'), ...more }),
  );
  const refused = expect(given).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  stop.abort();
  await refused;
  open[0]?.end(answer(5));
  await first;
  await expect.poll(() => open.length).toBe(3);
  for (const { end } of open) end(answer(5));
  expect(await last).toMatchObject({ kind: 'answer' });
  expect(open.length).toBe(3);
});
