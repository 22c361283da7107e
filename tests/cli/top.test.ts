/** `arena top` against a whole arena: once for machines and pipes, drawn over on a terminal until a key ends it; and its picture as text. */
import { stripVTControlCharacters } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { createPalette } from '../../src/cli/live/palette.ts';
import { contestsInOrder, type TopPicture, topLines } from '../../src/cli/live/top.ts';
import { main } from '../../src/cli/main.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import type { OverviewRow } from '../../src/protocol/overview.ts';
import { type BusAgents, startBusAgents } from '../app/bus-agents.ts';
import { type RunningApp, startApp } from '../app/running-app.ts';
import { freshDatabase } from '../support/arena-process.ts';
import { smallContest } from '../support/contest-input.ts';
import { wellBehaved } from '../support/nats-agents.ts';
import { memoryTerminal } from './terminal.ts';

const loadArena = () => Promise.reject(new Error('no arena runs in this process'));
const run = (terminal: Terminal, ...args: string[]) => main(args, { terminal, version: '1.2.3', loadArena });

let app: RunningApp;
let agents: BusAgents;
let running: string;
let created: string;
beforeAll(async () => {
  // Bix never answers when asked for an action.
  agents = await startBusAgents((asked) =>
    asked.command === 'player_player_action' && asked.participant_id === bix ? null : wellBehaved(asked),
  );
  app = await startApp({ bus: agents.bus });
  created = (await app.client.create(smallContest({ start: false }))).id;
  const participants = [
    { name: 'Ada', role: 'player' },
    { id: bix, name: 'Bix', role: 'player' },
    { name: 'Jo', role: 'judge' },
    { name: 'Al', role: 'announcer' },
    { name: 'Io', role: 'arena' },
  ];
  running = (await app.client.create(smallContest({ id: 'calm-red-heron', participants }))).id;
  await agents.until(({ command, participant_id: id }) => command === 'player_player_action' && id === bix);
});
const bix = 'slow-grey-snail';

describe('arena top', () => {
  it('gives machines one picture: contests, whom they wait for, jobs, agents', async () => {
    const look = async () => {
      const terminal = memoryTerminal();
      expect(await run(terminal, 'top', '--json', '--url', app.url)).toBe(0);
      return JSON.parse(terminal.stdout()) as TopPicture;
    };
    // Ada has answered, though the round shows no action before all have.
    await expect.poll(async () => (await look()).waiting_for[running], { timeout: 20_000 }).toEqual(['Bix']);
    const picture = await look();
    expect(picture.contests.map(({ id, state }) => [id, state])).toEqual([
      [running, 'in_round'],
      [created, 'created'],
    ]);
    expect(picture.jobs.request).toBeGreaterThanOrEqual(1);
    expect(picture.calls.requests_open).toBeGreaterThanOrEqual(1);
    expect(picture.agents.find(({ asked }) => asked === 'health')).toMatchObject({ answers: 5, faults: 0 });
  });

  it('prints it once where nothing can be drawn over', async () => {
    const terminal = memoryTerminal();
    expect(await run(terminal, 'top', '--url', app.url)).toBe(0);
    expect(terminal.stdout()).toContain('2 contests');
    expect(terminal.stdout()).toMatch(new RegExp(`in_round +1/2 +${running}`));
  });

  it('draws on a terminal until q is pressed', async () => {
    const base = memoryTerminal({ env: { TERM: 'xterm' } });
    let press: (key: string) => void = () => undefined;
    let keysAreRead = true;
    let drawn = '';
    const terminal: Terminal = {
      ...base,
      out: {
        isTTY: true,
        columns: 100,
        rows: 20,
        write(text) {
          drawn += String(text);
          if (drawn.includes(running)) press('q');
          return true;
        },
      },
      readKeys(pressed) {
        press = pressed;
        return () => {
          keysAreRead = false;
        };
      },
    };
    expect(await run(terminal, 'top', '--url', app.url)).toBe(0);
    expect(keysAreRead).toBe(false);
    expect(drawn).toContain('2 contests');
  });

  it('is drawn anew, with nothing left of what was there, when the terminal has another size', async () => {
    const { terminal, press, resized, drawn } = resizableTerminal(110);
    const running = run(terminal, 'top', '--url', app.url);
    await expect.poll(() => drawn().at(-1), { timeout: 20_000 }).toContain('standing, and who is waited for');
    const before = stripVTControlCharacters(drawn().at(-1) ?? '')
      .trimEnd()
      .split('\n');
    resized(50);
    const [wiped, narrow] = drawn().slice(-2);
    const rows = before.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / 50)), 0);
    expect(rows).toBeGreaterThan(before.length);
    expect(wiped).toBe(`\u001b[${rows}A\r\u001b[J`);
    expect(narrow).toContain('2 contests');
    expect(narrow).not.toContain('standing, and who is waited for');
    press('q');
    expect(await running).toBe(0);
    const written = drawn().length;
    resized(110);
    expect(drawn()).toHaveLength(written);
  });

  it('keeps its picture while the arena is away, and goes on when it is back', async () => {
    const base = memoryTerminal({ env: { TERM: 'xterm' } });
    const databaseUrl = await freshDatabase();
    const first = await startApp({ databaseUrl });
    const { port } = new URL(first.url);
    await first.client.create(smallContest({ id: 'one-red-heron', start: false }));
    const comeBack = async () => {
      const second = await startApp({ databaseUrl, env: { ARENA_HTTP_PORT: port } });
      await second.client.create(smallContest({ id: 'two-red-heron', start: false }));
    };
    let press: (key: string) => void = () => undefined;
    let again: Promise<void> | null = null;
    const out = {
      isTTY: true,
      columns: 100,
      rows: 20,
      write(text: unknown) {
        const frame = String(text);
        if (frame.includes('one-red-heron')) void first.close();
        if (frame.includes('Not connected')) again ??= comeBack();
        if (frame.includes('two-red-heron')) press('q');
        return true;
      },
    };
    const readKeys = (pressed: (key: string) => void) => {
      press = pressed;
      return () => undefined;
    };
    expect(await run({ ...base, out, readKeys }, 'top', '--url', first.url)).toBe(0);
    expect(again).not.toBeNull();
    await again;
  });

  it('says so when there is no arena', async () => {
    const terminal = memoryTerminal();
    expect(await run(terminal, 'top', '--url', 'http://127.0.0.1:9')).toBe(1);
    expect(terminal.stderr()).not.toBe('');
  });
});

