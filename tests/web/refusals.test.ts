/** What the arena refuses, provoked for real, and how the control panel says it: at the field, beside the button, in the row. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { createClient } from '../../src/client/client.ts';
import { type AppOptions, startApp } from '../app/running-app.ts';
import { breakableLine } from '../support/breakable-line.ts';
import { useBrowser } from '../support/browser.ts';
import { launchGame } from './launched-game.ts';

const open = useBrowser();
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

async function arenaWithContest(options: AppOptions = {}) {
  const { url } = await startApp(options);
  const arena = createClient({ url });
  const id = await launchGame(arena, { start: false, auto_advance: false });
  return { url, arena, id };
}

/** Does something between a click in the page and its request, as another person would who was a moment faster. */
async function beforeRequest(page: Page, path: string, work: () => Promise<unknown>): Promise<void> {
  await page.route(
    `**${path}`,
    async (route) => {
      await work();
      await route.continue();
    },
    { times: 1 },
  );
}

describe('what another client did first', () => {
  it('is said beside the buttons with the state that refuses it, and the page goes on from there', async () => {
    const { url, arena, id } = await arenaWithContest();
    const { page } = await open(`${url}/#/contest/${id}`);
    await beforeRequest(page, `/api/contest/${id}/start`, () => arena.contests.act(id, 'cancel'));
    const answer = page.waitForResponse((response) => response.url().endsWith('/start'));
    await button(page, 'Start').click();

    expect((await answer).status()).toBe(409);
    await page.locator('.controls [role=alert]', { hasText: 'cancelled' }).waitFor();
    await page.locator('.badge', { hasText: 'Cancelled' }).waitFor();
    await button(page, 'Clone').click();
    await page.locator('.badge', { hasText: 'Created' }).waitFor();
  });

  it('is said of a contest that is there no longer', async () => {
    const { url, arena, id } = await arenaWithContest();
    const { page } = await open(`${url}/#/contest/${id}`);
    await button(page, 'Start').waitFor();
    await arena.contests.remove(id);
    await button(page, 'Start').click();
    await page.getByRole('alert').filter({ hasText: id }).waitFor();
  });

  it('is said at the arena and at the seat that are in the catalogue no longer', async () => {
    const { url, arena, id } = await arenaWithContest();
    const [kept] = await arena.catalogue('arena').list();
    const judge = (await arena.catalogue('participant').list({ role: 'judge' }))[0];
    if (!kept || !judge) throw new Error('the contest has left nothing in the catalogue');
    await arena.contests.remove(id);
    const { page } = await open(`${url}/#/launch`);
    await page.getByText('well', { exact: true }).first().waitFor();
    for (const agent of await arena.catalogue('agent').list({ participant_id: judge.id }))
      await arena.catalogue('agent').remove(agent.id);
    await arena.catalogue('participant').remove(judge.id);
    await button(page, 'Start the contest').click();
    await page.locator('.seat-choice .problem', { hasText: judge.id }).waitFor();
    expect(await page.evaluate('document.activeElement.closest("label").textContent')).toContain(judge.name);

    // Who is new takes the seat of the one that is gone.
    const seat = page.getByRole('group', { name: 'Judge' });
    await seat.getByRole('button', { name: 'Somebody new' }).click();
    await seat.getByLabel('Name').fill('A judge');
    await seat.getByLabel('Script or model').fill('script:referee');
    await arena.catalogue('arena').remove(kept.id);
    await button(page, 'Start the contest').click();
    await page.locator('.choice .problem', { hasText: kept.id }).waitFor();
    expect(await page.getByLabel('Begin with').getAttribute('aria-invalid')).toBe('true');
  });
});

describe('a place that is not on the grid', () => {
  it('is said below the grid with the name of the player', async () => {
    const { url } = await arenaWithContest();
    const { page } = await open(`${url}/#/launch`);
    await page.getByText('well', { exact: true }).first().waitFor();
    await page.getByLabel('Begin with').selectOption('An empty grid');
    await button(page, 'Teasel begins here').click();
    await page.locator('[data-cell="8,4"]').click();
    for (const name of ['Name', 'Rules', 'Winning condition']) await page.getByLabel(name).first().fill('Of the test');
    await page.getByLabel('Width').fill('7');
    await button(page, 'Start the contest').click();
    await page.locator('.step .problem', { hasText: /^Teasel: .*8,4.*off the grid/ }).waitFor();
  });
});

describe('an arena that has too much to do', () => {
  it('is said where the participant was to be asked, and asking again works when there is room', async () => {
    const { url, arena } = await arenaWithContest({ env: { ARENA_JOBS_MEMORY_MIB_MAX: '1' } });
    const filling = await arena.jobs.createBatch({
      batch: { method: 'FINAL', delay: 86_400_000 },
      children: [{ method: 'FINAL', data: 'x'.repeat(1_100_000) }],
    });
    const { page } = await open(`${url}/#/agents`);
    const row = page.getByRole('row').filter({ hasText: 'Teasel' });
    const answer = page.waitForResponse((response) => response.url().endsWith('/verify'));
    await row.getByRole('button').click();
    expect((await answer).status()).toBe(429);
    await row.getByText('try again').waitFor();

    await arena.jobs.cancel(filling.job_id);
    await row.getByRole('button').click();
    await row.getByText('well', { exact: true }).waitFor();
  });
});

describe('an arena that is away', () => {
  it('is said beside the button that was pressed, and launches what was filled in when it is back', async () => {
    const { url, arena } = await arenaWithContest();
    const line = await breakableLine(url);
    const { page } = await open(`${line.url}/#/launch`);
    await page.getByText('well', { exact: true }).first().waitFor();
    await page.getByLabel('Rounds at most').fill('2');
    line.break();
    await button(page, 'Start the contest').click();
    await page.getByRole('alert').filter({ hasText: 'The arena cannot be reached.' }).waitFor();
    line.mend();
    await button(page, 'Start the contest').click();
    await page.getByText(/wins: |Nobody wins: /).waitFor();
    expect((await arena.contests.list({ state: 'complete' })).map(({ max_rounds }) => max_rounds)).toEqual([2]);
  });
});
