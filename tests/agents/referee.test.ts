/** The referees' tables: what each action comes to, what is refused and why, and what a round leads to. */
import { describe, expect, test } from 'vitest';
import type { Game, GameArena } from '../../src/agents/games/game.ts';
import { captureTheFlag, wreckersIsle } from '../../src/agents/games/games.ts';
import { plainGame } from '../../src/agents/games/plain.ts';
import { situationOf } from '../../src/agents/games/situation.ts';
import { contentsOf } from '../../src/agents/games/wreckers-isle.ts';
import type { ContestView, PlayerView } from '../../src/protocol/contest.ts';

interface Setup {
  seed?: number;
  roundNo?: number;
  players: Partial<PlayerView>[];
  /** Where features are instead of where the arena has them, by name. */
  at?: Record<string, string>;
  described?: Record<string, string>;
  out?: string[];
}

const ids = ['ann-the-first', 'bob-the-second', 'cid-the-third', 'dot-the-fourth'];
const [ann, bob] = ids as [string, string];

function viewOf(
  arena: GameArena,
  { seed = 1, roundNo = 0, players, at = {}, described = {}, out = [] }: Setup,
): ContestView {
  const features = arena.features.map(({ name, description, position }, index) => ({
    id: `feature-number-${index}`,
    name,
    description: described[name] ?? description,
    position: at[name] ?? position,
    origin: 'required' as const,
  }));
  const names = ['Ann', 'Bob', 'Cid', 'Dot'];
  return {
    id: 'a-test-contest',
    state: 'in_round',
    arena: { ...arena, id: 'a-test-arena', features },
    participants: players.map((_player, index) => ({
      id: ids[index] ?? '',
      name: names[index] ?? '',
      role: 'player',
      description: '',
      out: out.includes(ids[index] ?? ''),
    })),
    rounds: [
      {
        round_no: roundNo,
        state: 'judging_actions',
        narrative: null,
        ending_narrative: null,
        features,
        players: players.map((player, index) => ({
          id: ids[index] ?? '',
          name: names[index] ?? '',
          position: '1,1',
          health: 'healthy',
          inventory: [],
          score: 0,
          memories: '',
          action: null,
          result: null,
          ...player,
        })),
      },
    ],
    current_round: roundNo,
    max_rounds: 20,
    winning_score: 100,
    seed,
    you: { id: 'the-test-judge', name: 'Judge', role: 'judge', seed },
  };
}

function does(action: string, target: string | null = null): Pick<PlayerView, 'action'> {
  return { action: { action, target, narration: null } };
}

function rule(game: Pick<Game, 'judge'>, arena: GameArena, setup: Setup, action: string, target: string | null = null) {
  const situation = situationOf(viewOf(arena, setup));
  const seat = situation.seats[0];
  if (!seat) throw new Error('nobody plays');
  return game.judge(situation, seat, { action, target });
}

/** The first seed for which something happens: chance is drawn from the seed, so this is the same one each time. */
function seedFor(happens: (seed: number) => boolean): number {
  for (let seed = 1; seed < 500; seed += 1) if (happens(seed)) return seed;
  throw new Error('it never happens');
}

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

describe('an arena with rules of its own', () => {
  const arena: GameArena = { ...captureTheFlag.arena, rules: 'Be nice.' };

  test.each<[string, string | null, string]>([
    ['walk', '3,3', 'moves to 3,3'],
    ['sing', null, 'tries, without effect'],
    ['wait', null, 'waits'],
  ])('%s %s is allowed', (action, target, result) => {
    expect(rule(plainGame, arena, { players: [{ position: '2,2' }] }, action, target).result).toBe(result);
  });

  test.each<[string, string | null, RegExp]>([
    ['walk', '9,2', /7 steps away/],
    ['walk', '0,1', /off the grid/],
    ['walk', 'home', /neither a position/],
  ])('%s %s is refused', (action, target, reason) => {
    expect(rule(plainGame, arena, { players: [{ position: '2,2' }] }, action, target).reason).toMatch(reason);
  });

  test('moves are applied, and refused ones are not', () => {
    const situation = situationOf(viewOf(arena, { players: [{ ...does('go', '2,2') }, { ...does('go', '9,9') }] }));
    expect(plainGame.applyEffects(situation)).toEqual({ players: [{ id: ann, position: '2,2' }], features: [] });
  });

  test('who is on the cell of something picks it up and scores; of two at once, one', () => {
    const flag = arena.features.find(({ name }) => name === 'Red flag')?.name ?? '';
    const at = { [flag]: '3,3' };
    const alone = situationOf(viewOf(arena, { at, players: [does('move', '3,3'), does('wait', null)] }));
    const taken = plainGame.applyEffects(alone);
    expect(taken.players).toEqual([{ id: ann, position: '3,3', score: 10, inventory: [flag] }]);
    expect(taken.features).toEqual([{ id: expect.any(String), position: `player:${ann}` }]);

    const both = situationOf(viewOf(arena, { at, players: [does('move', '3,3'), does('move', '3,3')] }));
    const { players, features } = plainGame.applyEffects(both);
    expect(players.map(({ id, score }) => [id, score ?? 0]).sort()).toEqual(
      [ann, bob].map((id) => [id, features[0]?.position === `player:${id}` ? 10 : 0]),
    );
  });
});
