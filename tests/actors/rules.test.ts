/** What an answer must obey in its contest: ids, grid, numbers. One bad entry spoils it, and what is wrong is named. */
import { beforeAll, describe, expect, test } from 'vitest';
import { problemWithAnswer } from '../../src/actors/contest/rules.ts';
import type { PromptTask } from '../../src/actors/job/state.ts';
import type { Json } from '../../src/protocol/json.ts';
import type { PromptType } from '../../src/protocol/states.ts';
import { ada, announcer, bob, judge, maker, planOf } from './making.ts';
import { made, play } from './playing.ts';
import type { Simulation } from './simulated-root.ts';
import { theContest } from './simulated-root.ts';

const well = 'well-of-stone';
const vast = { width: 1_000, height: 1_000 };
let playing: Simulation;
beforeAll(() => {
  playing = made(planOf({ seats: [ada, bob, judge, announcer, maker], arena: { max_random_features: 2 } }));
  playing.command(theContest, { type: 'start' });
  playing.run(() =>
    playing.calls.some(({ call }) => call.task.type === 'prompt' && call.task.prompt_type === 'judge_apply_effects'),
  );
});

const task = (promptType: PromptType): PromptTask => ({
  type: 'prompt',
  prompt_type: promptType,
  participant_id: judge.id,
  endpoint: '',
  round_no: 0,
  about: null,
});
const problem = (promptType: PromptType, data: Json): string | null =>
  problemWithAnswer(playing, task(promptType), data);

describe('an action', () => {
  test.each<[string, string | null]>([
    ['3,3', null],
    [' 3 , 3 ', null],
    ['the well', null],
    ['', null],
    ['6,1', 'target: "6,1" is off the grid of 5 by 5 (1-based)'],
    ['0,1', 'target: "0,1" is off the grid of 5 by 5 (1-based)'],
  ])('with target %j: %s', (target, expected) => {
    expect(problem('player_player_action', { action: 'walk', target })).toBe(expected);
  });
});

describe('effects', () => {
  const effects = (more: object): Json => ({ players: [], features: [], ...more }) as Json;
  test.each<[string, object, string | null]>([
    ['nothing', {}, null],
    ['a player moved', { players: [{ id: ada.id, position: '5,5' }] }, null],
    ['a negative score', { players: [{ id: ada.id, score: -7 }] }, null],
    ['a carried feature', { features: [{ id: well, position: `player:${bob.id}` }] }, null],
    ['a winner', { winner_id: bob.id }, null],
    ['an unknown player', { players: [{ id: 'eve', score: 1 }] }, 'players[0].id: there is no player "eve"'],
    ['the judge as a player', { players: [{ id: judge.id }] }, `players[0].id: there is no player "${judge.id}"`],
    [
      'a player off the grid',
      { players: [{ id: ada.id, position: '1,6' }] },
      'players[0].position: "1,6" is off the grid of 5 by 5 (1-based)',
    ],
    ['an unknown feature', { features: [{ id: 'lake' }] }, 'features[0].id: there is no feature "lake"'],
    [
      'a feature off the grid',
      { features: [{ id: well, position: '9,9' }] },
      'features[0].position: "9,9" is off the grid of 5 by 5 (1-based)',
    ],
    [
      'a feature carried by nobody',
      { features: [{ id: well, position: 'player:eve' }] },
      'features[0].position: there is no player "eve"',
    ],
    ['an unknown winner', { winner_id: 'eve' }, 'winner_id: there is no player "eve"'],
    [
      'two things wrong',
      { players: [{ id: 'eve' }], winner_id: 'eve' },
      'players[0].id: there is no player "eve"; winner_id: there is no player "eve"',
    ],
  ])('with %s', (_name, data, expected) => {
    expect(problem('judge_apply_effects', effects(data))).toBe(expected);
  });

  test('with very much wrong name the first ten and how many more', () => {
    const players = Array.from({ length: 13 }, (_, index) => ({ id: `eve-${index}` }));
    const said = problem('judge_apply_effects', effects({ players }));
    expect(said?.split('; ')).toHaveLength(11);
    expect(said).toMatch(/; and 3 more$/);
  });

  test('cannot make a player win that is out', () => {
    const out = play(planOf({ settings: { max_faults: 1, max_rounds: 2 } }), {
      misbehaves: (call) => (call.task.type === 'prompt' && call.task.participant_id === ada.id ? 'refused' : null),
    });
    expect(problemWithAnswer(out, task('judge_apply_effects'), effects({ winner_id: ada.id }))).toBe(
      `winner_id: player "${ada.id}" is out and cannot win`,
    );
  });
});

describe('invented features', () => {
  const one = { name: 'mist', description: '', position: '1,1' };
  test.each<[string, Json, string | null]>([
    ['none', [], null],
    ['as many as are wanted', [one, one], null],
    ['a rectangle, which counts once', [{ ...one, end_position: '5,5' }, one], null],
    ['more than are wanted', [one, one, one], '3 features were given; at most 2 are taken'],
    ['one off the grid', [{ ...one, position: '6,6' }], '[0].position: "6,6" is off the grid of 5 by 5 (1-based)'],
    [
      'one that ends off the grid',
      [{ ...one, end_position: '6,6' }],
      '[0].end_position: "6,6" is off the grid of 5 by 5 (1-based)',
    ],
    [
      'a name that turns the rest of a line around',
      [one, { ...one, name: 'mi\u202ets' }],
      '[1].name: a name cannot have the characters U+202A to U+202E and U+2066 to U+2069, which turn the direction of writing',
    ],
    ['a name in letters that are written from right to left', [{ ...one, name: 'ضباب' }], null],
  ])('with %s', (_name, data, expected) => {
    expect(problem('arena_generate_features', data)).toBe(expected);
  });

  test('cannot cover more cells than an arena may have features, nor than can be shown', () => {
    const wide = made(
      planOf({ seats: [ada, bob, judge, announcer, maker], arena: { ...vast, max_random_features: 2 } }),
    );
    const rectangles = [
      { ...one, end_position: '100,99' },
      { ...one, position: '1,100', end_position: '101,100' },
    ];
    const said = (data: Json) => problemWithAnswer(wide, task('arena_generate_features'), data);
    expect(said(rectangles)).toBe('the features cover 10001 cells; at most 10000 are taken');
    expect(said(rectangles.slice(0, 1))).toBe(
      'the features would be 1306800 bytes long, cell by cell; at most 262144 can be shown',
    );
    expect(said(rectangles.slice(1))).toBeNull();
  });
});

test.each(['judge_player_action_judgement', 'announcer_describe_arena', 'announcer_describe_results'] as const)(
  '%s is free in what it says',
  (promptType) => {
    expect(problem(promptType, 'anything at all')).toBeNull();
  },
);
