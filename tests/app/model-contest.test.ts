/** Contests whose agents speak through language models, on a server that speaks the protocols of all providers. */
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import type { ContestDocument } from '../../src/protocol/contest.ts';
import { smallContest } from '../support/contest-input.ts';
import { type ModelServer, startModelServer } from '../support/model-server.ts';
import { startModelApp } from './model-app.ts';
import { type RunningApp, startApp } from './running-app.ts';

const key = 'test-key-that-nobody-may-see-4712';
let server: ModelServer;
let app: RunningApp;
beforeAll(async () => {
  server = await startModelServer();
  app = await startApp({
    env: { ARENA_LLM_BASE_URL: server.url, ARENA_LLM_API_KEY: key, ARENA_LLM_MODEL: 'good' },
  });
});
afterAll(() => server.stop());

const roles = ['player', 'player', 'judge', 'announcer', 'arena'] as const;

function seats(model: string | undefined): object[] {
  return roles.map((role, index) => ({
    name: `${role} ${index}`,
    role,
    agent: model === undefined ? {} : { model },
  }));
}

test('a contest with a model for every role is played to a winner', async () => {
  const made = await app.client.create(smallContest({ participants: seats('good'), max_rounds: 6 }));
  const contest: ContestDocument = await app.client.reach(made.id, 'complete');
  expect(contest.winner_id).toBe(contest.participants[0]?.id);
  expect(contest.end_reason).toBe('winner_named');
  expect(contest.participants.map(({ faults_count }) => faults_count)).toEqual([0, 0, 0, 0, 0]);
});

test('every provider can have a seat: prompt, answer, tokens and faults are on record alike', async () => {
  vi.stubEnv('TEST_PROVIDERS_KEY', key);
  onTestFinished(() => void vi.unstubAllEnvs());
  const names = ['openai', 'anthropic', 'google', 'my-own'];
  const settings = { base_url: server.url, api_key_env: 'TEST_PROVIDERS_KEY' };
  const models = names.map((provider) => ({
    name: `model of ${provider}`,
    key: 'limited-once',
    provider,
    supports_json: true,
    supports_schema: true,
    prompt_price: 0.001,
  }));
  const providers = Object.fromEntries(names.map((name) => [name, settings]));
  const many = await startModelApp(server, { models, providers });
  const before = server.calls.length;
  const participants = roles.slice(0, 4).map((role, index) => ({
    name: `${role} ${index}`,
    role,
    agent: { model: `model of ${names[index]}` },
  }));
  const arena = { ...(smallContest() as { arena: object }).arena, max_random_features: 0 };
  const made = await many.client.create(smallContest({ arena, participants, max_rounds: 6 }));
  const contest: ContestDocument = await many.client.reach(made.id, 'complete');
  expect(contest).toMatchObject({ end_reason: 'winner_named', winner_id: contest.participants[0]?.id });

  const generations = await many.generations(`?contest_id=${contest.id}`);
  expect(new Set(generations.map(({ model }) => model))).toEqual(new Set(models.map(({ name }) => name)));
  for (const generation of generations) {
    const call = server.calls.slice(before).find(({ prompt }) => prompt === generation.prompt);
    expect(call?.messages.some(({ text }) => text === generation.system)).toBe(generation.system !== null);
    const said = Math.ceil((generation.generated ?? '').length / 4);
    expect(generation).toMatchObject({
      state: 'complete',
      usage: { input_tokens: expect.any(Number), output_tokens: said, cost_usd: expect.any(Number) },
    });
    expect(generation.usage?.cost_usd).toBeCloseTo(0.001 * (generation.usage?.input_tokens ?? 0));
    // The announcer may be asked the same twice, which is then no first call.
    if (generation.tries > 1) expect(generation.faults).toMatchObject([{ kind: 'refused', whose: 'provider', try: 1 }]);
  }
  expect(new Set(generations.filter(({ tries }) => tries === 2).map(({ model }) => model)).size).toBe(names.length);
  expect(JSON.stringify(generations)).not.toContain(key);
  await many.close();
});
