/** The control panel in a real browser against a real arena: watching, steering, going through time, inspecting, comparing. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { Client } from '../../src/client/client.ts';
import { useBrowser } from '../support/browser.ts';
import { game, launchGame } from './launched-game.ts';
import { button, heading, moment, startArena } from './panel-page.ts';

const open = useBrowser();

/** Resolves when the page shows the newest entry that the arena has, and with its position. */
async function shownToTheEnd(page: Page, arena: Client, id: string): Promise<number> {
  let position = 0;
  await expect
    .poll(async () => {
      ({ position } = await arena.contests.get(id));
      return (await moment(page).getAttribute('max')) === String(position);
    })
    .toBe(true);
  return position;
}

describe('steering', () => {
  it('steps a contest, one transition a click, and ends it when asked twice', async () => {
    const { url, arena } = await startArena();
    const id = await launchGame(arena, { auto_advance: false });
    const { page } = await open(`${url}/#/contest/${id}`);
    for (let click = 0; click < 3; click += 1) {
      const at = await shownToTheEnd(page, arena, id);
      await button(page, 'Step').click();
      await expect.poll(async () => (await arena.contests.get(id)).position).toBeGreaterThan(at);
    }
    await button(page, 'Cancel…').click();
    await button(page, 'End it for good').click();
    await page.locator('.badge', { hasText: 'Cancelled' }).waitFor();
    expect((await arena.contests.get(id)).state).toBe('cancelled');
  });

  it('plays a round again when asked twice, and leaves it when asked once', async () => {
    const { url, arena } = await startArena();
    const id = await launchGame(arena, { auto_advance: false });
    const step = () => arena.contests.act(id, 'advance').catch(() => arena.contests.get(id));
    await expect.poll(async () => (await step()).rounds.at(-1)?.state, { timeout: 20_000 }).toBe('judging_actions');
    const { page } = await open(`${url}/#/contest/${id}`);
    const again = button(page, 'Play round 1 again…');
    await again.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Play round 1 again?' });
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Play round 1 again…');

    await again.click();
    await button(page, 'Play it again').click();
    await page.locator('.round-story h3', { hasText: 'Round 1 played again' }).waitFor();
    expect((await arena.contests.get(id)).rounds.at(-1)?.state).not.toBe('judging_actions');
  });

  it('says of a contest that does not exist that it cannot be shown', async () => {
    const { url } = await startArena();
    const { page } = await open(`${url}/#/contest/no-such-contest`);
    await heading(page, 'This contest cannot be shown').waitFor();
  });
});

describe('time', () => {
  it('shows grid, scores and story of the moment that one drags to, and comes back to the end', async () => {
    const { url, arena } = await startArena();
    const id = await launchGame(arena);
    const { page } = await open(`${url}/#/contest/${id}`);
    await page.getByText(/wins: |Nobody wins: /).waitFor();
    const end = Number(await moment(page).getAttribute('max'));
    const middle = Math.round(end / 2);
    await moment(page).fill(String(middle));

    const then = await arena.contests.stateAt(id, middle);
    const players = then.rounds.at(-1)?.players ?? [];
    for (const { name, score, position } of players) {
      const standing = page.locator('.standings li', { hasText: name });
      await expect.poll(() => standing.locator('.standing-score').textContent()).toBe(String(score));
      await expect.poll(() => standing.textContent()).toContain(`at ${position}`);
      await expect.poll(() => page.locator('#board-words').textContent()).toContain(`${name} stands at ${position}.`);
    }
    await expect.poll(() => page.url()).toContain(`at=${middle}`);
    const newestStory = page.locator('.round-story h3').first();
    await expect.poll(() => newestStory.textContent()).toBe(`Round ${then.rounds.length}`);

    // One right after the other: the story takes its time, and has the last of them.
    await moment(page).press('Home');
    await moment(page).press('End');
    await page.getByText(/wins: |Nobody wins: /).waitFor();
    const { rounds } = await arena.contests.get(id);
    await expect.poll(() => newestStory.textContent()).toBe(`Round ${rounds.length}`);
    await expect.poll(() => page.url()).not.toContain('at=');
  });

  it('opens at the moment that its address names', async () => {
    const { url, arena } = await startArena();
    const id = await launchGame(arena);
    await expect.poll(async () => (await arena.contests.get(id)).state).toBe('complete');
    const { page } = await open(`${url}/#/contest/${id}?at=40`);
    await page.getByText('Entry 40 of').waitFor();
    await heading(page, game.arena.name).waitFor();
  });
});

