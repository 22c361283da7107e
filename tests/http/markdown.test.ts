/** Pages of Markdown: what others wrote stays text on them, whatever it is, and there is nothing on them without something to say. */
import { describe, expect, it } from 'vitest';
import { catalogueMarkdown } from '../../src/http/catalogue-markdown.ts';
import { contestMarkdown } from '../../src/http/contest-markdown.ts';
import { catalogueExamples } from '../../src/http/examples/catalogue.ts';
import { contest, round } from '../../src/http/examples/contest.ts';
import { jobNode, jobResponse, jobTransition } from '../../src/http/examples/job.ts';
import { generation } from '../../src/http/examples/models.ts';
import { generationMarkdown } from '../../src/http/generation-markdown.ts';
import { jobMarkdown } from '../../src/http/job-markdown.ts';

const hostile = [
  '# I am a heading',
  '',
  '| a | table |',
  '<img src=x onerror=alert(1)> &lt;b>',
  '![seen](https://elsewhere.example/pixel.png) [link](https://elsewhere.example)',
  '```',
  '**bold** _slanted_ snake_case_name `code` ~~gone~~',
].join('\n');

const [player] = round.players;
const fault = { kind: 'unparsable', whose: 'agent', job_id: 'j', attempt: 1, message: hostile, at: 1 } as const;

const pages = {
  contest: contestMarkdown({
    ...contest,
    error: hostile,
    arena: { ...contest.arena, name: hostile, description: hostile, rules: hostile, winning_condition: hostile },
    rounds: [
      {
        ...round,
        narrative: hostile,
        ending_narrative: hostile,
        players: player ? [{ ...player, name: hostile, inventory: [hostile], faults: [fault] }] : [],
      },
    ],
  }),
  participant: catalogueMarkdown('participant', {
    ...catalogueExamples.participant.document,
    name: hostile,
    description: hostile,
  }),
  strategy: catalogueMarkdown('strategy', {
    ...catalogueExamples.strategy.document,
    personality: hostile,
    prompts: [{ key: 'player_player_action', prompt: hostile }],
  }),
  job: jobMarkdown(
    { ...jobResponse, data: { said: hostile }, message: hostile, faults: [fault] },
    { ...jobNode, children: [{ ...jobNode, message: hostile }] },
    [{ ...jobTransition, reason: hostile }],
  ),
  generation: generationMarkdown({ ...generation, prompt: hostile, generated: hostile, message: hostile }),
};

describe.each(Object.entries(pages))('a page of a %s', (_model, page) => {
  /** Indented, it is code. */
  const read = page.split('\n').filter((line) => !line.startsWith('    '));

  it('has the headings of its own and no other', () => {
    const headings = read.filter((line) => /^#+ /.test(line));
    expect(headings.filter((line) => line.includes('I am a heading') && !line.startsWith('# '))).toEqual([]);
    expect(headings.filter((line) => line.startsWith('# '))).toHaveLength(1);
  });

  it('loads nothing, links to nothing, and opens no code', () => {
    for (const line of read) {
      expect(line).not.toMatch(/<\w/);
      expect(line).not.toMatch(/(?<!\\)\]\(/);
      expect(line).not.toMatch(/^`/);
    }
  });

  it('has tables whose rows have as many cells as their heads', () => {
    const rows = read.map((line) => (line.startsWith('|') ? line.split(/(?<!\\)\|/).length : 0));
    const tables = rows.flatMap((cells, at) => (cells > 0 && rows[at - 1] ? [[rows[at - 1], cells]] : []));
    expect(tables.length).toBeGreaterThan(0);
    for (const [above, cells] of tables) expect(cells).toBe(above);
  });
});

it('a contest is told with its features, what each player did, and what went wrong', () => {
  const page = contestMarkdown({
    ...contest,
    rounds: player ? [{ ...round, players: [{ ...player, faults: [fault] }] }] : [],
  });
  for (const line of [
    '| Round | 1 of at most 10 |',
    '### Rules',
    '| Golden cup | 4,3 | It glitters. | required | golden-cup-glitters |',
    '## Round 1 (round_complete)',
    '> The sun is just over the wall.',
    '| Ada | 4,3 | healthy | 10 | Golden cup | run → Golden cup | Ada has the golden cup. |',
  ])
    expect(page.split('\n')).toContain(line);
  expect(page).toMatch(/\| Ada \| unparsable \| agent \| 1 \| \\# I am a heading/);
});

it('a contest tells once what a round ends with and the next one opens with', () => {
  const rounds = [
    { ...round, narrative: 'Dawn.', ending_narrative: 'Ada falls.' },
    { ...round, round_no: 1, narrative: 'Ada falls.', ending_narrative: 'Bix wins.' },
  ];
  const told = contestMarkdown({ ...contest, rounds }).match(/^> .*/gm);
  expect(told?.slice(-3)).toEqual(['> Dawn.', '> Ada falls.', '> Bix wins.']);
});

it('what has nothing to say is left out', () => {
  const page = catalogueMarkdown('participant', catalogueExamples.participant.document);
  expect(page).toContain('| Has api key | yes |');
  expect(page).toMatch(/\| Created at \| 2026-\d\d-\d\dT/);
  expect(page).not.toContain('Description');
  const quiet = jobMarkdown({ ...jobResponse, data: null }, jobNode, []);
  expect(quiet.match(/^## .*/gm)).toBeNull();
});

it('a name with an underscore is shown as it is, and markup around words is not', () => {
  const page = catalogueMarkdown('feature', { id: 'x', name: 'round_no', origin: '_slanted_ snake_case' });
  expect(page).toContain('# round_no (feature)');
  expect(page).toContain('\\_slanted\\_ snake_case');
});
