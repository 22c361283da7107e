/** The referee of wreckers' isle: what each action comes to, what is refused and why, and what a round leads to. */
import { describe, expect, test } from 'vitest';
import { wreckersIsle } from '../../src/agents/games/games.ts';
import { situationOf } from '../../src/agents/games/situation.ts';
import { contentsOf } from '../../src/agents/games/wreckers-isle.ts';
import type { PlayerView } from '../../src/protocol/contest.ts';
import { ann, bob, does, rule, type Setup, seedFor, viewOf } from './refereeing.ts';

describe("wreckers' isle", () => {
  const arena = wreckersIsle.arena;
  const effects = (setup: Setup) => wreckersIsle.applyEffects(situationOf(viewOf(arena, setup)));
  const hidden = (seed: number, name: string) => {
    const situation = situationOf(viewOf(arena, { seed, players: [] }));
    const wreck = situation.features.find((feature) => feature.name === name);
    return wreck ? contentsOf(situation, wreck) : null;
  };

  test.each<[action: string, target: string | null, setup: Setup, reason: RegExp]>([
    ['walk', '9,9', { players: [{ position: '9,8' }] }, /off the grid/],
    ['walk', '1,8', { players: [{ position: '1,7' }], roundNo: 5 }, /under water/],
    ['run', '5,5', { players: [{ health: 'battered', position: '5,2' }] }, /battered and cannot run/],
    ['search', 'Rock pool', { players: [{ position: '1,1' }] }, /out of reach at 7,4/],
    ['search', 'Jetty', { players: [{ position: '5,2' }] }, /holds nothing to search for/],
    [
      'search',
      'Rock pool',
      { players: [{ position: '7,4' }], described: { 'Rock pool': 'Searched and emptied by Bob.' } },
      /empty already/,
    ],
    ['search', 'Kelp-hung chest', { players: [{ position: '1,7' }], roundNo: 6 }, /under water/],
    ['search', 'hat', { players: [{}] }, /no "hat" here/],
    ['sell', null, { players: [{ position: '9,1', inventory: ['pearl'] }] }, /at the Jetty and nowhere else/],
    ['sell', null, { players: [{ position: '5,2', inventory: ['rope'] }] }, /nothing that the ferryman would buy/],
    ['light', null, { players: [{ position: '1,1', inventory: ['lamp oil'] }] }, /not beside you/],
    ['light', null, { players: [{ position: '9,1' }] }, /no lamp oil/],
    [
      'light',
      null,
      { players: [{ position: '9,1', inventory: ['lamp oil'] }], described: { Lighthouse: 'Lit by Bob.' } },
      /burns already/,
    ],
    ['unlock', null, { players: [{ position: '5,1', inventory: ['brass key'] }] }, /not beside you/],
    ['unlock', null, { players: [{ position: '1,1' }] }, /no key that fits/],
    [
      'unlock',
      null,
      { players: [{ position: '1,1', inventory: ['brass key'] }], described: { 'Customs house': 'Open. Empty.' } },
      /open, and empty/,
    ],
    ['rob', 'Bob', { players: [{ position: '1,1' }, { position: '4,1' }] }, /3 steps away/],
    ['rob', 'Ann', { players: [{}] }, /cannot rob themselves/],
    ['rob', 'Zed', { players: [{}] }, /nobody called "zed"/],
    ['rob', 'Bob', { players: [{ health: 'battered' }, {}] }, /in no state to rob/],
    ['fly', '3,3', { players: [{}] }, /no action of this game/],
  ])('%s %s is refused', (action, target, setup, reason) => {
    expect(rule(wreckersIsle, arena, setup, action, target).reason).toMatch(reason);
  });

  test('the seed hides the things, and no other seed hides them just so', () => {
    expect(hidden(3, 'Rock pool')).toBe(hidden(3, 'Rock pool'));
    expect(new Set(Array.from({ length: 60 }, (_, seed) => hidden(seed, 'Rock pool'))).size).toBeGreaterThan(4);
  });

  test('the first to search a wreck finds what it hides, and all see that it is empty', () => {
    const seed = seedFor((each) => hidden(each, 'Rock pool') === 'pearl');
    const found = effects({
      seed,
      players: [
        { position: '7,3', ...does('search', 'Rock pool') },
        { position: '7,5', ...does('search', 'the rock pool') },
      ],
    });
    expect(found.players).toHaveLength(1);
    expect(found.players[0]?.inventory).toEqual(['pearl']);
    expect(found.features[0]?.description).toMatch(/^Searched and emptied by (Ann|Bob)\.$/);
  });

  test('a crab bites', () => {
    const seed = seedFor((each) => hidden(each, 'Rock pool') === 'crab');
    expect(effects({ seed, players: [{ position: '7,3', ...does('search') }] }).players).toEqual([
      { id: ann, health: 'bruised' },
    ]);
  });

  test.each<[string, Partial<PlayerView>, object]>([
    [
      'sold treasure is gone and scores',
      { position: '5,2', inventory: ['pearl', 'rope', 'gold coins'], score: 5, ...does('sell') },
      { score: 60, inventory: ['rope'] },
    ],
    [
      'lamp oil is used up',
      { position: '9,3', inventory: ['lamp oil'], ...does('light') },
      { score: 30, inventory: [] },
    ],
    [
      'the key is used up',
      { position: '1,3', inventory: ['brass key'], ...does('unlock') },
      { score: 40, inventory: [] },
    ],
    [
      'quicksand hurts',
      { position: '4,5', health: 'healthy', ...does('walk', '4,6') },
      { position: '4,6', health: 'bruised' },
    ],
    [
      'a rope holds, once',
      { position: '4,5', health: 'healthy', inventory: ['rope'], ...does('walk', '4,6') },
      { position: '4,6', inventory: [] },
    ],
    [
      'whoever is hurt while battered loses the best treasure',
      { position: '4,5', health: 'battered', inventory: ['gold coins', 'pearl'], ...does('walk', '4,6') },
      { position: '4,6', inventory: ['gold coins'] },
    ],
    ['rest heals', { health: 'battered', ...does('rest') }, { health: 'bruised' }],
  ])('%s', (_name, player, changes) => {
    expect(effects({ players: [player] }).players).toEqual([{ id: ann, ...changes }]);
  });

  test('the lamp burns once, and everybody sees who lit it', () => {
    const both = effects({
      players: [
        { position: '9,1', inventory: ['lamp oil'], ...does('light') },
        { position: '9,3', inventory: ['lamp oil'], ...does('light') },
      ],
    });
    expect(both.players).toHaveLength(1);
    expect(both.features[0]?.description).toMatch(/^Lit by/);
  });

  test('the tide washes up whoever it reaches, and a rope holds against it', () => {
    expect(
      effects({
        roundNo: 4,
        players: [
          { position: '3,8', health: 'healthy', ...does('wait') },
          { position: '2,7', ...does('wait') },
        ],
      }).players,
    ).toEqual([{ id: ann, position: '3,7', health: 'bruised' }]);
    expect(
      effects({ roundNo: 4, players: [{ position: '3,8', health: 'healthy', inventory: ['rope'], ...does('wait') }] })
        .players,
    ).toEqual([{ id: ann, position: '3,7', inventory: [] }]);
  });

  test('who robs takes the best treasure, or is hurt', () => {
    const rob = (seed: number, inventory: string[]) =>
      effects({
        seed,
        players: [
          { health: 'healthy', ...does('rob', 'Bob') },
          { inventory, ...does('wait') },
        ],
      }).players;
    const seed = seedFor((each) => rob(each, ['pearl', 'rope']).length === 2);
    expect(rob(seed, ['pearl', 'rope'])).toEqual([
      { id: ann, inventory: ['pearl'] },
      { id: bob, inventory: ['rope'] },
    ]);
    expect(rob(seed, [])).toEqual([{ id: ann, health: 'bruised' }]);
  });

  test('when the tide has taken the last wreck the highest score wins', () => {
    const last = (scores: number[]) =>
      effects({ roundNo: 14, players: scores.map((score) => ({ position: '5,1', score, ...does('wait') })) }).winner_id;
    expect(last([30, 20])).toBe(ann);
    expect(last([20, 20])).toBeNull();
  });
});