describe('inspecting', () => {
  it('finds for a turn what was asked, answered and ruled, and asks the agent again', async () => {
    const { url, arena } = await startArena();
    const id = await launchGame(arena);
    await expect.poll(async () => (await arena.contests.get(id)).state).toBe('complete');
    const { page } = await open(`${url}/#/contest/${id}/inspect`);
    await page
      .getByRole('link', { name: /Rowan What do you do\?/ })
      .first()
      .click();
    await heading(page, /Rowan: What do you do/).waitFor();
    await page.locator('.json', { hasText: '"player_player_action"' }).waitFor();
    await heading(page, 'What became of it').waitFor();

    const jobId = page.url().split('/').at(-1) ?? '';
    const { data } = await arena.jobs.get(jobId);
    const { action } = data as { action: string };
    expect(await page.locator('.json').last().textContent()).toContain(`"action": "${action}"`);
    await page
      .getByRole('link', { name: /Teasel What do you do\?/ })
      .first()
      .click();
    await heading(page, /Teasel: What do you do/).waitFor();
    await page.locator('.json', { hasText: `"job_id": "${page.url().split('/').at(-1)}"` }).waitFor();
    // What was closed for one is closed for the next.
    await page.getByText('What was sent').click();
    await page.goBack();
    await heading(page, /Rowan: What do you do/).waitFor();
    await page.locator('.detail details:not([open])', { hasText: 'What was sent' }).waitFor();

    const entries = (await arena.contests.get(id)).position;
    await button(page, 'Send again').click();
    await page.getByText('This time the agent says complete.').waitFor();
    expect((await arena.contests.get(id)).position).toBe(entries);
  });
});

describe('agents and models', () => {
  it('lays an evaluation out by model and prompt, and tells why an answer was scored as it was', async () => {
    const { url, arena } = await startArena();
    const id = await launchGame(arena, { max_rounds: 1 });
    await expect.poll(async () => (await arena.contests.get(id)).state).toBe('complete');
    const good = 'TEST:{"action": "wait"}';
    const models = [good, 'TEST:I would rather not'];
    await arena.post('/api/evaluation', { contest_id: id, prompt_types: ['player_player_action'], models });

    const { page } = await open(`${url}/#/agents`);
    const rows = page.locator('.evaluation > .scroll tbody tr');
    const cells = (model: string) => rows.filter({ hasText: model }).locator('td').allTextContents();
    await expect.poll(async () => (await cells(good)).slice(1, 3)).toEqual(['100 %', '100 %']);
    expect((await cells('TEST:I would')).slice(1, 3)).toEqual(['0 %', '0 %']);
    expect(await rows.filter({ hasText: 'What do you do?' }).count()).toBe(2);

    for (let earlier = 0; earlier < 3; earlier += 1)
      await arena.post('/api/evaluation', { contest_id: id, prompt_types: ['player_player_action'], models: [good] });
    await page.reload();
    await expect.poll(() => page.locator('.evaluation').count()).toBe(3);
    await page.getByRole('button', { name: 'Show earlier runs' }).click();
    await expect.poll(() => page.locator('.evaluation').count()).toBe(4);
    expect(await page.getByRole('button', { name: 'Show earlier runs' }).count()).toBe(0);

    await page.getByText('Answers and reasons').last().click();
    const bad = page.locator('.answers tr').filter({ hasText: 'I would rather not' }).first();
    await bad.getByText('not readable').waitFor();
    await bad.getByRole('link', { name: 'What do you do?' }).click();
    await heading(page, /: What do you do/).waitFor();
  });
});

describe('the colours', () => {
  it('change with the theme that is chosen, also those of what is drawn', async () => {
    const { url, arena } = await startArena();
    const id = await launchGame(arena, { max_rounds: 2 });
    await expect.poll(async () => (await arena.contests.get(id)).state).toBe('complete');
    const { page } = await open(`${url}/#/contest/${id}`, { colorScheme: 'light' });
    await page.locator('.chart canvas').waitFor();
    const drawn = () =>
      page.evaluate<string[]>("[...document.querySelectorAll('canvas')].map((canvas) => canvas.toDataURL())");
    const light = await drawn();
    await page.getByLabel('Colours').selectOption('Dark');
    await expect.poll(async () => (await drawn()).filter((picture) => light.includes(picture))).toEqual([]);
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(23, 22, 19)');
    await page.getByLabel('Colours').selectOption('Auto');
    await expect.poll(drawn).toEqual(light);
  });
});
