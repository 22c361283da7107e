/** Where things stand at the beginning: rectangles become cells, players are drawn onto free ones, the same for the same seed. */
import { describe, expect, test } from 'vitest';
import { contestIn } from '../../src/actors/contest/reading.ts';
import { expandFeatures, placePlayers } from '../../src/actors/setup/placing.ts';
import { isOnGrid, parsePosition } from '../../src/protocol/positions.ts';
import { ada, feature, type PlanChanges, planOf, seat } from './making.ts';
import { made } from './playing.ts';

const contestOf = (changes: PlanChanges) => contestIn(made(planOf(changes)));
const wanderers = (count: number) =>
  Array.from({ length: count }, (_, index) => seat(`wanderer-number-${index}`, 'player'));

describe('players', () => {
  test('stand where the contest says, healthy, with what they carry', () => {
    const contest = contestOf({ seats: [{ ...ada, inventory: ['rope'] }] });
    expect(placePlayers(contest, [])).toEqual([
      { id: ada.id, name: 'ada', position: '1,1', inventory: ['rope'], health: 'healthy', score: 0, memories: '' },
    ]);
  });

  test('without a place are drawn onto cells of their own, off features and off the places of others', () => {
    for (let seed = 1; seed <= 50; seed += 1) {
      const contest = contestOf({ seats: [...wanderers(6), ada], settings: { seed }, arena: { width: 3, height: 3 } });
      const features = [feature('well', '3,3'), feature('tree', '2,2')];
      const positions = placePlayers(contest, features).map(({ position }) => position);
      expect({ seed, different: new Set([...positions, '3,3', '2,2']).size }).toEqual({ seed, different: 9 });
      for (const position of positions) {
        const cell = parsePosition(position);
        expect({ seed, position, isOn: cell !== null && isOnGrid(cell, contest.arena) }).toEqual({
          seed,
          position,
          isOn: true,
        });
      }
    }
  });

  test('stand at the same places for the same seed, and at others for another', () => {
    const placed = (seed: number) =>
      placePlayers(contestOf({ seats: wanderers(3), settings: { seed }, arena: { width: 100, height: 100 } }), []);
    expect(placed(1)).toEqual(placed(1));
    expect(placed(1)).not.toEqual(placed(2));
  });

  test('share a cell when the grid is full', () => {
    const contest = contestOf({ seats: wanderers(3), arena: { width: 1, height: 2 } });
    const positions = placePlayers(contest, []).map(({ position }) => position);
    expect(positions).toHaveLength(3);
    expect(new Set(positions)).toEqual(new Set(['1,1', '1,2']));
  });
});

describe('invented features', () => {
  const { arena } = contestOf({ arena: { max_random_features: 2 } });
  const idOf = (index: number) => `made-up-${index}`;

  test('become one feature for each cell of their rectangle, whichever corners are given', () => {
    const [mist] = [{ name: 'mist', description: 'thick', position: '3,2', end_position: '2,1' }];
    expect(expandFeatures(mist ? [mist] : [], arena, idOf).map(({ id, position }) => `${id} ${position}`)).toEqual([
      'made-up-0 2,1',
      'made-up-1 3,1',
      'made-up-2 2,2',
      'made-up-3 3,2',
    ]);
  });

  test('count once each, however many cells they cover', () => {
    const wide = { name: 'mist', description: '', position: '1,1', end_position: '2,1' };
    expect(expandFeatures([wide, wide, wide], arena, idOf)).toHaveLength(4);
  });
});
