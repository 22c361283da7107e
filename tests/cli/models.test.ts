/** The commands for models, generations and resetting, against a whole arena and a server that speaks the OpenAI protocol. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createArena } from '../../src/app.ts';
import { main } from '../../src/cli/main.ts';
import { requestToAgentExample } from '../../src/http/examples/inputs.ts';
import { type RunningApp, startApp } from '../app/running-app.ts';
import { type ModelServer, startModelServer } from '../support/model-server.ts';
import { memoryTerminal } from './terminal.ts';

let folder: string;
let server: ModelServer;
let app: RunningApp;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'arena-cli-models-'));
  server = await startModelServer({ say: ({ model }) => `{"action": "wait", "narration": "says ${model}"}` });
  app = await startApp({ env: { ARENA_LLM_BASE_URL: server.url, ARENA_LLM_MODEL: 'good' } });
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function run(args: string[], env: Record<string, string> = { ARENA_URL: app.url }, input?: string) {
  const terminal = memoryTerminal({ env, ...(input === undefined ? {} : { input }) });
  const status = await main(args, { terminal, version: '1.2.3', loadArena: async () => createArena });
  return { status, out: terminal.stdout(), err: terminal.stderr() };
}

function written(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

describe('arena llmmodel', () => {
  it('imports a price list from a file, and switches off what is dear', async () => {
    const file = written('prices.json', [
      { name: 'cheap', prompt_price: 0.000_001 },
      { name: 'dear', prompt_price: 0.01 },
    ]);
    expect(await run(['llmmodel', 'import', file, '--provider', 'openai'])).toMatchObject({
      status: 0,
      out: '2 created, 0 updated, 0 unchanged, 0 skipped\n',
    });
    expect((await run(['llmmodel', 'list'])).out).toMatch(/cheap[\s\S]*openai[\s\S]*dear/);
    expect(await run(['llmmodel', 'deactivate', '--prompt-price', '0.001'])).toMatchObject({
      status: 0,
      out: 'dear: switched off\n',
    });
    expect((await run(['llmmodel', 'list', '--filter', 'active=false', '--json'])).out).toContain('"dear"');
    expect((await run(['llmmodel', 'deactivate', '--prompt-price', '0.001'])).out).toBe(
      'No active model costs more.\n',
    );
  });

  it('imports what OpenRouter answers from standard input', async () => {
    const list = JSON.stringify({ data: [{ id: 'maker/new', pricing: { prompt: '0.000002' } }, { id: 'cheap' }] });
    const { out } = await run(['llmmodel', 'import', '-', '--only-known', '--json'], undefined, list);
    expect(JSON.parse(out)).toEqual({ created: [], updated: ['cheap'], unchanged: [], skipped: ['maker/new'] });
  });

  it.each([
    ['no file', ['llmmodel', 'import']],
    ['a file that is not there', ['llmmodel', 'import', '/nowhere.json']],
    ['no limit', ['llmmodel', 'deactivate']],
    ['a limit that is no price', ['llmmodel', 'deactivate', '--prompt-price', 'much']],
  ])('is used wrongly with %s', async (_what, args) => {
    expect((await run(args)).status).toBe(2);
  });

  it('says what was wrong with a list', async () => {
    const file = written('bad.json', { models: [{ name: 'x', prompt_price: 'much' }] });
    expect(await run(['llmmodel', 'import', file])).toMatchObject({
      status: 1,
      err: expect.stringContaining('prompt_price'),
    });
  });
});

describe('arena generatejob', () => {
  it('lists, shows and repeats what a model was asked, with another model and another prompt', async () => {
    await run([
      'participant',
      'create',
      '--data',
      '{"id": "ada-the-player", "name": "Ada", "role": "player", "agent": {"model": "good"}}',
    ]);
    await app.client.send('POST', '/api/agent/ada-the-player/request', requestToAgentExample);
    expect((await run(['generatejob', 'list'])).out).toMatch(/player_player_action[\s\S]*good/);
    const shown = JSON.parse((await run(['generatejob', 'show', 'latest', '--json'])).out);
    expect(shown).toMatchObject({ model: 'good', prompt: expect.stringContaining('# The courtyard') });
    const markdown = await app.client.send('GET', `/api/generatejob/${shown.id}.md`);
    expect(markdown.body).toMatch(/# good: generation[\s\S]*## Prompt[\s\S]*\n {4}# The courtyard/);
    expect((await run(['generatejob', 'show', shown.id])).out).toMatch(
      /# good: generation[\s\S]*\n {4}# The courtyard/,
    );

    const again = await run(['generatejob', 'repeat', shown.id]);
    expect(again).toMatchObject({ status: 0, out: expect.stringContaining('says good') });
    const prompt = written('prompt.txt', 'Say something else.');
    const other = await run(['generatejob', 'repeat', shown.id, '--prompt-file', prompt, '--json']);
    expect(JSON.parse(other.out)).toMatchObject({
      original_id: shown.id,
      prompt: 'Say something else.',
      state: 'complete',
    });
    expect((await run(['generatejob', 'list', '--filter', `original_id=${shown.id}`, '--json'])).out).toContain(
      'Say something else.',
    );
    expect(await run(['generatejob', 'repeat', shown.id, '--model', 'none such'])).toMatchObject({ status: 1 });
    expect(await run(['generatejob', 'cancel', shown.id])).toMatchObject({ status: 1 });
  });
});

describe('arena strategy', () => {
  it('is made, listed and deleted; one that cannot be used is refused with the place', async () => {
    const strategy = {
      name: 'Bold',
      role: 'player',
      prompts: [{ key: 'player_player_action', prompt: 'Go {{ you.name }}' }],
    };
    const { out } = await run(['strategy', 'create', '--data', JSON.stringify(strategy)]);
    expect((await run(['strategy', 'list'])).out).toContain('Bold');
    expect((await run(['strategy', 'delete', out.trim()])).status).toBe(0);
    const bad = { ...strategy, prompts: [{ key: 'player_player_action', prompt: '{% if %}' }] };
    const refused = await run(['strategy', 'create', '--data', JSON.stringify(bad)]);
    expect(refused).toMatchObject({ status: 1, err: expect.stringContaining('prompts[0].prompt') });
  });
});

describe('arena reset', () => {
  async function filled(name: string) {
    const dir = mkdtempSync(join(tmpdir(), 'arena-reset-'));
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
    const databaseUrl = `sqlite:${join(dir, name)}`;
    const own = await startApp({ databaseUrl });
    await own.client.send('POST', '/api/llmmodel/import', { models: [{ name: 'kept', prompt_price: 0.5 }] });
    const participants = [
      { name: 'Ada', role: 'player', agent: { model: 'script:runner' } },
      { name: 'Jo', role: 'judge', agent: { model: 'script:referee' } },
      { name: 'Al', role: 'announcer', agent: { model: 'script:announcer' } },
    ];
    const arena = { name: 'Yard', width: 4, height: 4, rules: 'Walk.', winning_condition: 'None.' };
    const { id } = await own.client.create({ arena, participants, max_rounds: 1, start: true });
    await own.client.reach(id, 'complete');
    const made = await own.client.send('POST', '/api/evaluation', {
      contest_id: id,
      models: ['TEST:{"action":"wait"}'],
    });
    const { run: evaluation } = made.body as { run: string };
    const state = async () =>
      (await own.client.send('GET', `/api/evaluation/${evaluation}/report`)).body as { state: string };
    while ((await state()).state === 'running');
    return { databaseUrl, own, evaluation };
  }

  const counts = async ({ client }: RunningApp) => {
    const models = ['arena', 'participant', 'agent', 'contest', 'job', 'generatejob', 'llmmodel', 'evaluation'];
    const lists = await Promise.all(
      models.map(async (model) => (await client.send('GET', `/api/${model}`)).body as unknown[]),
    );
    return Object.fromEntries(models.map((model, index) => [model, lists[index]?.length]));
  };

  it('does nothing while a server holds the database, nor without --yes', async () => {
    const { databaseUrl, own } = await filled('held.db');
    const env = { ARENA_DB_URL: databaseUrl, ARENA_LOG_LEVEL: 'silent' };
    expect(await run(['reset', '--yes'], env)).toMatchObject({
      status: 1,
      err: expect.stringMatching(/^the database .* is held by process \d+ on [^\n]*\n$/),
    });
    const before = await counts(own);
    await own.close();
    expect((await run(['reset'], env)).status).toBe(2);
    expect(await counts(await startApp({ databaseUrl }))).toEqual(before);
  });

  it('empties everything, and what is played afterwards is kept and shown', async () => {
    const { databaseUrl, own } = await filled('whole.db');
    await own.close();
    expect((await run(['reset', '--yes'], { ARENA_DB_URL: databaseUrl, ARENA_LOG_LEVEL: 'silent' })).status).toBe(0);
    const empty = await startApp({ databaseUrl });
    expect(new Set(Object.values(await counts(empty)))).toEqual(new Set([0]));
    const arena = { name: 'Yard', width: 4, height: 4, rules: 'Walk.', winning_condition: 'None.' };
    const { id } = await empty.client.create({ arena, participants: [] });
    await empty.close();
    const again = await startApp({ databaseUrl });
    expect(await counts(again)).toMatchObject({ contest: 1, arena: 1 });
    expect((await again.client.send('GET', '/api/contest')).body).toMatchObject([{ id, state: 'created' }]);
  });

  it('leaves models, their prices and evaluations with --keep-models', async () => {
    const { databaseUrl, own, evaluation } = await filled('models.db');
    const kept = (await own.client.send('GET', '/api/llmmodel')).body;
    await own.close();
    const env = { ARENA_DB_URL: databaseUrl, ARENA_LOG_LEVEL: 'silent' };
    expect((await run(['reset', '--keep-models', '--yes'], env)).status).toBe(0);
    const after = await startApp({ databaseUrl });
    expect(await counts(after)).toMatchObject({ arena: 0, participant: 0, agent: 0, contest: 0, llmmodel: 1 });
    expect((await after.client.send('GET', '/api/llmmodel')).body).toEqual(kept);
    const rows = (await after.client.send('GET', `/api/evaluation?run=${evaluation}`)).body as { model: string }[];
    expect(rows.length).toBeGreaterThan(0);
    // A change continues the model's own journal: nothing that was told before is told again under the same number.
    const positions: number[] = [];
    after.arena.feed.listen((entries) => void positions.push(...entries.map(({ position }) => position)));
    const [model] = kept as { id: string }[];
    await after.client.send('PATCH', `/api/llmmodel/${model?.id}`, { notes: 'still here' });
    expect(positions).toEqual([2]);
  });
});
