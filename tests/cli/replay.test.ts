/** What is on record of a contest, from the command line: shown again, checked, and taken away; against the whole arena. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHttpClient } from '../../src/cli/http-client.ts';
import { type PlayerState, press, startPlayer, tick } from '../../src/cli/live/player.ts';
import { openReplay, showReplay } from '../../src/cli/live/replay.ts';
import { main } from '../../src/cli/main.ts';
import { contestDocumentSchema } from '../../src/protocol/contest.ts';
import { turnSchema } from '../../src/protocol/turns.ts';
import { startBusAgents } from '../app/bus-agents.ts';
import { type RunningApp, startApp } from '../app/running-app.ts';
import { realClock } from '../support/clock.ts';
import { smallContest } from '../support/contest-input.ts';
import { type MemoryTerminal, memoryTerminal } from './terminal.ts';

let app: RunningApp;
let id: string;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arena-replay-'));
  app = await startApp({ bus: (await startBusAgents()).bus });
  id = (await app.client.create(smallContest())).id;
  await app.client.reach(id, 'complete');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(args: string[], terminal: MemoryTerminal = memoryTerminal()) {
  const loadArena = () => Promise.reject(new Error('no arena of its own is needed'));
  const status = await main(['--url', app.url, ...args], { terminal, version: '1.2.3', loadArena });
  return { status, out: terminal.stdout(), err: terminal.stderr() };
}

describe('arena contest replay', () => {
  it('prints every picture, from the first to the last, where nobody can press a key', async () => {
    const { status, out } = await run(['contest', 'replay', id]);
    expect(status).toBe(0);
    const pictures = out.split('── entry ').slice(1);
    const positions = pictures.map((picture) => Number.parseInt(picture, 10));
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    expect(positions[0]).toBe(1);
    expect(pictures[0]).toContain('calling everyone');
    expect(pictures.at(-1)).toContain('★');
    expect(out).not.toContain('\u001b');
  });

  it('prints each state as a line of JSON for machines, the last as the contest is now', async () => {
    const { out } = await run(['--json', 'contest', 'replay', 'latest']);
    const states = out
      .trimEnd()
      .split('\n')
      .map((line) => contestDocumentSchema.parse(JSON.parse(line)));
    expect(states.at(-1)).toEqual(await app.client.get(id));
    expect(new Set(states.map(({ state }) => state))).toContain('setup_arena');
  });

  it('goes where the keys say, on a terminal', async () => {
    const screen = keyedTerminal();
    const running = run(['contest', 'replay', id], screen.terminal);
    await screen.shows('▶ 1/');
    screen.press('space');
    await screen.shows('⏸ 1/');
    screen.press('right');
    await screen.shows('⏸ 2/');
    screen.press('left');
    await screen.shows('⏸ 1/');
    screen.press('up');
    await screen.shows('×2 ');
    screen.press('end');
    await screen.shows('★');
    screen.press('q');
    expect((await running).status).toBe(0);
    expect(screen.isStopped()).toBe(true);
  });

  it('ends when it is told to while it is paused and fetches a picture', async () => {
    const screen = keyedTerminal();
    const { positions, frame } = await openReplay(createHttpClient({ url: app.url, clock: realClock }), id);
    const stopWhileFetching = (position: number) => {
      if (position === positions.at(-1)) screen.terminal.stop();
      return frame(position);
    };
    const showing = showReplay({ positions, frame: stopWhileFetching }, screen.terminal, { speed: 1, json: false });
    await screen.shows('▶ 1/');
    screen.press('end');
    await showing;
    expect(screen.isStopped()).toBe(true);
  });
});

describe('the player of a replay', () => {
  const after = (...keys: string[]) => keys.reduce(press, startPlayer(10, 1));

  it.each<[string[], Partial<PlayerState>]>([
    [[], { index: 0, playing: true, speed: 1, ended: false }],
    [['right', 'right', 'l'], { index: 3, playing: false }],
    [['left'], { index: 0, playing: false }],
    [['end'], { index: 9, playing: false }],
    [['end', 'right'], { index: 9 }],
    [['end', 'space'], { index: 0, playing: true }],
    [['right', 'space'], { index: 1, playing: true }],
    [['up', 'up', 'down'], { speed: 2, playing: true }],
    [Array.from({ length: 20 }, () => '+'), { speed: 32 }],
    [Array.from({ length: 20 }, () => '-'), { speed: 0.25 }],
    [['end', 'home'], { index: 0 }],
    [['x', 'ctrl+z'], { index: 0, playing: true }],
    [['ctrl+c'], { ended: true }],
  ])('%j', (keys, state) => {
    expect(after(...keys)).toMatchObject(state);
  });

  it('stops at the last picture, and stands still when it is paused', () => {
    expect(tick(startPlayer(3, 1))).toMatchObject({ index: 1, playing: true });
    expect(tick(tick(startPlayer(3, 1)))).toMatchObject({ index: 2, playing: false });
    expect(tick(press(startPlayer(3, 1), 'space'))).toMatchObject({ index: 0, playing: false });
  });
});

describe('arena contest verify', () => {
  it('says how much holds, and succeeds', async () => {
    const { status, out } = await run(['contest', 'verify', id]);
    expect(status).toBe(0);
    expect(out).toMatch(new RegExp(`^${id}: holds \\(\\d+ entries, \\d+ requests, \\d+ views\\)\n$`));
    expect(JSON.parse((await run(['--json', 'contest', 'verify', id])).out)).toMatchObject({ ok: true, problems: [] });
  });

  it('fails for a contest that is not there', async () => {
    expect((await run(['contest', 'verify', 'no-such-contest'])).status).toBe(1);
  });
});

describe('arena contest export', () => {
  it('writes lines of JSON to standard output', async () => {
    const { out } = await run(['contest', 'export', id]);
    const turns = out
      .trimEnd()
      .split('\n')
      .map((line) => turnSchema.parse(JSON.parse(line)));
    expect(new Set(turns.map((turn) => turn.contest_id))).toEqual(new Set([id]));
  });

  it('writes a file of any format', async () => {
    const rows = (await run(['contest', 'export', id])).out.trimEnd().split('\n').length;
    const parquet = join(folder, 'turns.parquet');
    const { status, out } = await run(['contest', 'export', id, '--format', 'parquet', '--output', parquet]);
    expect([status, out]).toEqual([0, '']);
    const { buffer, byteOffset, byteLength } = await readFile(parquet);
    expect(
      await parquetReadObjects({ file: buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer }),
    ).toHaveLength(rows);
    const csv = join(folder, 'turns.csv');
    await run(['contest', 'export', id, '--format', 'csv', '--output', csv]);
    expect(await readFile(csv, 'utf8')).toMatch(/^contest_id,round_no,/);
  });

  it('is wrong usage in a format that is not known, or with a file that cannot be written', async () => {
    expect((await run(['contest', 'export', id, '--format', 'xml'])).status).toBe(2);
    const nowhere = join(folder, 'none', 'turns.csv');
    const { status, out, err } = await run(['contest', 'export', id, '--format', 'csv', '--output', nowhere]);
    expect([status, out]).toEqual([2, '']);
    expect(err).toMatch(/cannot be written: ENOENT.*\n$/);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });
});

/** A terminal that draws, and whose keys a test presses. */
function keyedTerminal() {
  const base = memoryTerminal({ env: { NO_COLOR: '1', TERM: 'xterm' } });
  let drawn = '';
  let waiting: (() => void)[] = [];
  let listener: ((key: string) => void) | null = null;
  const terminal: MemoryTerminal = {
    ...base,
    out: {
      isTTY: true,
      columns: 120,
      rows: 40,
      write: (text) => {
        drawn += text;
        const told = waiting;
        waiting = [];
        for (const resolve of told) resolve();
        return true;
      },
    },
    readKeys: (pressed) => {
      listener = pressed;
      return () => {
        listener = null;
      };
    },
  };
  return {
    terminal,
    press: (key: string) => {
      drawn = '';
      listener?.(key);
    },
    isStopped: () => listener === null,
    async shows(text: string) {
      while (!drawn.includes(text)) await new Promise<void>((resolve) => waiting.push(resolve));
    },
  };
}
