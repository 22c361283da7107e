/** The live view: what a frame and a report show of a contest, as golden text. */
import { describe, expect, it } from 'vitest';
import { frameLines } from '../../src/cli/live/frame.ts';
import { createPalette } from '../../src/cli/live/palette.ts';
import { openingReport, roundReport } from '../../src/cli/live/report.ts';
import { clean, cut, widthOf, wrap } from '../../src/cli/live/text.ts';
import { waitingFor } from '../../src/cli/live/waiting.ts';
import { ada, bix, contest, feature, player, round } from './documents.ts';

const plain = createPalette(false);
const size = { columns: 80, lines: 30, palette: plain };
const told = round({
  state: 'round_complete',
  ending_narrative: 'Ada runs to the gate. Bix holds the cup and waits.',
  players: [
    player({
      score: 40,
      action: { action: 'run', target: '4,3', narration: null },
      result: { result: 'success: she gets there', reason: null, narration: null },
    }),
    player({
      id: bix,
      name: 'Bix',
      position: '2,1',
      score: 100,
      inventory: ['rope'],
      faults: [{ kind: 'timeout', whose: 'agent', job_id: 'x', attempt: 2, message: 'no answer in 5 s', at: 1 }],
    }),
  ],
});

describe('a frame', () => {
  it('shows the grid, who stands where, what is carried, and who is waited for', () => {
    expect(frameLines(contest(), size).join('\n')).toBe(
      [
        'The yard                                                    round 1 of at most 5',
        '●●○○○○ the players decide · waiting for Ada, Bix',
        '',
        '  1 2 3 4   A Ada          ░░░░░░░░░░░░ 0',
        '1 · A · ·     fine',
        '2 · · B ·',
        '3 · · · g',
        '            B Bix          ░░░░░░░░░░░░ 0',
        '              fine, Cup',
        '',
        '',
        '',
        '            g Gate',
        '',
        'The gate creaks.',
      ].join('\n'),
    );
  });

  it('shows actions, rulings, faults, the story, and at the end the result with the standing', () => {
    const over = contest({ rounds: [told], state: 'complete', winner_id: bix, end_reason: 'score' });
    expect(frameLines(over, size).join('\n')).toBe(
      [
        'The yard                                                    round 1 of at most 5',
        'over',
        '',
        '  1 2 3 4   A Ada          █████░░░░░░░ 40',
        '1 · * · ·     fine',
        '2 · · · ·     run → 4,3',
        '3 · · · g     success: she gets there',
        '            B Bix          ████████████ 100',
        '              fine, Cup, rope',
        '',
        '',
        '',
        '            g Gate',
        '            ! Bix: timeout (agent) no answer in 5 s',
        '',
        'The gate creaks.',
        '',
        'Ada runs to the gate. Bix holds the cup and waits.',
        '',
        '★ Bix wins after 1 round: the winning score was reached.',
        '  1. Bix  100',
        '  2. Ada  40',
      ].join('\n'),
    );
  });

  it('breaks the result at its words where the terminal is narrow', () => {
    const over = contest({ rounds: [told], state: 'complete', winner_id: bix, end_reason: 'score' });
    expect(frameLines(over, { ...size, columns: 40 }).join('\n')).toContain(
      '\n★ Bix wins after 1 round: the winning\nscore was reached.\n',
    );
  });

  it('cuts a grid that is larger than the terminal to a window around the players', () => {
    const arena = { ...contest().arena, width: 300, height: 200 };
    const players = [player({ position: '150,100' }), player({ id: bix, name: 'Bix', position: '152,101' })];
    const lines = frameLines(contest({ arena, rounds: [round({ players })] }), { ...size, lines: 24 });
    expect(lines.length).toBeLessThanOrEqual(24);
    expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(80);
    expect(lines.find((line) => line.startsWith('100 '))).toMatch(/^100 [· ]*A[· ]*A Ada|^100 [· ]*A/);
    expect(lines.find((line) => line.startsWith('101 '))).toContain('B');
  });

  it('tells once what a round ends with and the next one opens with', () => {
    const rounds = [
      round({ state: 'round_complete', ending_narrative: 'Ada falls.' }),
      round({ round_no: 1, narrative: 'Ada falls.', ending_narrative: null }),
    ];
    expect(frameLines(contest({ rounds }), size).join('\n')).toMatch(/\n\nThe gate creaks\.\n\nAda falls\.$/);
  });

  it.each([
    [24, 80],
    [12, 60],
    [40, 120],
  ])('fits into %i lines of %i columns with 30 players', (lines, columns) => {
    const players = Array.from({ length: 30 }, (_, index) =>
      player({ id: `p-${index}-x`, name: `Player ${index}`, position: `${(index % 4) + 1},1` }),
    );
    const frame = frameLines(contest({ rounds: [round({ players, narrative: 'Long. '.repeat(500) })] }), {
      columns,
      lines,
      palette: plain,
    });
    expect(frame.length).toBeLessThanOrEqual(lines);
    expect(Math.max(...frame.map(widthOf))).toBeLessThanOrEqual(columns);
  });

  it('lets no control code of an agent reach the terminal', () => {
    const evil = '\u001b[2J\u001b]0;title\u0007\u202eevil\u2069\r\nline';
    const rounds = [round({ narrative: evil, players: [player({ name: evil, health: evil, inventory: [evil] })] })];
    const text = frameLines(contest({ rounds, error: evil, state: 'fail' }), size).join('');
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('has colours only where they are wanted', () => {
    expect(frameLines(contest(), size).join('')).not.toContain('\u001b');
    expect(frameLines(contest(), { ...size, palette: createPalette(true) }).join('')).toContain('\u001b[');
  });

  it('says what a contest without rounds is doing, and why one failed', () => {
    expect(frameLines(contest({ rounds: [], state: 'role_call' }), size)[1]).toBe('calling everyone');
    expect(frameLines(contest({ state: 'fail', error: 'The judge is silent.' }), size)[1]).toBe(
      'failed: The judge is silent.',
    );
    expect(frameLines(contest({ paused: true }), size)[1]).toBe('paused');
  });
});

describe('who is waited for', () => {
  it('is read off the state of contest and round', () => {
    const acted = { action: 'wait', target: null, narration: null };
    const [first, second] = round().players;
    const players = [first, second].flatMap((one, index) =>
      one ? [{ ...one, action: index === 0 ? acted : null }] : [],
    );
    expect(waitingFor(contest({ rounds: [round({ players })] }))).toEqual(['Bix']);
    expect(waitingFor(contest({ rounds: [round({ state: 'judging_actions' })] }))).toEqual(['Jo']);
    expect(waitingFor(contest({ rounds: [round({ state: 'describing_results' })] }))).toEqual(['Al']);
    expect(waitingFor(contest({ state: 'complete' }))).toEqual([]);
  });

  it('leaves out players that are out', () => {
    const participants = contest().participants.map((seat) =>
      seat.id === ada ? { ...seat, state: 'out' as const } : seat,
    );
    expect(waitingFor(contest({ participants }))).toEqual(['Bix']);
  });
});

describe('a report', () => {
  it('tells a round in one block', () => {
    const text = [...openingReport(contest(), plain), ...roundReport(contest(), told, plain)].join('\n');
    expect(text).toBe(
      [
        'The yard',
        'The gate creaks.',
        '',
        'g Gate  c Cup',
        '',
        `── Round 1 ${'─'.repeat(40)}`,
        '  1 2 3 4',
        '1 · * · ·',
        '2 · · · ·',
        '3 · · · g',
        'A Ada [40] run → 4,3: success: she gets there',
        'B Bix [100] nothing',
        '  ! timeout (agent): no answer in 5 s',
        'Ada runs to the gate. Bix holds the cup and waits.',
        '',
      ].join('\n'),
    );
  });

  it('gives features of one name one letter', () => {
    const features = [feature('Wall', '1,3'), feature('Wall', '2,3')];
    expect(roundReport(contest(), round({ features }), plain)[4]).toBe('3 w w · ·');
  });
});

describe('text', () => {
  const family = '👨‍👩‍👧';

  it('keeps its words whole when it is cleaned, and what several characters are joined to', () => {
    expect(clean('a\tb\u0000\n c')).toBe('a b c');
    expect(clean(`${family} می‌خواهم`)).toBe(`${family} می‌خواهم`);
    expect(clean('co\u00adope\u200brate')).toBe('cooperate');
  });

  it('turns nothing around that stands behind it', () => {
    expect(clean('a\u202eb\u202ac\u2067d\u2069e\u200ff\u061cg')).toBe('abcdefg');
  });

  it.each([
    ['abc', 3],
    ['日本語', 6],
    [family, 2],
    ['🇫🇷', 2],
    ['e\u0301', 1],
    ['\u001b[31mred\u001b[39m', 3],
  ])('%j takes %i columns', (text, columns) => {
    expect(widthOf(text)).toBe(columns);
  });

  it.each([
    ['日本語', 5, '日本…'],
    ['日本語', 4, '日…'],
    ['日本語', 6, '日本語'],
    [`${family}${family}`, 3, `${family}…`],
    ['', 0, ''],
  ])('%j is cut to %i columns as %j', (text, columns, left) => {
    expect(cut(text, columns)).toBe(left);
  });

  it('is broken between what is read as one character', () => {
    expect(wrap(`a ${family.repeat(5)} 日本語`, 5)).toEqual([
      `a`,
      family.repeat(2),
      family.repeat(2),
      family,
      '日本',
      '語',
    ]);
    expect(wrap(`a ${family.repeat(2)} 日本語`, 7)).toEqual([`a ${family.repeat(2)}`, '日本語']);
  });
});
