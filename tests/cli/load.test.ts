/** `arena load` against a real HTTP server: what it makes of a folder, and what it refuses. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { startServer, type TestServer } from '../http/server.ts';
import { memoryTerminal } from './terminal.ts';

let server: TestServer;
let folder: string;
beforeEach(async () => {
  server = await startServer();
  folder = mkdtempSync(join(tmpdir(), 'arena-load-'));
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

async function run(args: string[]) {
  const terminal = memoryTerminal({ env: { ARENA_URL: server.url } });
  const loadArena = () => Promise.reject(new Error('no arena here'));
  const status = await main(args, { terminal, version: '1.2.3', loadArena });
  return { status, out: terminal.stdout(), err: terminal.stderr() };
}

function write(name: string, content: unknown): void {
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
}

const arena = { name: 'Yard', width: 3, height: 3, rules: 'None.', winning_condition: 'None.' };

const strategy = (name: string, role: string) => ({
  name,
  role,
  prompts: [{ key: 'player_player_action', prompt: 'x' }],
});

it('makes participants with strategies of their role, arenas, and a contest per contest file and arena', async () => {
  for (const name of ['a', 'b', 'c']) write(`participant-player-${name}.json`, { name, role: 'player' });
  write('participant-judge-1.json', { name: 'First judge', role: 'judge', agent: { model: 'script:referee' } });
  write('participant-judge-2.json', { name: 'Second judge', role: 'judge' });
  write('participant-teller.json', { name: 'Teller', role: 'announcer' });
  write('arena-1.json', arena);
  write('arena-2.json', { ...arena, name: 'Lawn' });
  write('strategy-bold.json', strategy('Bold', 'player'));
  write('strategy-calm.json', strategy('Calm', 'player'));
  write('contest-short.json', { max_rounds: 2 });
  write('notes.json', 'not JSON at all');

  const { status, out, err } = await run(['load', folder, '--seed', '3', '--json']);
  expect(err).toBe('');
  const made = JSON.parse(out) as Record<string, string[]>;
  expect(status).toBe(0);
  expect(Object.fromEntries(Object.entries(made).map(([kind, ids]) => [kind, ids.length]))).toEqual({
    participant: 6,
    arena: 2,
    strategy: 2,
    agent: 4,
    contest: 2,
  });

  const agents = JSON.parse((await run(['agent', 'list', '--json'])).out) as Record<string, unknown>[];
  expect(agents.map((agent) => agent.strategy_id ?? null).sort()).toEqual(
    [made.strategy?.[0], made.strategy?.[1], made.strategy?.[0], null].sort(),
  );
  expect(agents.find((agent) => agent.strategy_id === null)).toMatchObject({ model: 'script:referee' });
  const contests = await server.contests.list({});
  expect(contests.map((contest) => contest.max_rounds)).toEqual([2, 2]);
});

it('draws the same players from the same seed', async () => {
  for (const name of ['a', 'b', 'c', 'd', 'e']) write(`participant-${name}.json`, { name, role: 'player' });
  write('participant-judge.json', { name: 'Judge', role: 'judge' });
  write('arena-1.json', arena);
  write('contest-1.json', { max_rounds: 2 });
  const drawn = async (seed: string) => {
    const before = server.inputs.length;
    await run(['load', folder, '--seed', seed, '--players', '3']);
    const names = await Promise.all(
      (server.inputs[before]?.participant_ids ?? []).map(async (id) => {
        const { out } = await run(['participant', 'show', id, '--json']);
        return (JSON.parse(out) as { name: string }).name;
      }),
    );
    expect(names).toHaveLength(4);
    expect(names[3]).toBe('Judge');
    return names.join();
  };
  const orders = [await drawn('1'), await drawn('2'), await drawn('3'), await drawn('4')];
  expect(await drawn('1')).toBe(orders[0]);
  expect(new Set(orders).size).toBeGreaterThan(1);
});

it('makes each contest as often as it is told, with other players each time', async () => {
  for (const name of ['a', 'b', 'c', 'd', 'e']) write(`participant-${name}.json`, { name, role: 'player' });
  write('participant-judge.json', { name: 'Judge', role: 'judge' });
  write('arena-1.json', arena);
  write('contest-1.json', { max_rounds: 2 });
  const { out } = await run(['load', folder, '--repeat', '12', '--json']);
  expect((JSON.parse(out) as { contest: string[] }).contest).toHaveLength(12);
  const players = server.inputs.slice(-12).map(({ participant_ids }) => participant_ids?.slice(0, 2).join());
  expect(new Set(players).size).toBeGreaterThan(1);
});

it('makes all of it anew when it is loaded again', async () => {
  for (const name of ['a', 'b']) write(`participant-${name}.json`, { name, role: 'player' });
  write('arena-1.json', arena);
  for (let time = 1; time <= 2; time += 1) expect((await run(['load', folder])).status).toBe(0);
  expect((await run(['participant', 'list', '--ids'])).out.trim().split('\n')).toHaveLength(4);
  expect((await run(['arena', 'list', '--ids'])).out.trim().split('\n')).toHaveLength(2);
});

it('names the file that was refused, and exits with 1', async () => {
  write('participant-1.json', { name: '', role: 'player' });
  expect(await run(['load', folder])).toMatchObject({
    status: 1,
    err: expect.stringContaining('participant-1.json: '),
  });
});

it('reads everything before it makes anything', async () => {
  write('participant-1.json', { name: 'a', role: 'player' });
  write('strategy-1.json', '{');
  expect(await run(['load', folder])).toMatchObject({ status: 2, err: expect.stringContaining('strategy-1.json') });
  expect((await run(['participant', 'list'])).out).toBe('There is no participant yet.\n');
});

it.each(['/nowhere/at/all', tmpdir()])('refuses %s, where there is nothing to load', async (dir) => {
  expect((await run(['load', dir === tmpdir() ? folder : dir])).status).toBe(2);
});
