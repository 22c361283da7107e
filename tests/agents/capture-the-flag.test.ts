/** The referee of capture the flag: what each action comes to, what is refused and why, and what a round leads to. */
import { describe, expect, test } from 'vitest';
import { captureTheFlag } from '../../src/agents/games/games.ts';
import { situationOf } from '../../src/agents/games/situation.ts';
import type { PlayerView } from '../../src/protocol/contest.ts';
import { ann, bob, does, ids, rule, type Setup, seedFor, viewOf } from './refereeing.ts';

describe('capture the flag', () => {
  const arena = captureTheFlag.arena;
  const flagIds = { Red: 'feature-number-2', Blue: 'feature-number-3' };
  const effects = (setup: Setup) => captureTheFlag.applyEffects(situationOf(viewOf(arena, setup)));

  test.each<[action: string, target: string | null, player: Partial<PlayerView>, result: string]>([
    ['walk', '3,5', { position: '2,4' }, 'walks to 3,5'],
    ['Move to (3, 5)', null, { position: '2,4' }, 'walks to 3,5'],
    ['I quietly SNEAK over to', '3, 5', { position: '2,4' }, 'walks to 3,5'],
    ['walk', 'the Muddy Ford', { position: '4,4' }, 'walks to 5,4'],
    ['run', '2,2', { position: '2,4' }, 'runs to 2,2'],
    ['grab', 'Blue flag', { position: '8,4' }, 'reaches for the Blue flag'],
    ['Grab the blue flag!', null, { position: '8,3' }, 'reaches for the Blue flag'],
    ['grab', null, { position: '9,5' }, 'reaches for the Blue flag'],
    ['guard', null, {}, 'guards'],
    ['none', null, {}, 'waits'],
    ['walk', '2,4', { position: '2,4' }, 'stays'],
  ])('%s %s is allowed', (action, target, player, result) => {
    expect(rule(captureTheFlag, arena, { players: [player, { position: '5,5' }] }, action, target)).toMatchObject({
      result,
      reason: null,
    });
  });

  test.each<[action: string, target: string | null, setup: Setup, reason: RegExp]>([
    ['walk', '0,4', { players: [{ position: '2,4' }] }, /0,4 is off the grid of 9 by 7/],
    ['walk', '10,4', { players: [{ position: '9,4' }] }, /off the grid/],
    ['walk', '5,4', { players: [{ position: '2,4' }] }, /3 steps away; to walk reaches 2/],
    ['run', '7,4', { players: [{ position: '2,4' }] }, /5 steps away; to run reaches 4/],
    ['run', '4,4', { players: [{ position: '2,4', health: 'winded' }] }, /winded and cannot run/],
    ['walk', 'Atlantis', { players: [{}] }, /"atlantis" is neither a position nor anything/],
    ['walk', null, { players: [{}] }, /"nowhere" is neither/],
    ['dance', null, { players: [{}] }, /"dance" is no action of this game/],
    ['grab', 'Blue flag', { players: [{ position: '5,4' }] }, /out of reach at 9,4/],
    [
      'grab',
      'Blue flag',
      { players: [{ position: '5,4' }, {}, {}], at: { 'Blue flag': `player:${ids[2]}` } },
      /carried by Cid; steal it/,
    ],
    [
      'grab',
      'Blue flag',
      { players: [{ position: '5,4' }], at: { 'Blue flag': `player:${ann}` } },
      /carries the Blue flag already/,
    ],
    ['grab', 'Red flag', { players: [{ position: '1,4' }] }, /own, and at home/],
    ['grab', 'Muddy ford', { players: [{ position: '5,4' }] }, /cannot be carried/],
    ['grab', 'crown', { players: [{}] }, /no "crown" here/],
    ['steal', 'Bob', { players: [{ position: '5,4' }, { position: '5,5' }] }, /Bob does not carry the Red flag/],
    [
      'steal',
      'Bob',
      { players: [{ position: '5,4' }, { position: '8,5' }], at: { 'Red flag': `player:${bob}` } },
      /3 steps away/,
    ],
    ['steal', 'Cid', { players: [{}, {}, {}] }, /Cid is not an opponent/],
    ['steal', 'Zed', { players: [{}, {}] }, /no "zed" to steal from/],
    ['steal', 'Ann', { players: [{}, {}] }, /Ann is not an opponent/],
  ])('%s %s is refused', (action, target, setup, reason) => {
    const ruling = rule(captureTheFlag, arena, setup, action, target);
    expect(ruling.reason).toMatch(reason);
    expect(ruling.result).toBe(`refused: ${ruling.reason}`);
  });

  test('a refused action changes nothing', () => {
    expect(effects({ players: [{ position: '2,4', ...does('walk', '9,9') }] })).toEqual({
      players: [],
      features: [],
      winner_id: null,
    });
  });

  test('who stumbles falls half-way, drops the flag and is winded; then gets better', () => {
    const setup = (seed: number): Setup => ({
      seed,
      players: [{ position: '8,4', inventory: ['Blue flag'], ...does('run', '4,4') }],
      at: { 'Blue flag': `player:${ann}` },
    });
    const seed = seedFor((each) => effects(setup(each)).players[0]?.health === 'winded');
    expect(effects(setup(seed))).toEqual({
      players: [{ id: ann, position: '6,4', health: 'winded', inventory: [] }],
      features: [{ id: flagIds.Blue, position: '6,4' }],
      winner_id: null,
    });
    expect(rule(captureTheFlag, arena, setup(seed), 'run', '4,4').result).toBe('stumbles at 6,4');
    expect(effects({ players: [{ health: 'winded', ...does('wait') }] }).players).toEqual([
      { id: ann, health: 'healthy' },
    ]);
    const lucky = seedFor((each) => effects(setup(each)).players[0]?.position === '4,4');
    expect(effects(setup(lucky)).features).toEqual([]);
  });

  test('a flag taken from its base scores, is carried and shows in the inventory', () => {
    expect(effects({ players: [{ position: '8,4', ...does('grab', 'Blue flag') }] })).toEqual({
      players: [{ id: ann, score: 20, inventory: ['Blue flag'] }],
      features: [{ id: flagIds.Blue, position: `player:${ann}` }],
      winner_id: null,
    });
  });

  test('of two who grab the same flag one gets it, drawn by lot', () => {
    const grabbed = (seed: number) =>
      effects({ seed, players: [{ position: '8,4', ...does('grab') }, {}, { position: '8,5', ...does('grab') }] })
        .features;
    expect(grabbed(1)).toHaveLength(1);
    const first = grabbed(1)[0]?.position;
    expect(grabbed(seedFor((seed) => grabbed(seed)[0]?.position !== first))[0]?.position).not.toBe(first);
  });

  test('a guard keeps some hands off', () => {
    const grab = (seed: number, guarding: string) =>
      effects({
        seed,
        players: [
          { position: '8,4', ...does('grab') },
          { position: '9,4', ...does(guarding) },
        ],
      }).features.length;
    const kept = seedFor((seed) => grab(seed, 'guard') === 0);
    expect(grab(kept, 'wait')).toBe(1);
    expect(seedFor((seed) => grab(seed, 'guard') === 1)).toBeGreaterThan(0);
  });

  test('a stolen flag goes home and scores, unless the thief fails', () => {
    const steal = (seed: number) =>
      effects({
        seed,
        players: [
          { position: '5,4', ...does('steal', 'Bob') },
          { position: '5,5', inventory: ['Red flag'], score: 20, ...does('walk', '6,5') },
        ],
        at: { 'Red flag': `player:${bob}` },
      });
    expect(steal(seedFor((seed) => steal(seed).features.length === 1))).toEqual({
      players: [
        { id: ann, score: 20 },
        { id: bob, position: '6,5', inventory: [] },
      ],
      features: [{ id: flagIds.Red, position: '1,4' }],
      winner_id: null,
    });
    expect(steal(seedFor((seed) => steal(seed).features.length === 0)).players).toEqual([{ id: bob, position: '6,5' }]);
  });

  test('a flag brought home scores and goes back; enough points, alone in front, win', () => {
    const home = (score: number): Setup => ({
      players: [{ position: '2,4', score, inventory: ['Blue flag'], ...does('walk', '1,4') }],
      at: { 'Blue flag': `player:${ann}` },
    });
    expect(effects(home(20))).toEqual({
      players: [{ id: ann, position: '1,4', score: 80, inventory: [] }],
      features: [{ id: flagIds.Blue, position: '9,4' }],
      winner_id: null,
    });
    expect(effects(home(40)).winner_id).toBe(ann);
    const [player] = home(40).players;
    expect(effects({ ...home(40), players: [player ?? {}, { score: 100 }] }).winner_id).toBeNull();
  });

  test('who is out lets go of the flag', () => {
    expect(
      effects({
        players: [{ position: '6,2', inventory: ['Blue flag'] }],
        at: { 'Blue flag': `player:${ann}` },
        out: [ann],
      }),
    ).toMatchObject({
      players: [{ id: ann, inventory: [] }],
      features: [{ id: flagIds.Blue, position: '6,2' }],
    });
  });
});
