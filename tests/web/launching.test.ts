/** Launching contests from the control panel, in a real browser against a real arena. */
import { describe, expect, it } from 'vitest';
import { bundledGames } from '../../src/agents/games/bundled-games.ts';
import { useBrowser } from '../support/browser.ts';
import { game, launchGame } from './launched-game.ts';
import { button, heading, moment, startArena } from './panel-page.ts';

const open = useBrowser();

describe('launching', () => {
  it('takes someone who has never seen it from the empty list to the end of a contest in two clicks', async () => {
    const { url, arena } = await startArena();
    const { page, requested } = await open(url);
    await page.getByRole('link', { name: 'Launch the first contest' }).click();
    await button(page, 'Start the contest').click();
    await page.getByText(/wins: |Nobody wins: /).waitFor();

    const [contest] = await arena.contests.list();
    expect(page.url()).toContain(`#/contest/${contest?.id}`);
    await heading(page, 'Standing').waitFor();
    await page.getByRole('heading', { name: `Round ${(contest?.current_round ?? 0) + 1}`, exact: true }).waitFor();
    expect(await moment(page).getAttribute('max')).toBe(String(contest?.position));
    // Nobody else was asked for anything.
    expect(requested.filter((address) => !address.startsWith(url))).toEqual([]);
  });

  it('takes what is in the catalogue already for a game that is launched again', async () => {
    const { url, arena } = await startArena();
    await launchGame(arena);
    const before = await arena.catalogue('participant').list();
    const { page } = await open(`${url}/#/launch`);
    await page.getByText('well', { exact: true }).first().waitFor();
    await button(page, 'Start the contest').click();
    await page.getByText(/wins: |Nobody wins: /).waitFor();
    expect(await arena.catalogue('participant').list()).toEqual(before);
    expect(await arena.catalogue('arena').list()).toHaveLength(1);
  });

  it('says every problem that the arena finds at its field', async () => {
    const { url, arena } = await startArena();
    const { page } = await open(`${url}/#/launch`);
    await page.getByLabel('Width').fill('0');
    await page.getByLabel('Rounds at most').fill('');
    await page.getByRole('textbox', { name: 'Name' }).first().fill('');
    await page.getByLabel('Script or model').first().fill('');
    await button(page, 'Start the contest').click();

    for (const name of ['Width', 'Rounds at most']) {
      const field = page.getByLabel(name);
      await expect.poll(() => field.getAttribute('aria-invalid')).toBe('true');
      const describedBy = (await field.getAttribute('aria-describedby'))?.split(' ').at(-1) ?? '';
      expect(await page.locator(`[id="${describedBy}"]`).textContent()).not.toBe('');
    }
    expect(await page.locator('[data-path="arena.name"] .problem').count()).toBe(1);
    expect(await page.locator('[data-path="participants[0].agent.model"] .problem').count()).toBe(1);
    expect(await arena.contests.list()).toEqual([]);
  });

  it('says when a role has nobody, beside the seats', async () => {
    const { url } = await startArena();
    const { page } = await open(`${url}/#/launch`);
    const judge = page.getByRole('group', { name: 'Judge' });
    await judge.getByRole('button', { name: /Remove/ }).click();
    await button(page, 'Start the contest').click();
    await page.locator('.step .problem', { hasText: 'nobody has the role judge' }).waitFor();
  });

  it('paints the grid by keyboard', async () => {
    const { url, arena } = await startArena();
    const { page } = await open(`${url}/#/launch`);
    const brushes = page.getByRole('group', { name: 'What a click on the grid places' });
    for (const { name, arena: grid } of bundledGames) {
      await page.getByLabel('Begin with').selectOption(`game:${name}`);
      const [first = '', ...others] = new Set(grid.features?.map((feature) => feature.name));
      await brushes.getByRole('button', { name: first, exact: true, pressed: true }).waitFor();
      const names = (await brushes.getByRole('button').allTextContents()).filter(
        (text) => !text.includes('begins here'),
      );
      expect(names).toEqual([first, ...others, 'Eraser', 'Add']);
    }
    await page.getByLabel('Begin with').selectOption(`game:${game.name}`);
    await button(page, 'Muddy ford').click();
    await page.locator('[data-cell="1,1"]').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await page.locator('[data-cell="2,2"]').getAttribute('aria-label')).toContain('Muddy ford');
    await button(page, 'Start the contest').click();
    await page.getByText(/wins: |Nobody wins: /).waitFor();
    const [contest] = await arena.contests.list();
    expect(contest?.arena.features).toContainEqual(expect.objectContaining({ name: 'Muddy ford', position: '2,2' }));
  });
});
