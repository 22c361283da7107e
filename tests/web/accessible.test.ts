/** Every view of the control panel under axe (WCAG 2.2 AA), in light and dark and on a phone, and under its own security policy. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundledGames } from '../../src/agents/games/bundled-games.ts';
import { createClient } from '../../src/client/client.ts';
import { startApp } from '../app/running-app.ts';
import { useBrowser } from '../support/browser.ts';

const open = useBrowser();
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = (await page.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(tags)} }).then(({ violations }) => violations)`,
  )) as Violation[];
  return found.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`));
}

let url = '';
let contestId = '';
beforeAll(async () => {
  const app = await startApp();
  url = app.url;
  const arena = createClient({ url });
  const [game] = bundledGames;
  if (!game) throw new Error('there is no bundled game');
  const input = { arena: game.arena, participants: game.defaultParticipants, ...game.settings, seed: 7, start: true };
  const { id } = await arena.contests.create(input);
  contestId = id;
  const stop = new AbortController();
  for await (const { events } of arena.contests.follow(id, { signal: stop.signal })) {
    if (events.some((event) => 'to' in event && event.to === 'complete' && 'end_reason' in event)) break;
  }
});

const views: readonly { name: string; path: () => string; shows: string }[] = [
  { name: 'the contests', path: () => '/', shows: '[role="row"] a' },
  { name: 'a launch', path: () => '/#/launch', shows: '.seat-list li' },
  { name: 'a contest', path: () => `/#/contest/${contestId}`, shows: '.crown, .round-story' },
  { name: 'a moment of it', path: () => `/#/contest/${contestId}?at=60`, shows: '.standings li' },
  { name: 'what was asked in it', path: () => `/#/contest/${contestId}/inspect`, shows: '.detail .facts' },
  { name: 'the agents', path: () => '/#/agents', shows: '.agents tbody tr' },
];
const sizes = { desk: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

describe.each(views)('$name', ({ path, shows }) => {
  it.each([
    ['light', 'desk'],
    ['dark', 'desk'],
    ['light', 'phone'],
  ] as const)('is for everybody: %s, %s', async (colorScheme, size) => {
    const { page } = await open(`${url}${path()}`, { colorScheme, viewport: sizes[size] });
    await page.locator(shows).first().waitFor();
    expect(await violations(page)).toEqual([]);
    const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    expect(overflow).toBeLessThanOrEqual(0);
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
  });
});
