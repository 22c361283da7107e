/**
 * How fluid the control panel is, in Chromium against a real arena: the first paint, dragging through a contest of 200 rounds, and
 * scrolling a list of 5,000 contests, at rest and while 500 of them are played; beside it a page of plain text. Prints how long frames
 * took, and what was worked for one.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { createArena } from '../../src/app.ts';
import type { Bus } from '../../src/bridge/bus.ts';
import { createLocalBus } from '../../src/bridge/bus-local.ts';
import { type Client, createClient } from '../../src/client/client.ts';
import { loadConfig } from '../../src/config.ts';
import { createLogs } from '../../src/log.ts';
import { processClock } from '../../src/process-clock.ts';
import { findChromium } from '../support/browser.ts';
import { createDraws } from '../support/draws.ts';
import { frameMark, workDuring, workWords } from './frame-work.ts';
import { takenTimeMeter } from './taken-time.ts';
import { tellingAnswers } from './told-answers.ts';
import { arenaInput, askTypeOf, seats } from './workload.ts';

const rounds = 200;
/** None ends before it was looked at, nor is lost because the machine was busy. */
const limits = { max_rounds: rounds, winning_score: 1_000_000, health_timeout_ms: 60_000 };
const contestsInList = 5_000;
const contestsLive = 500;
const createdAtOnce = 100;
/** How long the agents of contests that are looked at in the list think, as language models do. */
const thinkingMs = { least: 2_000, most: 8_000 };
const viewport = { width: 1440, height: 900 };
const frameTargetMs = 33;
const framesMeasured = 300;
const waitMaxMs = 300_000;
const seed = 1;

/** Where frames are late while nothing but this is scrolled, the machine has no time for any page. */
const plainPage = Array.from(
  { length: 3_000 },
  (_, line) => `<p>Line ${line + 1} of a page that does nothing.</p>`,
).join('');

/** What the contests have in common, so that a contest is made by one short request. */
interface Cast {
  readonly arena_id: string;
  readonly participant_ids: string[];
}

