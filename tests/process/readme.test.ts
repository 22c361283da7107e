/** The README and the pages of docs/ run as written: their examples are taken from them, put on free ports, and run as a reader would. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createClient } from '../../src/client/client.ts';
import { jobResponseSchema } from '../../src/protocol/jobs.ts';
import { freshDatabase, type RunningArena, startArena } from '../support/arena-process.ts';
import { createContestClient } from '../support/contest-client.ts';
import { createJobClient } from '../support/job-client.ts';
import { type ModelServer, startModelServer } from '../support/model-server.ts';
import { type NatsServer, startNatsServer } from '../support/nats-server.ts';

const project = join(import.meta.dirname, '../..');
const pages = ['README.md', 'docs/operating.md', 'docs/jobs.md', 'docs/nats.md'];
const written = (await Promise.all(pages.map((page) => readFile(join(project, page), 'utf8')))).join('\n');
const natsUrlInReadme = 'nats://127.0.0.1:4222';
const httpUrlInReadme = 'http://127.0.0.1:8000';
const shopPortInReadme = '9000';
const serverPortInReadme = '9100';
const modelUrlInReadme = 'http://127.0.0.1:11434/v1';
const hostPortInReadme = '8001';
const hostDatabaseInReadme = 'sqlite:data/agents.db';

let nats: NatsServer;
let arena: RunningArena;
let shopPort: string;
let serverPort: string;
let hostPort: string;
let hostDatabase: string;
let models: ModelServer;
/** In the checkout, where the README says to put an agent: the package finds itself from there. */
let folder: string;
const agents: ChildProcess[] = [];

beforeAll(async () => {
  nats = await startNatsServer();
  shopPort = await freePort();
  serverPort = await freePort();
  hostPort = await freePort();
  hostDatabase = await freshDatabase();
  models = await startModelServer();
  arena = await startArena({
    ARENA_NATS_URL: nats.url,
    ARENA_DB_URL: await freshDatabase(),
    ARENA_ALLOW_HOSTS: `127.0.0.1:${shopPort}`,
    ARENA_LLM_BASE_URL: models.url,
    ARENA_LLM_MODEL: 'llama3.2',
  });
  folder = await mkdtemp(join(project, 'data-readme-'));
});

