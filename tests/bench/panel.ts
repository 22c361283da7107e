/**
 * How fluid the control panel is, in Chromium against a real arena: the first paint, dragging through a contest of 200 rounds, and
 * scrolling a list of 5,000 contests of which 500 are being played. Prints the 95th percentile of the time between frames.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CDPSession, chromium, type Page } from 'playwright-core';
import { bundledGames } from '../../src/agents/games/bundled-games.ts';
import { createArena } from '../../src/app.ts';
import { type Client, createClient } from '../../src/client/client.ts';
import { loadConfig } from '../../src/config.ts';
import { findChromium } from '../support/browser.ts';

const rounds = 200;
const contestsInList = 5_000;
const contestsLive = 500;
const frameTargetMs = 33;

async function measure(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'arena-panel-'));
  const arena = await createArena(
    loadConfig({
      ARENA_DB_URL: `sqlite:${join(folder, 'arena.db')}`,
      ARENA_HTTP_PORT: '0',
      ARENA_AGENTS: 'on',
      ARENA_LOG_LEVEL: 'error',
    }),
  );
  const executablePath = findChromium();
  if (!executablePath) throw new Error('chromium is missing: install it, or name it in CHROMIUM');
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  try {
    await arena.start();
    const url = arena.url ?? '';
    const client = createClient({ url });
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(url);
    print('first paint', `${Math.round(await firstPaint(page))} ms`);
    await longContest(client, page, url);
    await longList(client, page, url);
  } finally {
    await browser.close();
    await arena.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function firstPaint(page: Page): Promise<number> {
  return page.evaluate(`new Promise((resolve) => {
    new PerformanceObserver((list) => resolve(list.getEntries()[0].startTime)).observe({ type: 'paint', buffered: true });
  })`);
}

async function longContest(client: Client, page: Page, url: string): Promise<void> {
  const id = await launch(client, { max_rounds: rounds, winning_score: 1_000_000, start: true }, plainArena);
  await reach(client, id, 'complete');
  const { position } = await client.contests.get(id);
  await page.goto(`${url}/#/contest/${id}`);
  await page.reload();
  await page.getByText(`Entry ${position} of ${position}`).waitFor();
  print(`dragging through ${rounds} rounds, ${position} entries`, await framesDuring(page, drag));
}

async function longList(client: Client, page: Page, url: string): Promise<void> {
  const ids: string[] = [];
  for (let made = 0; made < contestsInList; made += 100) {
    ids.push(
      ...(await Promise.all(Array.from({ length: 100 }, () => launch(client, { auto_advance: false }, plainArena)))),
    );
  }
  await page.goto(`${url}/#/`);
  await page.reload();
  await page.getByText(`All ${contestsInList + 1}`).waitFor();
  print(`scrolling ${contestsInList} contests at rest`, await framesDuring(page, scroll));
  const live = ids.slice(-contestsLive);
  let isOver = false;
  // Each is moved on by one step again and again, as fast as the arena takes it.
  const playing = (async () => {
    for (const id of live) await client.contests.act(id, 'start');
    for (let index = 0; !isOver; index = (index + 1) % live.length) {
      await client.contests.act(live[index] ?? '', 'advance').catch(() => undefined);
    }
  })();
  await page.evaluate('scrollTo(0, 0)');
  await page.locator('.badge-running').first().waitFor();
  print(`scrolling them while ${contestsLive} are played`, await framesDuring(page, scroll));
  isOver = true;
  await playing;
}

const plainArena = {
  name: 'The plain',
  width: 20,
  height: 14,
  rules: 'Walk about.',
  winning_condition: 'Nobody wins before the last round.',
  features: [{ name: 'Well', position: '5,5' }],
};

async function launch(client: Client, settings: object, arena: object): Promise<string> {
  const participants = bundledGames[0]?.defaultParticipants ?? [];
  const input = { arena, participants, seed: 7, ...settings } as Parameters<Client['contests']['create']>[0];
  return (await client.contests.create(input)).id;
}

async function reach(client: Client, id: string, state: string): Promise<void> {
  const stop = new AbortController();
  for await (const { events } of client.contests.follow(id, { signal: stop.signal })) {
    if (events.some((event) => 'to' in event && event.to === state && 'end_reason' in event)) break;
  }
  stop.abort();
}

/** Frames in which the slider is at another place each time, from the beginning to the end and back. */
const drag = `(step) => {
  const slider = document.querySelector('input[type=range]');
  const share = Math.abs(((step / 60) % 2) - 1);
  slider.value = String(Math.round(1 + share * (Number(slider.max) - 1)));
  slider.dispatchEvent(new Event('input', { bubbles: true }));
}`;
const scroll = `(step) => scrollTo(0, Math.abs(((step / 120) % 2) - 1) * (document.body.scrollHeight - innerHeight))`;

async function framesDuring(page: Page, move: string): Promise<string> {
  const metrics = await page.context().newCDPSession(page);
  await metrics.send('Performance.enable');
  const busyBefore = await busySeconds(metrics);
  const frames = await page.evaluate<number[]>(`new Promise((resolve) => {
    const move = ${move};
    const times = [];
    const frame = (now) => {
      times.push(now);
      if (times.length > 240) return resolve(times.slice(1).map((time, index) => time - times[index]));
      move(times.length);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  })`);
  const sorted = frames.toSorted((one, other) => one - other);
  const at = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(1);
  const busyMs = ((await busySeconds(metrics)) - busyBefore) * 1_000;
  await metrics.detach();
  const busy = (busyMs / frames.length).toFixed(1);
  const isMet = Number(at(0.95)) < frameTargetMs;
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms, ${busy} ms of work a frame${isMet ? '' : ` (the aim is ${frameTargetMs} ms)`}`;
}

/** How long the page's main thread has worked: what a machine that does other things at the same time does not change. */
async function busySeconds(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
}

function print(what: string, figure: string): void {
  process.stdout.write(`${what}: ${figure}\n`);
}

await measure();
