/** Language models in the table: those of the configuration, price lists, switching off, and what is still used. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { priceListExample } from '../../src/http/examples/inputs.ts';
import { startModelServer } from '../support/model-server.ts';
import { type RunningApp, startApp } from './running-app.ts';

const model = { name: 'small', key: 'maker/small', supports_json: true, supports_schema: false };

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'arena-models-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

async function send(app: RunningApp, method: string, path: string, body?: unknown, status = 200) {
  const answer = await app.client.send(method, `/api${path}`, body);
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status });
  return answer.body as Record<string, unknown> & { id: string };
}

async function named(app: RunningApp, name: string) {
  const [found] = (await send(app, 'GET', `/llmmodel?name=${encodeURIComponent(name)}`)) as unknown as object[];
  return found;
}

describe('models of the configuration', () => {
  it('are in the table after the start, without the key that goes with them', async () => {
    const app = await startApp({
      env: {
        ARENA_LLM_BASE_URL: 'http://127.0.0.1:9/v1',
        ARENA_LLM_API_KEY: 'a-secret-key',
        ARENA_LLM_MODEL: 'tiny',
      },
    });
    expect(await named(app, 'tiny')).toMatchObject({
      key: 'tiny',
      provider: 'openai-compatible',
      base_url: 'http://127.0.0.1:9/v1',
      active: true,
    });
    const everything = JSON.stringify([
      await send(app, 'GET', '/llmmodel'),
      await app.arena.catalogue.list('llmmodel'),
    ]);
    expect(everything).not.toContain('a-secret-key');
  });

  it('leave alone what has the same name already', async () => {
    const dir = folder();
    const config = join(dir, 'arena.yaml');
    writeFileSync(config, JSON.stringify({ models: [{ ...model, prompt_price: 0.5 }] }));
    const options = { databaseUrl: `sqlite:${join(dir, 'arena.db')}`, env: { ARENA_CONFIG: config } };
    const first = await startApp(options);
    expect(await named(first, 'small')).toMatchObject({ prompt_price: 0.5 });
    const { id } = (await named(first, 'small')) as { id: string };
    await send(first, 'PATCH', `/llmmodel/${id}`, { prompt_price: 0.25, active: false });
    await first.close();
    const again = await startApp(options);
    expect(await send(again, 'GET', '/llmmodel')).toEqual([
      expect.objectContaining({ id, prompt_price: 0.25, active: false }),
    ]);
  });
});

describe('the address of a model', () => {
  it('holds no password, as everybody can read it', async () => {
    const app = await startApp();
    const base_url = 'https://me:passw0rd@models.example/v1';
    const refusals = [
      await send(app, 'POST', '/llmmodel', { ...model, base_url }, 422),
      await send(app, 'POST', '/llmmodel/import', { models: [{ ...model, base_url }] }, 422),
      await send(app, 'POST', '/llmmodel/import', { models: [model], base_url }, 422),
    ];
    expect(JSON.stringify(refusals)).not.toContain('passw0rd');
    const { id } = await send(app, 'POST', '/llmmodel', model);
    await send(app, 'PATCH', `/llmmodel/${id}`, { base_url }, 422);
    expect(await named(app, 'small')).toMatchObject({ base_url: null });
  });

  it('is open to models alone when the configuration names it', async () => {
    const server = await startModelServer();
    onTestFinished(() => server.stop());
    const app = await startApp({ env: { ARENA_LLM_BASE_URL: server.url, ARENA_LLM_MODEL: 'good' } });
    const { job_id } = await send(app, 'POST', '/job', { method: 'GET', url: `${server.url}/models`, max_attempts: 1 });
    const job = await send(app, 'GET', `/job/${job_id}?wait_ms=20000`);
    expect(job).toMatchObject({ state: 'fail', message: expect.stringContaining('not called') });
  });
});

describe('a price list', () => {
  it('adds what is new and changes what it names of what there is', async () => {
    const app = await startApp();
    await send(app, 'POST', '/llmmodel', { ...model, notes: 'mine', context_length: 4_096 });
    const list = {
      models: [
        { name: 'small', prompt_price: 0.000_001 },
        { name: 'big', key: 'maker/big', completion_price: 0.000_002, supports_json: true },
      ],
      provider: 'openai',
    };
    expect(await send(app, 'POST', '/llmmodel/import', list)).toEqual({
      created: ['big'],
      updated: ['small'],
      unchanged: [],
      skipped: [],
    });
    expect(await named(app, 'small')).toMatchObject({
      ...model,
      prompt_price: 0.000_001,
      completion_price: null,
      notes: 'mine',
      context_length: 4_096,
      provider: null,
    });
    expect(await named(app, 'big')).toMatchObject({
      key: 'maker/big',
      provider: 'openai',
      completion_price: 0.000_002,
      supports_json: true,
      supports_schema: false,
    });
    expect(await send(app, 'POST', '/llmmodel/import', list)).toMatchObject({
      unchanged: ['small', 'big'],
      updated: [],
    });
  });

  it('adds nothing when only known models are asked for', async () => {
    const app = await startApp();
    await send(app, 'POST', '/llmmodel', model);
    const list = { models: [{ name: 'small', prompt_price: 1 }, { name: 'big' }], only_known: true };
    expect(await send(app, 'POST', '/llmmodel/import', list)).toMatchObject({ updated: ['small'], skipped: ['big'] });
    expect(await send(app, 'GET', '/llmmodel')).toHaveLength(1);
  });

  it('may be what OpenRouter answers', async () => {
    const app = await startApp();
    const data = [
      {
        id: 'maker/quick',
        name: 'Maker: Quick',
        created: 1_700_000_000,
        context_length: 131_072,
        architecture: { modality: 'text->text' },
        pricing: { prompt: '0.00000015', completion: '0.0000006', request: '0', image: '0' },
        supported_parameters: ['max_tokens', 'response_format', 'structured_outputs'],
      },
      { id: 'router/auto', context_length: 2_000_000, pricing: { prompt: '-1', completion: '-1' } },
    ];
    await send(app, 'POST', '/llmmodel/import', {
      data,
      provider: 'openrouter',
      base_url: 'https://openrouter.ai/api/v1',
    });
    expect(await named(app, 'maker/quick')).toMatchObject({
      key: 'maker/quick',
      provider: 'openrouter',
      base_url: 'https://openrouter.ai/api/v1',
      prompt_price: 0.000_000_15,
      completion_price: 0.000_000_6,
      request_price: 0,
      context_length: 131_072,
      supports_json: true,
      supports_schema: true,
    });
    expect(await named(app, 'router/auto')).toMatchObject({ prompt_price: null, completion_price: null });
  });

  it.each([
    ['a price that is none', { models: [{ name: 'small', prompt_price: 'cheap' }] }, /prompt_price/],
    ['a price below 0', { models: [{ name: 'small', prompt_price: -2 }] }, /prompt_price/],
    [
      'an empty price, which is not a free one',
      { data: [{ id: 'one' }, { id: 'two', pricing: { prompt: '', completion: '0' } }] },
      /data\[1\]\.pricing\.prompt.*is not a price/,
    ],
    ['a field that is not known', { models: [{ name: 'small', colour: 'red' }] }, /colour/],
    ['a model without a name', { models: [{ key: 'small' }] }, /name/],
    ['no list', {}, /models/],
  ])('is refused whole for %s', async (_what, list, path) => {
    const app = await startApp();
    const problem = await send(app, 'POST', '/llmmodel/import', list, 422);
    expect(JSON.stringify(problem.errors)).toMatch(path);
    expect(await send(app, 'GET', '/llmmodel')).toEqual([]);
  });

  it('of the API page can be sent as it is', async () => {
    const app = await startApp();
    expect(await send(app, 'POST', '/llmmodel/import', priceListExample)).toMatchObject({
      created: ['small-and-quick'],
    });
  });
});

describe('switching off what is dear', () => {
  it('goes by each price that has a limit, and leaves what costs as much as the limit', async () => {
    const app = await startApp();
    const models = [
      { name: 'free', prompt_price: 0, completion_price: 0 },
      { name: 'at the limit', prompt_price: 0.002, completion_price: 0.01 },
      { name: 'dear to ask', prompt_price: 0.003, completion_price: 0.01 },
      { name: 'dear to answer', prompt_price: 0.001, completion_price: 0.02 },
      { name: 'unknown' },
      { name: 'off already', prompt_price: 1, active: false },
    ];
    await send(app, 'POST', '/llmmodel/import', { models });
    const above = { prompt_price: 0.002, completion_price: 0.01 };
    expect(await send(app, 'POST', '/llmmodel/deactivate', { above })).toEqual({
      deactivated: ['dear to ask', 'dear to answer'],
    });
    expect(await named(app, 'dear to ask')).toMatchObject({ active: false });
    expect(await named(app, 'at the limit')).toMatchObject({ active: true });
    expect(await send(app, 'POST', '/llmmodel/deactivate', { above, unpriced: true })).toEqual({
      deactivated: ['unknown'],
    });
  });

  it.each([{}, { above: {} }, { above: { price: 1 } }, { above: { prompt_price: -1 } }])('refuses %j', async (body) => {
    await send(await startApp(), 'POST', '/llmmodel/deactivate', body, 422);
  });
});

describe('what is used is not deleted', () => {
  it('names who uses a model or a strategy', async () => {
    const app = await startApp();
    const small = await send(app, 'POST', '/llmmodel', model);
    const strategy = await send(app, 'POST', '/strategy', {
      name: 'Bold',
      role: 'player',
      model: 'small',
      prompts: [{ key: 'player_player_action', prompt: '#template:player.base.player_action' }],
    });
    const { id: participant_id } = await send(app, 'POST', '/participant', { name: 'Ada', role: 'player' });
    const agent = await send(app, 'POST', '/agent', { participant_id, strategy_id: strategy.id });
    expect((await send(app, 'DELETE', `/llmmodel/${small.id}`, undefined, 409)).detail).toContain(
      `strategy ${strategy.id}`,
    );
    expect((await send(app, 'DELETE', `/strategy/${strategy.id}`, undefined, 409)).detail).toContain(
      `agent ${agent.id}`,
    );
    await send(app, 'DELETE', `/agent/${agent.id}`);
    await send(app, 'DELETE', `/strategy/${strategy.id}`);
    await send(app, 'DELETE', `/llmmodel/${small.id}`);
  });
});