describe('the picture', () => {
  const row = (change: Partial<OverviewRow>): OverviewRow => ({
    id: 'calm-red-fox',
    state: 'in_round',
    paused: false,
    arena: 'The yard',
    players: [
      { id: 'a', name: 'Ada', score: 10 },
      { id: 'b', name: 'Bix', score: 30 },
    ],
    current_round: 2,
    max_rounds: 5,
    winning_score: 100,
    auto_advance: true,
    winner_id: null,
    end_reason: null,
    error: null,
    created_at: 1,
    start_time: 1,
    end_time: null,
    ...change,
  });
  const contests = [
    row({ id: 'old-blue-hat', state: 'complete', winner_id: 'b', created_at: 9 }),
    row({ id: 'sad-grey-cat', state: 'fail', error: 'the judge\u001b[2J is gone', created_at: 2 }),
    row({}),
  ];
  const picture: TopPicture = {
    contests,
    waiting_for: { 'calm-red-fox': ['Ada'] },
    jobs: { idle: 0, request: 2 },
    calls: { requests_open: 2, in_flight: 0, waiting: 1 },
    agents: [
      { asked: 'health', answers: 4, mean_latency_ms: 2.4, faults: 0 },
      { asked: 'judge_apply_effects', answers: 3, mean_latency_ms: 120, faults: 1 },
    ],
  };
  const size = { columns: 110, lines: 30, palette: createPalette(false) };

  it('has what is at work first, then what has failed, and tells of nothing that moves the cursor', () => {
    expect(topLines(picture, size).join('\n')).toBe(
      [
        '3 contests  1 complete · 1 fail · 1 in_round',
        '2 jobs  2 request · 2 open requests to agents · 0 calls in flight · 1 waiting',
        '',
        'state         round    contest                      arena             standing, and who is waited for',
        'in_round      3/5      calm-red-fox                 The yard          Bix 30, Ada 10 — waits for Ada',
        'fail          3/5      sad-grey-cat                 The yard          Bix 30, Ada 10 — the judge is gone',
        'complete      3/5      old-blue-hat                 The yard          ★ Bix 30, Ada 10',
        '',
        'agents, since the start of the arena',
        'health                    4 answers  2 ms on average',
        'judge_apply_effects       3 answers  120 ms on average  1 fault',
      ].join('\n'),
    );
  });

  it('never has more lines or columns than there are, and counts what it leaves out', () => {
    const many = Array.from({ length: 500 }, (_one, index) => row({ id: `number-${index}`, created_at: index }));
    const lines = topLines({ ...picture, contests: many }, { ...size, columns: 60, lines: 24 });
    expect(lines).toHaveLength(24);
    expect(lines.find((line) => line.startsWith('…'))).toMatch(/^… and 48\d more$/);
    expect(lines.slice(3).filter((line) => [...line].length > 60)).toEqual([]);
    expect(contestsInOrder(many)[0]?.id).toBe('number-499');
  });
});

/** A terminal that draws, whose size a test changes and whose keys it presses; each write, but for those that show and hide the cursor. */
function resizableTerminal(columns: number) {
  const listeners = new Set<() => void>();
  const drawn: string[] = [];
  let press: (key: string) => void = () => undefined;
  const out = {
    isTTY: true,
    columns,
    rows: 20,
    write(text: unknown) {
      drawn.push(String(text));
      return true;
    },
    on: (_event: 'resize', listener: () => void) => listeners.add(listener),
    off: (_event: 'resize', listener: () => void) => listeners.delete(listener),
  };
  const readKeys = (pressed: (key: string) => void) => {
    press = pressed;
    return () => undefined;
  };
  const cursorMarks = ['\u001b[?25h', '\u001b[?25l'];
  return {
    terminal: { ...memoryTerminal({ env: { TERM: 'xterm', NO_COLOR: '1' } }), out, readKeys },
    press: (key: string) => press(key),
    drawn: () => drawn.filter((text) => !cursorMarks.includes(text)),
    resized(to: number) {
      out.columns = to;
      for (const listener of listeners) listener();
    },
  };
}
