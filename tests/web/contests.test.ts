/** The list of contests in a real browser against a real arena. */
import { describe, expect, it } from 'vitest';
import { useBrowser } from '../support/browser.ts';
import { game, launchGame } from './launched-game.ts';
import { startArena } from './panel-page.ts';

const open = useBrowser();

describe('the list', () => {
  it('finds contests by state and by words, and shows what changes', async () => {
    const { url, arena } = await startArena();
    const waiting = await launchGame(arena, { start: false });
    const played = await launchGame(arena);
    const { page } = await open(url);
    await page.getByText(waiting).waitFor();
    await page.getByRole('row').filter({ hasText: 'Complete' }).waitFor();
    await page.getByRole('radio', { name: /^Waiting/ }).check();
    await expect.poll(() => page.getByText(played).count()).toBe(0);
    await page.getByRole('radio', { name: /^All/ }).check();
    await page.getByRole('searchbox').fill(`rowan ${played}`);
    await expect.poll(() => page.getByText(waiting).count()).toBe(0);
    await page.getByText(played).waitFor();
    await page.getByRole('searchbox').fill('');
    await arena.contests.remove(waiting);
    await expect.poll(() => page.getByText(waiting).count()).toBe(0);
  });

  it('tells by the clock of the arena for how long a contest is played, whatever the time is in the browser', async () => {
    const { url, arena } = await startArena();
    // Nobody answers for them: it stays in the role call.
    const participants = game.defaultParticipants.map(({ name, role }) => ({ name, role }));
    const id = await launchGame(arena, { participants });
    const { page } = await open('about:blank');
    await page.clock.install({ time: '2001-01-01T00:00:00Z' });
    await page.goto(url);
    const row = page.getByRole('row').filter({ hasText: id });
    await row.getByText(/^for \d+ s$/).waitFor();
    const { start_time: started } = (await arena.contests.overview(0)).contests[0] ?? {};
    const { date } = Object.fromEntries((await fetch(`${url}/healthz`)).headers);
    const passed = (Date.parse(date ?? '') - (started ?? 0)) / 1_000;
    expect(Number(/\d+/.exec((await row.locator('.row-when').textContent()) ?? '')?.[0])).toBeLessThanOrEqual(
      passed + 2,
    );
  });

  it('cuts off every name that is too long for its place, however wide its letters are', async () => {
    const { url, arena } = await startArena();
    const names = ['W', 'm', 'o'].flatMap((letter) => [14, 24, 28].map((length) => letter.repeat(length)));
    for (const name of names) {
      const participants = game.defaultParticipants.map((one) => ({ ...one, name: name.slice(0, 12) }));
      await launchGame(arena, { start: false, arena: { ...game.arena, name }, participants });
    }
    const { page } = await open(url, { viewport: { width: 1101, height: 900 } });
    for (const name of names) await page.getByText(name, { exact: true }).waitFor();
    expect(
      await page.evaluate(`[...document.querySelectorAll('.row-name, .row-name a, .row-standing, .tally-name')]
        .filter((part) => part.scrollWidth > part.clientWidth && getComputedStyle(part).overflowX === 'visible')
        .map((part) => part.outerHTML)`),
    ).toEqual([]);
  });

  it('is never wider than its page', async () => {
    const { url, arena } = await startArena();
    await launchGame(arena);
    await launchGame(arena, { start: false, arena: { ...game.arena, name: 'W'.repeat(60) } });
    const { page } = await open(url);
    await page.getByRole('row').filter({ hasText: 'Complete' }).waitFor();
    /** By how much the page, or a cell, is wider than its place. */
    const excess = `Math.max(document.documentElement.scrollWidth - innerWidth,
      ...[...document.querySelectorAll('.list-row > *')].map((cell) => Math.floor(
        cell.getBoundingClientRect().right - cell.closest('.list').getBoundingClientRect().right)))`;
    const widths = [320, 390, 600, 820, 821, 835, 850, 870, 960, 1100, 1101, 1440];
    const found: [number, number][] = [];
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      found.push([width, Math.max(0, await page.evaluate<number>(excess))]);
    }
    expect(found).toEqual(widths.map((width) => [width, 0]));
  });

  it('keeps its rows in order when one has scrolled, with one that can be pointed at and gone to', async () => {
    const { url, arena } = await startArena();
    const contests = 30;
    const first = await launchGame(arena, { start: false });
    await Promise.all(Array.from({ length: contests - 1 }, () => arena.contests.clone(first)));
    const { page } = await open(url, { viewport: { width: 1440, height: 400 } });
    await page.getByText(`All ${contests}`).waitFor();
    const rows = () =>
      page.evaluate<{ places: number[]; tops: number[] }>(`(() => {
        const rows = [...document.querySelectorAll('.list-body .list-row')];
        return {
          places: rows.map((row) => Number(row.getAttribute('aria-rowindex'))),
          tops: rows.map((row) => row.getBoundingClientRect().top),
        };
      })()`);
    const rising = (values: number[]) =>
      values.every((value, index) => index === 0 || value > (values[index - 1] ?? 0));
    /** The window is full of rows, and they follow each other in the document as they do on the page. */
    const inOrder = async () => {
      const { places, tops } = await rows();
      return rising(places) && rising(tops) && (tops[0] ?? 1) <= 0 && (tops.at(-1) ?? 0) >= 200;
    };
    for (const share of [0.3, 1, 0.6]) {
      await page.evaluate(`scrollTo(0, ${share} * (document.body.scrollHeight - innerHeight))`);
      await expect.poll(inOrder).toBe(true);
      await page.locator('.list-body:not([data-scrolling])').waitFor();
    }
    expect((await rows()).places.length).toBeLessThan(contests);
    // From row to row by keyboard, also past the edge of the window.
    const all = (await arena.contests.overview(0)).contests.toSorted(
      (one, other) => other.created_at - one.created_at || (one.id < other.id ? 1 : -1),
    );
    const from = ((await rows()).places[6] ?? 0) - 2;
    await page.locator(`[data-row="${all[from]?.id}"] a`).focus();
    for (let step = 1; step <= 10; step += 1) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate("document.activeElement.closest('[data-row]').dataset.row")).toBe(
        all[from + step]?.id,
      );
    }
    await page.keyboard.press('Enter');
    await expect.poll(() => page.url()).toContain(`#/contest/${all[from + 10]?.id}`);
  });
});
