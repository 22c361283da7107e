/**
 * Every view of the control panel, with its dialogs and what it says of errors: under axe (WCAG 2.2 AA) in both themes, on a desk and on a
 * phone, and walked through by keyboard; and the policy that the page is served under.
 */
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../src/client/client.ts';
import { startApp } from '../app/running-app.ts';
import { useBrowser } from '../support/browser.ts';
import { game, launchGame } from './launched-game.ts';

const open = useBrowser();
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const sizes = { desk: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
const tabsMax = 200;

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

async function violations(page: Page): Promise<string[]> {
  const found = (await page.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(tags)} }).then(({ violations }) => violations)`,
  )) as Violation[];
  return found.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`));
}

/** What a person who has the keyboard only cannot get at, and where the focus was without being seen. */
async function walkByTab(page: Page): Promise<{ missed: string[]; hidden: string[] }> {
  await page.evaluate(`
    window.scrollTo(0, 0);
    window.visited = new Set();
    window.hiddenStops = [];
    window.nameOf = (element) => element.tagName + ' ' + (element.getAttribute('aria-label') ?? element.textContent.trim().slice(0, 60));
    window.step = () => {
      const element = document.activeElement;
      if (element === document.body || visited.has(element)) return false;
      visited.add(element);
      // Radio buttons of one name are one stop.
      if (element.type === 'radio') for (const other of document.getElementsByName(element.name)) visited.add(other);
      const { left, top, width, height } = element.getBoundingClientRect();
      const points = [[0.5, 0.5], [0.1, 0.2], [0.5, 0.1], [0.1, 0.9]];
      const isSeen = points.some(([x, y]) => {
        const there = document.elementFromPoint(left + x * width, top + y * height);
        return there !== null && (element.contains(there) || there.contains(element) || there.closest('label')?.contains(element));
      });
      if (!isSeen) hiddenStops.push(nameOf(element));
      return true;
    };
    document.querySelector('.skip').focus();
    step();`);
  for (let tabs = 0; tabs < tabsMax; tabs += 1) {
    await page.keyboard.press('Tab');
    if (!(await page.evaluate('step()'))) break;
  }
  return (await page.evaluate(`({
    hidden: hiddenStops,
    missed: [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
      .filter((element) => element.checkVisibility() && element.tabIndex >= 0 && !visited.has(element))
      .map(nameOf),
  })`)) as { missed: string[]; hidden: string[] };
}

let url = '';
let played = '';
let stepping = '';
let failed = '';

beforeAll(async () => {
  const app = await startApp();
  url = app.url;
  const arena = createClient({ url });
  /** Resolves when it is over, or rests because it failed. */
  const ended = async (id: string) => {
    const stop = new AbortController();
    for await (const { events } of arena.contests.follow(id, { signal: stop.signal })) {
      if (events.some((event) => 'to' in event && (event.to === 'fail' || 'end_reason' in event))) break;
    }
    stop.abort();
  };
  const mad = { name: 'Mad judge', role: 'judge', agent: { model: 'TEST:rather not' } };
  const others = game.defaultParticipants.filter(({ role }) => role !== 'judge');
  failed = await launchGame(arena, { participants: [...others, mad], max_attempts: 1 });
  played = await launchGame(arena);
  stepping = await launchGame(arena, { auto_advance: false });
  await Promise.all([ended(played), ended(failed)]);
  await arena.post('/api/evaluation', { contest_id: played, rounds: [0], models: ['TEST:yes'] });
});

interface View {
  readonly name: string;
  readonly path: () => string;
  readonly shows: string;
  /** What is done before it is looked at. */
  readonly opening?: (page: Page) => Promise<unknown>;
}

const views: readonly View[] = [
  { name: 'the contests', path: () => '/', shows: '[role="row"] a' },
  { name: 'a launch', path: () => '/#/launch', shows: '.seat-list li' },
  {
    name: 'a launch that was refused',
    path: () => '/#/launch',
    shows: '.good',
    async opening(page) {
      await page.getByLabel('Width').fill('0');
      await page.getByRole('button', { name: 'Somebody new' }).first().click();
      await page.getByRole('button', { name: 'Start the contest' }).click();
      await page.locator('.problem').first().waitFor();
    },
  },
  { name: 'a contest', path: () => `/#/contest/${played}`, shows: '.crown, .round-story' },
  { name: 'a moment of it', path: () => `/#/contest/${played}?at=60`, shows: '.standings li' },
  { name: 'a contest that failed', path: () => `/#/contest/${failed}`, shows: '.failure' },
  {
    name: 'a question before a contest is ended',
    path: () => `/#/contest/${stepping}`,
    shows: '.standings li',
    opening: (page) => page.getByRole('button', { name: 'Cancel…' }).click(),
  },
  { name: 'what was asked in a contest', path: () => `/#/contest/${played}/inspect`, shows: '.detail .facts' },
  {
    name: 'the agents, with an evaluation',
    path: () => '/#/agents',
    shows: '.evaluation tbody tr',
    async opening(page) {
      await page.getByText('Answers and reasons').click();
      await page.locator('.answers tbody tr').first().waitFor();
    },
  },
  { name: 'an address that names nothing', path: () => '/#/nowhere', shows: 'h1' },
];

describe.each(views)('$name', ({ path, shows, opening }) => {
  it('is for everybody: in both themes, at a desk and on a phone, and by keyboard', async () => {
    const { page } = await open(`${url}${path()}`);
    await page.locator(shows).first().waitFor();
    await opening?.(page);
    await page.evaluate(axe.source);
    for (const viewport of Object.values(sizes)) {
      await page.setViewportSize(viewport);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await violations(page), `${colorScheme}, ${viewport.width} px`).toEqual([]);
      }
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    }
    await page.setViewportSize(sizes.desk);
    // A dialog keeps the keyboard to itself, as it should.
    if ((await page.getByRole('dialog').count()) > 0) return;
    expect(await walkByTab(page)).toEqual({ missed: [], hidden: [] });
  });
});

describe('the page', () => {
  it('is served under a policy that lets it talk to its own server only', async () => {
    const response = await fetch(url);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    expect(policy).not.toMatch(/https?:|\*/);
  });

  it('says by itself where one is, and takes the keyboard to the view that was chosen', async () => {
    const { page } = await open(url);
    await page.getByRole('link', { name: 'Agents' }).click();
    await page.getByRole('heading', { name: 'Agents and models' }).waitFor();
    expect(await page.title()).toBe('Agents and models · Agent Arena');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    await page.goto(`${url}/#/contest/${played}`);
    await expect.poll(() => page.title()).toBe(`${game.arena.name} · Watch · Agent Arena`);
    await page.getByRole('link', { name: 'Inspect' }).click();
    await expect.poll(() => page.title()).toBe(`${game.arena.name} · Inspect · Agent Arena`);
    await page.getByRole('link', { name: 'Launch', exact: true }).click();
    await expect.poll(() => page.title()).toBe('Launch a contest · Agent Arena');
  });

  it('moves nothing by itself for people who would rather it did not', async () => {
    const { page } = await open(`${url}/#/contest/${played}`, { reducedMotion: 'reduce' });
    await page.locator('.player').first().waitFor();
    expect(await page.evaluate('getComputedStyle(document.querySelector(".player")).transitionDuration')).toBe('0s');
  });
});
