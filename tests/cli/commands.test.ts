/** The commands against a real HTTP server: what they print, for people and for machines, and how they exit. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { contestExample } from '../../src/http/examples/inputs.ts';
import { createContestSchema } from '../../src/protocol/contest-input.ts';
import { ArenaError } from '../../src/protocol/errors.ts';
import { startServer, type TestServer } from '../http/server.ts';
import { round } from './documents.ts';
import { type MemoryTerminal, memoryTerminal } from './terminal.ts';

let server: TestServer;
let folder: string;
beforeEach(async () => {
  server = await startServer();
  folder = mkdtempSync(join(tmpdir(), 'arena-cli-'));
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

async function run(args: string[], terminal: MemoryTerminal = memoryTerminal(), failure = new Error('no arena here')) {
  const options = {
    terminal: { ...terminal, env: { ARENA_URL: server.url, ...terminal.env } },
    version: '1.2.3',
    loadArena: () => Promise.reject(failure),
  };
  const status = await main(args, options);
  return { status, out: terminal.stdout(), err: terminal.stderr() };
}

async function launch() {
  return server.contests.create(createContestSchema.parse({ ...contestExample, start: false }));
}

function write(name: string, content: unknown): void {
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
}

const arena = { name: 'Yard', width: 3, height: 3, rules: 'None.', winning_condition: 'None.' };

describe('models', () => {
  it('are made from a file, from standard input and from the argument, JSON or YAML, and listed', async () => {
    write('arena.yaml', 'name: Yard\nwidth: 3\nheight: 3\nrules: None.\nwinning_condition: None.');
    expect((await run(['arena', 'create', join(folder, 'arena.yaml')])).out).toMatch(/^\w+-\w+-\w+-\w+\n$/);
    expect((await run(['arena', 'create', '-'], memoryTerminal({ input: JSON.stringify(arena) }))).status).toBe(0);
    expect((await run(['arena', 'create', '--data', JSON.stringify({ ...arena, name: 'Lawn' })])).status).toBe(0);
    const wrong = await run(['arena', 'list', '--filter', 'speed=1']);
    expect(wrong.err).toBe('There is something wrong with --filter: speed: this field is not known.\n');
    const { out } = await run(['arena', 'list', '--filter', 'name=Yard', '--json']);
    expect(JSON.parse(out)).toMatchObject([{ name: 'Yard' }, { name: 'Yard' }]);
    expect((await run(['arena', 'list'])).out).toMatch(/name[\s\S]*Yard[\s\S]*Yard[\s\S]*Lawn/);
  });

  it('are listed all, however many pages of the arena that takes', async () => {
    const made = [];
    for (let count = 0; count < 1_002; count += 1) made.push((await launch()).id);
    expect((await run(['contest', 'list', '--ids'])).out.trimEnd().split('\n')).toEqual(made);
    const { out } = await run(['contest', 'list', '--ids', '--filter', 'limit=2', 'offset=1']);
    expect(out.trimEnd().split('\n')).toEqual(made.slice(1, 3));
  });

  it('are shown to people as a page to read, without control codes', async () => {
    await run(['arena', 'create', '--data', JSON.stringify({ ...arena, rules: 'Walk\u001b[2J on.' })]);
    const { out } = await run(['arena', 'show', 'latest']);
    expect(out).toMatch(/^# Yard[\s\S]*Walk.*on\./);
    expect(out).not.toContain('\u001b');
  });

  it('are shown and deleted, latest standing for the newest', async () => {
    await run(['arena', 'create', '--data', JSON.stringify(arena)]);
    await run(['arena', 'create', '--data', JSON.stringify({ ...arena, name: 'Lawn' })]);
    expect(JSON.parse((await run(['arena', 'show', 'latest', '--json'])).out)).toMatchObject({ name: 'Lawn' });
    expect((await run(['arena', 'delete', 'latest'])).out).toMatch(/: deleted\n$/);
    expect(JSON.parse((await run(['arena', 'show', 'latest', '--json'])).out)).toMatchObject({ name: 'Yard' });
  });

  it('that are refused say all that was wrong, and exit with 1', async () => {
    const { status, out, err } = await run(['arena', 'create', '--data', '{"name": "x", "width": 0}']);
    expect(status).toBe(1);
    expect(out).toBe('');
    expect(err).toMatch(/width[\s\S]*rules/);
  });

  it.each([[['arena', 'create']], [['arena', 'create', 'none.json']], [['arena', 'create', '--data', '{"a": [']]])(
    '%j is wrong usage',
    async (args) => {
      expect((await run(args)).status).toBe(2);
    },
  );

  it('say when there is none yet', async () => {
    expect((await run(['contest', 'list'])).out).toBe('There is no contest yet.\n');
    expect(await run(['contest', 'show', 'latest'])).toMatchObject({ status: 1, err: 'There is no contest yet.\n' });
  });
});

describe('contests', () => {
  it('are steered by name', async () => {
    const { id } = await launch();
    expect((await run(['contest', 'pause', id])).out).toBe(`${id}: in_round (paused), round 1\n`);
    const { out: listed } = await run(['contest', 'list']);
    expect(listed).toMatch(/│ id +│ state +│ arena +│ round +│/);
    expect(listed).toMatch(/│ in_round +│ [^│]+ │ 1\/\d+ +│/);
    expect((await run(['contest', 'step', 'latest'])).out).toBe(`${id}: role_call, round 1\n`);
    expect(JSON.parse((await run(['contest', 'cancel', id, '--json'])).out)).toMatchObject({ id, state: 'cancelled' });
    expect(await run(['contest', 'start', id])).toMatchObject({ status: 1, err: expect.stringContaining('cancelled') });
    expect((await run(['contest', 'clone', id])).out).toMatch(/: created/);
  });

  it('are steered many at once, each for itself', async () => {
    const [first, over, last] = [await launch(), await launch(), await launch()].map(({ id }) => id);
    await server.contests.act(String(over), 'cancel');
    const ids = (await run(['contest', 'list', '--ids'])).out.split('\n').filter((line) => line !== '');
    expect(ids).toEqual([first, over, last]);
    expect(await run(['contest', 'pause', ...ids])).toEqual({
      status: 1,
      out: `${first}: in_round (paused), round 1\n${last}: in_round (paused), round 1\n`,
      err: expect.stringMatching(new RegExp(`^${over}: .*cancelled`)),
    });
    const { out } = await run(['contest', 'clone', ...ids, '--json']);
    expect(JSON.parse(out)).toMatchObject(ids.map(() => ({ state: 'created' })));
  });

  it('show the request that would be sent now', async () => {
    const { id } = await launch();
    const { out } = await run(['contest', 'prompt', id, 'judge_apply_effects']);
    expect(JSON.parse(out)).toMatchObject({ command: 'judge_apply_effects', contest_id: id });
  });

  it('are watched to their end, one block a round, without control codes', async () => {
    const { id, participants } = await launch();
    const [winner] = participants;
    const terminal = memoryTerminal();
    const watching = run(['contest', 'watch', id], terminal);
    await expect.poll(() => server.contests.followers(id)).toBe(1);
    const first = round({ state: 'round_complete', ending_narrative: 'One.' });
    server.contests.commit(id, { type: 'moved' }, { state: 'in_round', rounds: [first] });
    await expect.poll(() => terminal.stdout()).toContain('One.');
    const rounds = [first, round({ round_no: 1, state: 'round_complete', ending_narrative: 'Two.' })];
    const end = { state: 'complete' as const, winner_id: winner?.id ?? null, end_reason: 'winner_named' as const };
    server.contests.commit(id, { type: 'ended' }, { ...end, rounds });
    const { status, out } = await watching;
    expect(status).toBe(0);
    expect(out).not.toContain('\u001b');
    expect(out).toMatch(
      /The gate creaks\.[\s\S]*Round 1[\s\S]*One\.[\s\S]*Round 2[\s\S]*Two\.[\s\S]*★ Ada wins after 2 rounds/,
    );
    expect(out.match(/Round 1/g)).toHaveLength(1);
  });

  it('that were cancelled end a watch with 1, and --json prints the document only', async () => {
    const { id } = await launch();
    await server.contests.act(id, 'cancel');
    const { status, out } = await run(['contest', 'watch', 'latest', '--json']);
    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ id, state: 'cancelled' });
  });

  it('are no longer watched when the command is stopped', async () => {
    const { id } = await launch();
    const terminal = memoryTerminal();
    const watching = run(['contest', 'watch', id], terminal);
    await expect.poll(() => server.contests.followers(id)).toBe(1);
    terminal.stop();
    await watching;
    await expect.poll(() => server.contests.followers(id)).toBe(0);
  });
});

describe('without an arena', () => {
  it('says how to start one', async () => {
    const { url } = server;
    await server.close();
    expect(await run(['contest', 'list'])).toEqual({
      status: 1,
      out: '',
      err: `There is no arena at ${url}. Start one with: arena serve\n`,
    });
    server = await startServer();
  });

  it('stops at a wrong configuration with 2', async () => {
    const terminal = memoryTerminal({ env: { ARENA_HTTP_PORT: 'x' } });
    expect(await run(['serve'], terminal)).toMatchObject({
      status: 2,
      err: expect.stringContaining('ARENA_HTTP_PORT'),
    });
  });
});

describe('what goes wrong', () => {
  it('is said in one line where it was to be expected, and with the place in the program where not', async () => {
    const held = new ArenaError({ code: 'unavailable', message: 'the database is held by process 7' });
    const told = await run(['rebuild'], memoryTerminal(), held);
    expect(told).toMatchObject({ status: 1, err: 'the database is held by process 7\n' });
    expect((await run(['rebuild'])).err).toMatch(/^Error: no arena here\n {4}at /);
  });

  it('is said once when it is one thing, and field by field when it is more', async () => {
    const { err } = await run(['arena', 'create', '--data', JSON.stringify({ ...arena, colour: 'red' })]);
    expect(err.match(/colour/g)).toHaveLength(1);
    const more = await run(['strategy', 'create', '--data', '{}']);
    expect(more.err).toMatch(/\n {2}name: .*\n {2}role: /);
  });
});
