/** The referee of arenas with rules of their own, which it cannot know: steps, and what lies in a cell. */
import { describe, expect, test } from 'vitest';
import type { GameArena } from '../../src/agents/games/game.ts';
import { captureTheFlag } from '../../src/agents/games/games.ts';
import { plainGame } from '../../src/agents/games/plain.ts';
import { situationOf } from '../../src/agents/games/situation.ts';
import { ann, bob, does, rule, viewOf } from './refereeing.ts';

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
