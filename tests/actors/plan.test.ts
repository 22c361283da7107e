/** What a contest is made from: everything that is wrong is named at once, and what the catalogue has is copied. */
import { describe, expect, test } from 'vitest';
import { checkContestInput, type ParticipantEntity, planContest } from '../../src/actors/contest/plan.ts';
import { createContestSchema } from '../../src/protocol/contest-input.ts';
import { ArenaError } from '../../src/protocol/errors.ts';
import type { Role } from '../../src/protocol/states.ts';
import { planOf } from './making.ts';

const { arena } = planOf();
const somebody = (id: string, role: Role): ParticipantEntity => ({
  id,
  name: id,
  role,
  description: '',
  endpoint: `channel://actor.agent.${id}`,
});
const judge = somebody('jo-the-judge', 'judge');
const ada = somebody('ada-the-player', 'player');
const bob = somebody('bob-the-player', 'player');
const announcer = somebody('al-the-announcer', 'announcer');
const everybody = [judge, ada, announcer, bob];
const input = (more: object = {}) => createContestSchema.parse({ arena_id: arena.id, ...more });

/** What an attempt is refused for: path and message of each problem. */
function problemsOf(attempt: () => unknown): string[] {
  try {
    attempt();
    return [];
  } catch (error) {
    if (!(error instanceof ArenaError) || error.code !== 'invalid') throw error;
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
}

describe('the input alone', () => {
  const inline = { name: 'Circle', width: 5, height: 5, rules: '', winning_condition: '' };
  test.each<[string, object, string[]]>([
    ['an arena by its id', { arena_id: arena.id }, []],
    ['an inline arena', { arena: inline }, []],
    ['no arena', {}, ['arena: give either arena_id or an inline arena']],
    ['two arenas', { arena_id: arena.id, arena: inline }, ['arena: give either arena_id or an inline arena']],
    [
      'features off the grid',
      { arena: { ...inline, features: [{ name: 'well', position: '6,1', end_position: '1,9' }] } },
      [
        'arena.features[0].position: "6,1" is off the grid of 5 by 5 (1-based)',
        'arena.features[0].end_position: "1,9" is off the grid of 5 by 5 (1-based)',
      ],
    ],
    [
      'somebody named twice',
      {
        arena_id: arena.id,
        participant_ids: [ada.id, ada.id],
        participants: [{ id: ada.id, name: 'Ada', role: 'player' }],
      },
      [`participants: participant ${ada.id} is named twice`],
    ],
  ])('with %s', (_name, body, expected) => {
    expect(problemsOf(() => checkContestInput(createContestSchema.parse(body)))).toEqual(expected);
  });
});

describe('a plan', () => {
  test('copies arena, seats and settings, and gives places and inventories to players in their order', () => {
    const plan = planContest(
      input({ player_positions: ['1,1', '2,2'], player_inventories: '[["rope"]]', seed: 5, max_rounds: 2 }),
      arena,
      everybody,
      99,
    );
    expect(plan.arena).toEqual(arena);
    expect(plan.seats.map(({ id, position, inventory }) => ({ id, position, inventory }))).toEqual([
      { id: judge.id, position: null, inventory: [] },
      { id: ada.id, position: '1,1', inventory: ['rope'] },
      { id: announcer.id, position: null, inventory: [] },
      { id: bob.id, position: '2,2', inventory: [] },
    ]);
    expect(plan.settings).toMatchObject({ seed: 5, max_rounds: 2, winning_score: 100, completion_channel: null });
  });

  test('draws a seed when none is given', () => {
    expect(planContest(input(), arena, everybody, 99).settings.seed).toBe(99);
  });

  test('copies nothing of the catalogue that it does not know', () => {
    const secret = { ...ada, api_key: 'a-secret' };
    expect(JSON.stringify(planContest(input(), { ...arena, owner: 'a-secret' } as never, [secret], 1))).not.toContain(
      'a-secret',
    );
  });

  test.each<[string, object, ParticipantEntity[], string[]]>([
    [
      'more places than players',
      { player_positions: ['1,1', '2,2', '3,3'] },
      everybody,
      ['player_positions: 3 are given for 2 players'],
    ],
    [
      'more inventories than players',
      { player_inventories: [[], []] },
      [ada],
      ['player_inventories: 2 are given for 1 players'],
    ],
    [
      'a place off the grid',
      { player_positions: ['9,9'] },
      everybody,
      ['player_positions[0]: "9,9" is off the grid of 5 by 5 (1-based)'],
    ],
    [
      'two judges',
      {},
      [...everybody, somebody('ji-the-judge', 'judge')],
      ['participants: 2 have the role judge; a contest has one'],
    ],
    [
      'nobody, when it is to start',
      { start: true },
      [ada],
      ['participants: nobody has the role judge', 'participants: nobody has the role announcer'],
    ],
    ['nobody, when it is not started yet', {}, [], []],
  ])('with %s', (_name, more, participants, expected) => {
    expect(problemsOf(() => planContest(input(more), arena, participants, 1))).toEqual(expected);
  });
});

test('an arena that would be too large to show to anybody is refused before anything is kept', () => {
  const features = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      id: `feature-of-cell-${index}`,
      name: 'Coin',
      description: 'A coin.',
      position: `${(index % 100) + 1},${Math.floor(index / 100) + 1}`,
      origin: 'required' as const,
    }));
  const planned = (count: number) =>
    problemsOf(() =>
      planContest(input(), { ...arena, width: 100, height: 100, features: features(count) }, everybody, 1),
    );
  expect(planned(1_000)).toEqual([]);
  expect(planned(5_000)).toEqual([expect.stringMatching(/^arena: with its 5000 features .* at most 262144 can be/)]);
});
