/** `arena eval run|report|exchange` against a real arena and models at a server that speaks the OpenAI protocol: the table, the JSON, the exit status. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { captureTheFlag } from '../../src/agents/games/games.ts';
import { main } from '../../src/cli/main.ts';
import { evaluationReportSchema } from '../../src/protocol/evaluation.ts';
import { type RunningApp, startApp } from '../app/running-app.ts';
import { type ModelServer, startModelServer } from '../support/model-server.ts';
import { memoryTerminal } from './terminal.ts';

const sayings: Readonly<Record<string, string>> = {
  sound: '{"action": "wait", "target": null, "narration": "I wait.", "memories": ""}',
  dreamy: 'I would rather look at the flowers.',
  marker: '{"mark": 7, "reason": "well said", "legal": true}',
};

let server: ModelServer;
let app: RunningApp;
beforeAll(async () => {
  server = await startModelServer({ say: ({ model }) => sayings[model] ?? '' });
  app = await startApp({ env: { ARENA_LLM_BASE_URL: server.url, ARENA_LLM_MODEL: 'sound' } });
  const models = ['dreamy', 'marker', 'denied'].map((name) => ({ name, prompt_price: 0.001, completion_price: 0.002 }));
  await app.client.send('POST', '/api/llmmodel/import', {
    models,
    provider: 'openai-compatible',
    base_url: server.url,
  });
  const seats = ['player', 'player', 'judge', 'announcer', 'arena'];
  const scripts = ['runner', 'thief', 'referee', 'announcer', 'feature-maker'];
  const { id } = await app.client.create({
    arena: captureTheFlag.arena,
    participants: seats.map((role, at) => ({ name: `N${at}`, role, agent: { model: `script:${scripts[at]}` } })),
    max_rounds: 2,
    start: true,
  });
  await app.client.reach(id, 'complete');
});
afterAll(async () => {
  await app.close();
  await server.stop();
});

async function run(args: string[], input = '') {
  const terminal = memoryTerminal({ env: { ARENA_URL: app.url }, input });
  const loadArena = () => Promise.reject(new Error('no arena here'));
  const status = await main(['eval', ...args], { terminal, version: '1.2.3', loadArena });
  return { status, out: terminal.stdout(), err: terminal.stderr() };
}

const actions = ['latest', '--prompts', 'player_player_action', '--rounds', '1'];

it('puts the requests of a contest to several models, waits for the end, and shows a table with a row for each', async () => {
  const { status, out, err } = await run(['run', ...actions, '--models', 'sound', 'dreamy', '--judge', 'marker']);
  expect(err).toMatch(/: \d of 4 answers\n/);
  const rows = out.split('\n').filter((line) => /│ (sound|dreamy) /.test(line));
  expect(
    rows.map((row) =>
      row
        .split('│')
        .map((cell) => cell.trim())
        .slice(1, 7),
    ),
  ).toEqual([
    ['sound', '2', '0', '100 %', '100 %', '100 %'],
    ['dreamy', '2', '0', '0 %', '0 %', '–'],
  ]);
  expect(status).toBe(0);

  const again = await run(['report', 'latest', '--answers']);
  expect(again.out.startsWith(out.trimEnd())).toBe(true);
  expect(again.out).toContain('well said');
  expect(again.out).toContain('I would rather look at the flowers.');
  expect(again.status).toBe(0);
});

it('puts a request that is given to models, as it is shown for a contest', async () => {
  const [contest] = (await app.client.send('GET', '/api/contest')).body as { id: string }[];
  const shown = await app.client.send('POST', `/api/contest/${contest?.id}/prompt/player_player_action`);
  const given = ['run', '--request', '-', '--models', 'sound', '--json'];
  const { status, out } = await run(given, JSON.stringify(shown.body));
  expect(JSON.parse(out)).toMatchObject({ models: [{ answers: 1, readable: 1, legal: 1 }] });
  expect(status).toBe(0);
});

it('says of an answer without a mark why the judge model gave none, and ranks nobody for it', async () => {
  expect((await run(['run', ...actions, '--models', 'dreamy', 'sound', '--judge', 'dreamy'])).status).toBe(0);
  const { out } = await run(['report', 'latest', '--answers']);
  expect(out).toMatch(/│ sound .*│ 100 %[\s\S]*│ dreamy .*│ 0 %/);
  expect(out).toMatch(/│ player_player_action +│ 2 +│ yes +│ – +│ \{"action": "wait".*│ the judge model gave no mark/);
});

it('prints the report as JSON', async () => {
  const { status, out } = await run(['run', ...actions, '--models', 'sound', '--json']);
  expect(evaluationReportSchema.parse(JSON.parse(out))).toMatchObject({ state: 'complete', models: [{ answers: 2 }] });
  expect(status).toBe(0);
  const { run: id } = JSON.parse(out);
  const rows = JSON.parse((await run(['report', id, '--answers', '--json'])).out).rows;
  expect(rows.map(({ legal, round_no }: { legal: boolean; round_no: number }) => [legal, round_no])).toEqual([
    [true, 1],
    [true, 1],
  ]);
});

it('exits with 1 when a model has answered nothing at all', async () => {
  const { status, out } = await run(['run', ...actions, '--models', 'sound', 'denied']);
  expect(out).toMatch(/│ denied +│ 2 +│ 2 /);
  expect(status).toBe(1);
});

it.each<[string[], number, string]>([
  [['run', 'latest', '--models', 'nobody'], 1, 'nobody'],
  [['run', 'latest'], 2, '--models'],
  [['run', '--models', 'sound'], 2, 'either a contest or --request'],
  [['run', 'latest', '--request', '-', '--models', 'sound'], 2, 'either a contest or --request'],
  [['run', 'no-such-contest-here', '--models', 'sound'], 1, 'no-such-contest-here'],
  [['run', 'asked.json', '--models', 'sound'], 2, 'There is no contest "asked.json" at http://'],
  [['run', 'asked.json', '--models', 'sound'], 2, '--request asked.json'],
  [['run', '--request', 'asked.json', '--models', 'sound'], 2, 'asked.json cannot be read'],
  [['report', 'no-such-run-here'], 1, 'There is no evaluation "no-such-run-here" at http://'],
])('%j explains why it cannot', async (args, status, message) => {
  const ran = await run(args);
  expect([ran.status, ran.err]).toEqual([status, expect.stringContaining(message)]);
});

it('plays a contest again with another model in one seat, by name, and says which contest that is', async () => {
  const { status, out } = await run(['exchange', 'latest', '--seat', 'N1', '--model', 'sound', '--no-start']);
  expect(status).toBe(0);
  const copy = await app.client.get(out.trim());
  expect(copy.state).toBe('created');
  const newcomer = copy.participants[1]?.id ?? '';
  const [agent] = (await app.client.send('GET', `/api/agent?participant_id=${newcomer}`)).body as object[];
  expect(agent).toMatchObject({ model: 'sound' });

  const wrong = await run(['exchange', 'latest', '--seat', 'N9', '--model', 'sound']);
  expect(wrong.status).toBe(2);
  expect(wrong.err).toContain('N9');
  expect(wrong.err).toContain('N1');
});
