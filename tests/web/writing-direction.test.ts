/** What agents write in letters from right to left, or with characters that turn the direction of writing, turns nothing else of the panel around. */
import { beforeAll, expect, it } from 'vitest';
import type { Client } from '../../src/client/client.ts';
import { useBrowser } from '../support/browser.ts';
import { game, launchGame } from './launched-game.ts';
import { startArena } from './panel-page.ts';

const open = useBrowser();

/** The first turn what comes behind them, also behind the element that they are in: some by closing more than was opened. */
const texts = [
  ['an override', '\u202e'],
  ['an embedding that is not closed', '\u2067'],
  ['an end of what was not begun', '\u2069\u202e'],
  ['several ends', '\u202c\u2069\u2069\u202e'],
  ['letters from right to left', 'שלום 7'],
] as const;

/** What stands on the wrong side of somebody's words in their line, and how much was looked at. */
const misplaced = `(() => {
  const boxes = (node) => { const range = document.createRange(); range.selectNodeContents(node); return [...range.getClientRects()]; };
  const wrong = [];
  let seen = 0;
  for (const said of document.querySelectorAll('bdi')) {
    const line = said.closest('p, .turns li > div');
    if (!line || !said.checkVisibility()) continue;
    const own = boxes(said);
    const texts = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode;
      if (said.contains(text) || text.textContent.trim() === '') continue;
      const isBehind = (said.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
      for (const one of own) for (const other of boxes(text)) {
        if (Math.abs(one.top + one.height / 2 - other.top - other.height / 2) > 4) continue;
        seen += 1;
        if (isBehind ? other.left < one.right - 1 : other.right > one.left + 1) wrong.push(line.textContent);
      }
    }
  }
  return { wrong, seen };
})()`;

const asEscape = (character: string) => `\\u${character.charCodeAt(0).toString(16)}`;

let url = '';
let arena: Client;
beforeAll(async () => {
  ({ url, arena } = await startArena());
});

it.each(texts)('%s leaves the rest of a line where it is', async (_name, characters) => {
  const said = (word: string) => `${word}${characters}${word.length}`;
  const judged = { result: said('yes'), reason: said('may'), narration: said('so'), memories: said('note') };
  const answers = {
    player: { action: said('wave'), target: said('door'), narration: said('on'), memories: said('mine') },
    judge: { ...judged, players: [], features: [] },
    announcer: said('scene'),
    arena: [],
  };
  const participants = game.defaultParticipants.map(({ name, role }) => ({
    name,
    role,
    agent: { model: `TEST:${JSON.stringify(answers[role])}` },
  }));
  const id = await launchGame(arena, { participants, max_rounds: 1 });
  await expect.poll(async () => (await arena.contests.get(id)).state, { timeout: 20_000 }).toBe('complete');
  const { page } = await open(`${url}/#/contest/${id}`);
  await page.locator('.turns li').first().waitFor();
  const { wrong, seen } = await page.evaluate<{ wrong: string[]; seen: number }>(misplaced);
  expect(wrong).toEqual([]);
  expect(seen).toBeGreaterThanOrEqual(10);

  // One who inspects it sees what was really written.
  const asked = await arena.jobs.list({ contest_id: id, type: 'prompt' });
  const turn = asked.find(({ prompt_type }) => prompt_type === 'player_player_action');
  await page.goto(`${url}/#/contest/${id}/inspect/${turn?.job_id}`);
  const written = JSON.stringify(answers.player.action).replace(/[\u202a-\u2069]/gu, asEscape);
  await page
    .locator('.json', { hasText: `"action": ${written}` })
    .first()
    .waitFor();
  expect((await page.evaluate<{ wrong: string[] }>(misplaced)).wrong).toEqual([]);
});
