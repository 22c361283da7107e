/** The README runs as written: its examples are taken from it, put on free ports, and run as a reader would. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase, type RunningArena, startArena } from '../support/arena-process.ts';
import { createContestClient } from '../support/contest-client.ts';
import { type NatsServer, startNatsServer } from '../support/nats-server.ts';

const project = join(import.meta.dirname, '../..');
const readme = await readFile(join(project, 'README.md'), 'utf8');
const natsUrlInReadme = 'nats://127.0.0.1:4222';
const httpUrlInReadme = 'http://127.0.0.1:8000';

let nats: NatsServer;
let arena: RunningArena;
/** In the checkout, where the README says to put an agent: the package finds itself from there. */
let folder: string;
const agents: ChildProcess[] = [];

beforeAll(async () => {
  nats = await startNatsServer();
  arena = await startArena({ ARENA_NATS_URL: nats.url, ARENA_DB_URL: await freshDatabase() });
  folder = await mkdtemp(join(project, 'data-readme-'));
});

afterAll(async () => {
  await Promise.all(agents.map(stopped));
  await arena?.stop();
  await nats?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The first code block of a language that holds a text, with the addresses of this test. */
function example(language: string, holding: string): string {
  const blocks = [...readme.matchAll(/```(\w+)\n([\s\S]*?)```/g)];
  const block = blocks.find(([, name, code]) => name === language && code?.includes(holding));
  if (!block?.[2]) throw new Error(`README.md has no ${language} example with ${JSON.stringify(holding)}`);
  return block[2].replaceAll(natsUrlInReadme, nats.url).replaceAll(httpUrlInReadme, arena.url);
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function launch(holding: string): Promise<string> {
  const child = spawn('sh', ['-c', example('sh', holding)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await once(child, 'close');
  const { id } = JSON.parse(output) as { id?: string };
  if (!id) throw new Error(`no contest was made: ${output}`);
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

describe('README.md', () => {
  it('launches a contest with everything in one request, and somebody wins it', async () => {
    const id = await launch('"Ann"');
    const contest = await createContestClient(arena.url).reach(id, 'complete');
    expect(contest.end_reason).toBe('score');
    expect(contest.seed).toBe(7);
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
});