async function measure(): Promise<void> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error('chromium is missing: install it, or name it in CHROMIUM');
  const folder = await mkdtemp(join(tmpdir(), 'arena-panel-'));
  const config = loadConfig({
    ARENA_DB_URL: `sqlite:${join(folder, 'arena.db')}`,
    ARENA_HTTP_PORT: '0',
    ARENA_AGENTS: 'off',
    ARENA_LOG_LEVEL: 'error',
  });
  const bus = createLocalBus({ clock: processClock, log: createLogs(config.log)('bridge') });
  const arena = await createArena(config, { bus });
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  try {
    await arena.start();
    const url = arena.url ?? '';
    const client = createClient({ url });
    const page = await browser.newPage({ viewport });
    page.setDefaultTimeout(waitMaxMs);
    await page.goto(url);
    print('first paint', `${Math.round(await firstPaint(page))} ms`);
    await scrollPlainPage(browser);
    const cast = await makeCast(client);
    const agents = await answerAll(bus, cast);
    try {
      await dragThroughContest(client, cast, page, url);
      agents.think();
      await scrollList(client, cast, page, url);
    } finally {
      agents.stop();
    }
  } finally {
    await browser.close();
    await arena.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function scrollPlainPage(browser: Browser): Promise<void> {
  const page = await browser.newPage({ viewport });
  await page.setContent(plainPage);
  print('for comparison, scrolling a page of plain text', await framesDuring(page, scroll));
  await page.close();
}

function firstPaint(page: Page): Promise<number> {
  return page.evaluate(`new Promise((resolve) => {
    new PerformanceObserver((list) => resolve(list.getEntries()[0].startTime)).observe({ type: 'paint', buffered: true });
  })`);
}

async function makeCast(client: Client): Promise<Cast> {
  const { id } = await client.catalogue('arena').create({ ...arenaInput, features: [...arenaInput.features] });
  const people = await Promise.all(seats.map((seat) => client.catalogue('participant').create(seat)));
  return { arena_id: id, participant_ids: people.map((person) => person.id) };
}

/** Agents that answer at once until they are told to think: from then on only whether they are well. */
async function answerAll(bus: Bus, { participant_ids: ids }: Cast) {
  const connection = await bus.connect({ name: 'bench agents' });
  const draws = createDraws(seed);
  const answerTo = tellingAnswers(ids, draws.fork());
  const waiting = new Set<NodeJS.Timeout>();
  let isThinking = false;
  const requests = connection.subscribe('actor.agent.*.request.>', ({ subject, reply }) => {
    if (reply === null) return;
    const answer = () => connection.publish(reply, answerTo(askTypeOf(subject)));
    if (!isThinking || askTypeOf(subject) === 'health') return answer();
    const timer = setTimeout(
      () => {
        waiting.delete(timer);
        answer();
      },
      draws.between(thinkingMs.least, thinkingMs.most),
    );
    waiting.add(timer);
  });
  return {
    think() {
      isThinking = true;
    },
    stop() {
      for (const timer of waiting) clearTimeout(timer);
      requests.unsubscribe();
    },
  };
}

async function dragThroughContest(client: Client, cast: Cast, page: Page, url: string): Promise<void> {
  const { id } = await client.contests.create({ ...cast, ...limits, start: true });
  const stop = new AbortController();
  let position = 0;
  for await (const entry of client.contests.follow(id, { signal: stop.signal })) {
    ({ position } = entry);
    if (entry.events.some((event) => 'end_reason' in event)) break;
  }
  stop.abort();
  await page.goto(`${url}/#/contest/${id}`);
  await page
    .getByRole('slider', { name: 'Moment in the journal' })
    .and(page.locator(`[max="${position}"]`))
    .waitFor();
  print(`dragging through ${rounds} rounds, ${position} entries`, await framesDuring(page, drag));
}

async function scrollList(client: Client, cast: Cast, page: Page, url: string): Promise<void> {
  const ids: string[] = [];
  while (ids.length < contestsInList) {
    const made = Array.from({ length: createdAtOnce }, () => client.contests.create({ ...cast, ...limits }));
    ids.push(...(await Promise.all(made)).map(({ id }) => id));
  }
  await page.goto(`${url}/#/`);
  await page.getByText(`All ${contestsInList + 1}`).waitFor();
  print(`scrolling ${contestsInList} contests at rest`, await framesDuring(page, scroll));
  print('pulling their scroll bar from end to end', await framesDuring(page, pull));

  for (const id of ids.slice(-contestsLive)) await client.contests.act(id, 'start');
  await page.getByText(`Running ${contestsLive}`).waitFor();
  print(`scrolling them while ${contestsLive} are played`, await framesDuring(page, scroll));
  await page.getByRole('radio', { name: 'Running' }).check();
  print(`scrolling the ${contestsLive} alone`, await framesDuring(page, scroll));
}

/** Frames in which the slider is at another place each time, from the beginning to the end and back. */
const drag = `(step) => {
  const slider = document.querySelector('input[type=range]');
  const share = Math.abs(((step / 60) % 2) - 1);
  slider.value = String(Math.round(1 + share * (Number(slider.max) - 1)));
  slider.dispatchEvent(new Event('input', { bubbles: true }));
}`;
/** As by a fast turn of the wheel, up and down again: 7,200 pixels a second. */
const scroll = `(step) => scrollBy(0, step % 240 < 120 ? 120 : -120)`;
/** The whole list in two seconds: in each frame all rows are other ones. */
const pull = `(step) => scrollTo(0, Math.abs(((step / 120) % 2) - 1) * (document.body.scrollHeight - innerHeight))`;

async function framesDuring(page: Page, move: string): Promise<string> {
  const sorted = (await play(page, move)).toSorted((one, other) => one - other);
  const at = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(1);
  const isMet = Number(at(0.95)) < frameTargetMs;
  const frames = `frames p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms${isMet ? '' : ` (the aim is ${frameTargetMs} ms)`}`;
  // Tracing costs something too: the same again.
  const session = await page.context().newCDPSession(page);
  const work = await workDuring(session, () => play(page, move));
  await session.detach();
  return `${frames}\n  ${workWords(work)}`;
}

/** Resolves with the times between frames. */
function play(page: Page, move: string): Promise<number[]> {
  return page.evaluate<number[]>(`new Promise((resolve) => {
    const move = ${move};
    const times = [];
    const frame = (now) => {
      times.push(now);
      if (times.length > ${framesMeasured}) return resolve(times.slice(1).map((time, index) => time - times[index]));
      performance.mark('${frameMark}');
      move(times.length);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  })`);
}

function print(what: string, figure: string): void {
  process.stdout.write(`${what}: ${figure}\n`);
}

const takenTime = takenTimeMeter();
await measure();
process.stdout.write(takenTime());
