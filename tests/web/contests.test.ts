/** The list of contests in a real browser against a real arena. */
import { describe, expect, it } from 'vitest';
import { useBrowser } from '../support/browser.ts';
import { launchGame } from './launched-game.ts';
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

  it('keeps its rows in order when one has scrolled, with one that can be pointed at and gone to', async () => {
    const { url, arena } = await startArena();
    const contests = 60;
    for (let made = 0; made < contests; made += 1) await launchGame(arena, { start: false });
    const { page } = await open(url);
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
    for (const share of [0.3, 1, 0.6]) {
      await page.evaluate(`scrollTo(0, ${share} * document.body.scrollHeight)`);
      await page.locator('.list-body:not([data-scrolling])').waitFor();
      await expect.poll(async () => rising((await rows()).places)).toBe(true);
      const { places, tops } = await rows();
      expect(rising(tops)).toBe(true);
      expect(places.length).toBeLessThan(contests);
      expect(new Set(places).size).toBe(places.length);
    }
    // From row to row by keyboard, also past the edge of the window.
    const all = (await arena.contests.overview(0)).contests.toSorted(
      (one, other) => other.created_at - one.created_at || (one.id < other.id ? 1 : -1),
    );
    const from = ((await rows()).places[6] ?? 0) - 2;
    await page.locator(`[data-row="${all[from]?.id}"] a`).focus();
    for (let step = 1; step <= 20; step += 1) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate("document.activeElement.closest('[data-row]').dataset.row")).toBe(
        all[from + step]?.id,
      );
    }
    await page.keyboard.press('Enter');
    await expect.poll(() => page.url()).toContain(`#/contest/${all[from + 20]?.id}`);
  });
});
