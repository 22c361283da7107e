/** The control panel when it loses the arena: a line that is cut, a server that is killed, a page that sleeps meanwhile. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { type Client, createClient } from '../../src/client/client.ts';
import { startApp } from '../app/running-app.ts';
import { freshDatabase, startArena } from '../support/arena-process.ts';
import { breakableLine } from '../support/breakable-line.ts';
import { useBrowser } from '../support/browser.ts';
import { launchGame } from './launched-game.ts';

const open = useBrowser();
const moment = (page: Page) => page.getByRole('slider', { name: 'Moment in the journal' });

/** Steps until so many rounds have begun. Whoever advances a contest that waits for answers is refused, or does nothing. */
async function playUpTo(arena: Client, id: string, rounds: number): Promise<void> {
  const step = () => arena.contests.act(id, 'advance').catch(() => arena.contests.get(id));
  await expect.poll(async () => (await step()).rounds.length, { timeout: 20_000 }).toBe(rounds);
}

/**
 * Resolves when the page shows the newest entry that the arena has, live, and every round once, with its position. A page that missed
 * an entry, or got one twice, says that it cannot show the contest.
 */
async function shownToTheEnd(page: Page, arena: Client, id: string): Promise<number> {
  let position = 0;
  let rounds = 0;
  await expect
    .poll(
      async () => {
        const contest = await arena.contests.get(id);
        position = contest.position;
        rounds = contest.rounds.length;
        return (await moment(page).getAttribute('max')) === String(position);
      },
      { timeout: 20_000 },
    )
    .toBe(true);
  await page.getByText('Live', { exact: true }).waitFor();
  await expect.poll(() => page.locator('.round-story h3', { hasText: 'Round' }).count()).toBe(rounds);
  return position;
}

describe('a line that breaks', () => {
  it('is caught up by position, without reloading and without missing or doubling an entry', async () => {
    const { url } = await startApp();
    const arena = createClient({ url });
    const id = await launchGame(arena, { auto_advance: false });
    const line = await breakableLine(url);
    const { page } = await open(`${line.url}/#/contest/${id}`);
    const before = await shownToTheEnd(page, arena, id);
    await page.evaluate('window.sameAsBefore = true');

    line.break();
    await page.getByText('Connection lost').waitFor();
    await page.getByRole('status').filter({ hasText: 'The connection is lost' }).waitFor();
    await playUpTo(arena, id, 2);
    expect(await moment(page).getAttribute('max')).toBe(String(before));
    line.mend();
    await shownToTheEnd(page, arena, id);
    expect(await page.evaluate('window.sameAsBefore')).toBe(true);
    expect(await page.getByRole('status').textContent()).toBe('');
    await arena.contests.act(id, 'cancel');
    await page.getByRole('status').filter({ hasText: 'The contest has been cancelled.' }).waitFor();
  });

  it('is said in the list, which comes back by itself', async () => {
    const { url } = await startApp();
    const arena = createClient({ url });
    await launchGame(arena);
    const line = await breakableLine(url);
    const { page } = await open(line.url);
    await page.getByRole('row').nth(1).waitFor();
    line.break();
    await page.getByText('The arena cannot be reached.').waitFor();
    const id = await launchGame(arena);
    line.mend();
    await page.getByText(id).waitFor();
    await expect.poll(() => page.getByText('The arena cannot be reached.').count()).toBe(0);
  });

  it('leaves nothing half shown of a contest that was deleted meanwhile', async () => {
    const { url } = await startApp();
    const arena = createClient({ url });
    const id = await launchGame(arena, { start: false });
    const line = await breakableLine(url);
    const { page } = await open(`${line.url}/#/contest/${id}`);
    await shownToTheEnd(page, arena, id);
    line.break();
    await page.getByText('Connection lost').waitFor();
    await arena.contests.remove(id);
    line.mend();
    await page.getByRole('heading', { name: 'This contest cannot be shown' }).waitFor();
  });
});

describe('a server that is killed', () => {
  it('is followed again by a page that was awake and by one that slept, as soon as another is there', async () => {
    const database = await freshDatabase();
    const first = await startArena({ ARENA_DB_URL: database });
    const id = await launchGame(createClient({ url: first.url }), { auto_advance: false });
    const { page: awake } = await open(`${first.url}/#/contest/${id}`);
    const { page: asleep } = await open(`${first.url}/#/contest/${id}`);
    const pages = [awake, asleep];
    for (const page of pages) {
      await shownToTheEnd(page, createClient({ url: first.url }), id);
      await page.evaluate('window.sameAsBefore = true');
    }
    const sleep = await asleep.context().newCDPSession(asleep);
    await sleep.send('Page.setWebLifecycleState', { state: 'frozen' });

    await first.kill();
    await awake.getByText('Connection lost').waitFor();
    const second = await startArena({ ARENA_DB_URL: database, ARENA_HTTP_PORT: new URL(first.url).port });
    const arena = createClient({ url: second.url });
    await playUpTo(arena, id, 2);
    await sleep.send('Page.setWebLifecycleState', { state: 'active' });
    for (const page of pages) {
      await shownToTheEnd(page, arena, id);
      expect(await page.evaluate('window.sameAsBefore')).toBe(true);
    }
  });
});