afterAll(async () => {
  await Promise.all(agents.map(stopped));
  await arena?.stop();
  await nats?.stop();
  await models?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The first code block of a language that holds a text, with the addresses of this test. */
function example(language: string, holding: string): string {
  const blocks = [...written.matchAll(/```(\w+)\n([\s\S]*?)```/g)];
  const block = blocks.find(([, name, code]) => name === language && code?.includes(holding));
  if (!block?.[2]) throw new Error(`no page has a ${language} example with ${JSON.stringify(holding)}`);
  return block[2]
    .replaceAll(natsUrlInReadme, nats.url)
    .replaceAll(httpUrlInReadme, arena.url)
    .replaceAll(shopPortInReadme, shopPort)
    .replaceAll(serverPortInReadme, serverPort)
    .replaceAll(modelUrlInReadme, models.url)
    .replaceAll(hostPortInReadme, hostPort)
    .replaceAll(hostDatabaseInReadme, hostDatabase);
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** What an example prints, run by a shell in the checkout, with the arena of this test as the configured one. */
function output(holding: string): Promise<string> {
  return shell(example('sh', holding));
}

async function shell(commands: string): Promise<string> {
  const child = spawn('sh', ['-c', commands], {
    cwd: project,
    env: { ...process.env, ARENA_URL: arena.url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return text(child.stdout);
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return String(port);
}

async function launch(holding: string): Promise<string> {
  const said = await output(holding);
  const { id } = JSON.parse(said) as { id?: string };
  if (!id) throw new Error(`no contest was made: ${said}`);
  return id;
}

async function startAgent(program: string, args: string[], file: string, code: string, env = {}): Promise<void> {
  await writeFile(join(folder, file), code);
  agents.push(
    spawn(program, [...args, join(folder, file)], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
    }),
  );
}

describe('README.md and docs/', () => {
  it('launches a contest with everything in one request, and somebody wins it', async () => {
    const id = await launch('"Ann"');
    const contest = await createContestClient(arena.url).reach(id, 'complete');
    expect(contest.end_reason).toBe('score');
    expect(contest.seed).toBe(7);
  });

  it('shows a program that launches a contest and follows it to its end', async () => {
    await writeFile(join(folder, 'my-program.ts'), example('ts', 'createClient'));
    const said = await shell(`"${process.execPath}" --conditions=source "${join(folder, 'my-program.ts')}"`);
    expect(said).toBe('complete max_rounds 3\n');
  });

  it('ends that program also when somebody else ends the contest', async () => {
    const code = example('ts', 'createClient').replace('start: true', 'start: true, auto_advance: false');
    await writeFile(join(folder, 'stepping.ts'), code.replace('Ten cells', 'Ten cells, step by step'));
    const said = shell(`"${process.execPath}" --conditions=source "${join(folder, 'stepping.ts')}"`);
    const arenas = async () =>
      (await client.contests.list({ order: 'newest', limit: 1 })).map(({ arena }) => arena.name);
    const client = createClient({ url: arena.url });
    await expect.poll(arenas, { timeout: 20_000 }).toEqual(['Ten cells, step by step']);
    const [newest] = await client.contests.list({ order: 'newest', limit: 1 });
    await client.contests.act(newest?.id ?? '', 'cancel');
    expect(await said).toBe('cancelled cancelled on request 0\n');
  });

  it('plays what a folder describes, many times, and finds in the morning what rests', async () => {
    const client = createContestClient(arena.url);
    const said = await output('arena load config/example');
    const ids = [...said.matchAll(/^contest (\S+)/gm)].map(([, id]) => id ?? '');
    expect(ids).toHaveLength(20);
    for (const id of ids) expect((await client.reach(id, 'complete')).rounds.length).toBeGreaterThan(0);
    const morning = await output('--filter state=fail --ids');
    for (const id of ids) expect(morning).toContain(id);
  });

  it('carries the contest elsewhere and back, and forks it', async () => {
    const client = createContestClient(arena.url);
    const original = await client.reach(await launch('"Ann"'), 'complete');
    const inFolder = (holding: string) =>
      example('sh', holding).replaceAll('coin-hunt.json', join(folder, 'coin-hunt.json'));
    const [restored] = (await shell(inFolder('contest snapshot'))).split(':');
    const copy = await client.get(restored ?? '');
    expect(copy.id).not.toBe(original.id);
    expect(copy).toMatchObject({ state: 'complete', winner_id: original.winner_id, rounds: original.rounds });
    const [forked] = (await output('contest fork')).split(':');
    const other = await client.reach(forked ?? '', 'complete');
    expect(other).toMatchObject({ seed: 8, arena: { rules: expect.stringContaining('five cells') } });
    expect(other.rounds[0]).toEqual(copy.rounds[0]);
  });

  it('shows two agents from outside that join over NATS, and whose moves count', async () => {
    await startAgent(process.execPath, ['--conditions=source'], 'my-agent.ts', example('ts', 'createAgent'));
    await startAgent('python3', [], 'agent.py', example('python', 'import nats'), {
      PYTHONPATH: join(project, 'tests/support/python'),
      PYTHONDONTWRITEBYTECODE: '1',
    });
    const id = await launch('"swift-red-fox"');
    const contest = await createContestClient(arena.url).reach(id, 'complete');

    expect(contest.end_reason).toBe('score');
    const [first] = contest.rounds;
    const deeds = first?.players.map(({ id: player, action, position, score }) => [
      player,
      action?.target,
      position,
      score,
    ]);
    expect(deeds).toEqual([
      ['swift-red-fox', '3,3', '3,3', 10],
      ['quiet-green-snake', '7,3', '7,3', 10],
    ]);
    expect(contest.rounds.flatMap(({ players }) => players.flatMap(({ faults }) => faults))).toEqual([]);
  });

  it('checks such an agent, and finds nothing wrong with it', async () => {
    const said = await output('agent check quiet-green-snake');
    expect(said).toContain('✓ player_player_action, round 0');
    expect(said).toMatch(/\n(Nothing is wrong|All \d+ fine)/);
  });

  it('shows an agent that is an HTTP server and knows its callers, and checks it', async () => {
    const code = example('ts', 'agent.serve');
    await startAgent(process.execPath, ['--conditions=source'], 'my-server.ts', code, { OWL_KEY: 'secret' });
    const [, check = ''] = example('sh', 'OWL_KEY').split('&\n');
    await expect.poll(() => shell(check), { timeout: 20_000 }).toMatch(/\nAll \d+ fine\./);
    expect(await shell(check.replace('OWL_KEY=secret', 'OWL_KEY=other'))).toContain('401');
  });

  it('plays a contest with a model in every seat, one with a strategy, and shows what it was asked', async () => {
    expect(await output('"Magpie"')).toContain('Magpie');
    const client = createContestClient(arena.url);
    const [newest] = (await client.send('GET', '/api/contest?order=newest&limit=1')).body as { id: string }[];
    const contest = await client.get(newest?.id ?? '');
    expect(contest.error).toBe(null);
    expect([contest.state, contest.end_reason]).toEqual(['complete', 'winner_named']);
    expect(contest.rounds.flatMap(({ players }) => players.flatMap(({ faults }) => faults))).toEqual([]);
    expect(
      models.calls.some(({ messages }) => messages.some(({ text }) => text.includes('everything that glitters'))),
    ).toBe(true);
    expect(await output('generatejob list')).toContain('llama3.2');
  });

  it('compares two models on what was asked in that contest', async () => {
    const said = await output('arena eval run');
    expect(said).toMatch(/\(complete\)[\s\S]*│ llama3\.2 +│ \d+ +│ 0 +│ 100 %/);
    expect(said).toMatch(/│ qwen3 +│ \d+ +│ 0 +│ 100 %/);
    expect(said).toContain('look around');
    const single = await output('eval run --request');
    expect(single).toMatch(/│ llama3\.2 +│ 1 +│ 0 +│ 100 %/);
  });

  it('hosts agents apart from the arena', async () => {
    // A process group of its own: npx has children.
    const host = spawn('sh', ['-c', example('sh', 'serve --only agents')], {
      cwd: project,
      stdio: 'ignore',
      detached: true,
    });
    const left = once(host, 'exit');
    onTestFinished(async () => {
      if (host.pid !== undefined) process.kill(-host.pid, 'SIGTERM');
      await left;
    });
    const isReady = () =>
      fetch(`http://127.0.0.1:${hostPort}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
    await expect.poll(isReady, { timeout: 30_000 }).toBe(true);
    const said = await output('wise-grey-owl');
    const id = said.trim().split('\n').at(-1) ?? '';
    const contest = await createContestClient(arena.url).reach(id, 'complete');
    expect(contest.participants.map(({ faults_count }) => faults_count)).toEqual([0, 0, 0, 0]);
    const hosted = await fetch(`http://127.0.0.1:${hostPort}/api/generatejob?contest_id=${id}`).then((one) =>
      one.json(),
    );
    expect(hosted).toHaveLength(contest.rounds.length);
  });

  it('turns a chat endpoint into a participant', async () => {
    const child = spawn('sh', ['-c', example('sh', 'agent run --openai')], {
      cwd: project,
      env: { ...process.env, ARENA_URL: arena.url },
      stdio: ['ignore', 'inherit', 'pipe'],
      detached: true,
    });
    try {
      const [said] = (await once(child.stderr, 'data')) as [Buffer];
      expect(said.toString()).toMatch(/answers for \S+ at nats:/);
    } finally {
      if (child.pid) process.kill(-child.pid, 'SIGTERM');
      await once(child, 'exit');
    }
  });

  it('hands the arena a call, and waits for its end', async () => {
    const [made, ended] = (await output('"is-anybody-there"')).split('}{').map((part, index) => {
      const whole = index === 0 ? `${part}}` : `{${part}`;
      return jobResponseSchema.parse(JSON.parse(whole));
    });
    expect(made).toMatchObject({ job_id: 'is-anybody-there', state: 'pending', url: '$ARENA$/api/debug/health' });
    expect(ended).toMatchObject({ state: 'complete', data: { name: 'agent-arena', state: 'OK' } });
  });

  it('hands the arena a tree of calls, whose last has all that the others came to', async () => {
    await writeFile(join(folder, 'shop.mjs'), example('js', 'createServer'));
    const shop = spawn(process.execPath, [join(folder, 'shop.mjs')], { stdio: ['ignore', 'pipe', 'inherit'] });
    agents.push(shop);
    const [, drawn] = await Promise.all([once(shop.stdout, 'data'), output('order-number-seven')]);
    expect(drawn).toMatch(
      /^order-number-seven\n✓ complete {3}order-number-seven {2}batch, POST [\s\S]*2 of 2 children ended/,
    );
    const { data } = await createJobClient(arena.url).get('order-number-seven');
    expect(data).toEqual({ order: 7, left: [12, null] });
  });
});
