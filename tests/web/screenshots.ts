/** Makes the screenshots of the README: each view of the control panel, of a contest that is always the same. Run: npm run screenshots */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type BrowserContextOptions, chromium } from 'playwright-core';
import { bundledGames } from '../../src/agents/games/bundled-games.ts';
import { createArena } from '../../src/app.ts';
import { type Client, createClient } from '../../src/client/client.ts';
import { loadConfig } from '../../src/config.ts';
import { findChromium } from '../support/browser.ts';

const folder = join(import.meta.dirname, '../../docs/panel');
const desk = { viewport: { width: 1280, height: 800 } };
const phone = { viewport: { width: 390, height: 844 } };

interface Shot {
  readonly name: string;
  readonly path: string;
  readonly shows: string;
  readonly options: BrowserContextOptions;
}

const arena = await createArena(
  loadConfig({ ARENA_DB_URL: 'sqlite::memory:', ARENA_HTTP_PORT: '0', ARENA_LOG_LEVEL: 'error' }),
);
await arena.start();
const executablePath = findChromium();
if (!executablePath) throw new Error('chromium is missing: install it, or name it in CHROMIUM');
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
try {
  const url = arena.url ?? '';
  const client = createClient({ url });
  await play(client, 0, { auto_advance: false, start: false });
  for (let seed = 1; seed <= 8; seed += 1) await play(client, seed % 2, { seed });
  const isle = await play(client, 1, { seed: 11 });
  const flag = await play(client, 0, { seed: 5 });
  const { position } = await client.contests.get(flag);
  const middle = Math.round(position * 0.62);

  const shots: readonly Shot[] = [
    { name: 'contests', path: '#/', shows: '.list-body .list-row', options: desk },
    { name: 'launch', path: '#/launch', shows: '.seat-list li', options: desk },
    { name: 'watch', path: `#/contest/${isle}`, shows: '.crown, .chart canvas', options: desk },
    {
      name: 'time',
      path: `#/contest/${flag}?at=${middle}`,
      shows: '.standings li',
      options: { ...desk, colorScheme: 'dark' },
    },
    { name: 'inspect', path: `#/contest/${flag}/inspect?at=${middle}`, shows: '.detail details .json', options: desk },
    { name: 'agents', path: '#/agents', shows: '.agents tbody tr', options: { ...desk, colorScheme: 'dark' } },
    { name: 'phone', path: `#/contest/${flag}?at=${middle}`, shows: '.standings li', options: phone },
  ];
  await mkdir(folder, { recursive: true });
  for (const { name, path, shows, options } of shots) {
    const page = await browser.newPage({ reducedMotion: 'reduce', ...options });
    await page.goto(`${url}/${path}`);
    await page.locator(shows).first().waitFor();
    await page.screenshot({ path: join(folder, `${name}.jpg`), type: 'jpeg', quality: 72, animations: 'disabled' });
    await page.close();
  }
} finally {
  await browser.close();
  await arena.close();
}

/** Resolves with the id of the contest when it rests: over, or not begun. */
async function play(client: Client, game: number, change: object): Promise<string> {
  const bundled = bundledGames[game];
  if (!bundled) throw new Error(`there is no bundled game ${game}`);
  const known = await client.catalogue('participant').list();
  const ids = bundled.defaultParticipants.flatMap(({ name }) => known.find((one) => one.name === name)?.id ?? []);
  const seats = ids.length > 0 ? { participant_ids: ids } : { participants: bundled.defaultParticipants };
  const input = { arena: bundled.arena, ...seats, ...bundled.settings, start: true, ...change };
  const { id, state } = await client.contests.create(input);
  if (state === 'created') return id;
  const stop = new AbortController();
  for await (const { events } of client.contests.follow(id, { signal: stop.signal })) {
    if (events.some((event) => 'end_reason' in event)) break;
  }
  stop.abort();
  return id;
}
