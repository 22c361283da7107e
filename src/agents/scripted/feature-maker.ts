/** The scripted arena agent: adds what fits the game, on free cells, drawn from the contest. */
import { type Cell, formatPosition } from '../../protocol/positions.ts';
import { shuffled } from '../../protocol/random.ts';
import type { Handlers } from '../asks.ts';
import { gameOf } from '../games/games.ts';
import { situationOf } from '../games/situation.ts';

/** Cells that are tried on a very large grid: more are not needed to find a few free ones. */
const cellsMax = 10_000;

export const featureMaker: Handlers = {
  arena_generate_features: (view) => {
    const situation = situationOf(view);
    const { arena } = view;
    const taken = new Set([...arena.features, ...situation.features].map(({ position }) => position));
    for (const seat of situation.seats) taken.add(formatPosition(seat.cell));
    const cells: Cell[] = [];
    for (let y = 1; y <= arena.height && cells.length < cellsMax; y += 1) {
      for (let x = 1; x <= arena.width && cells.length < cellsMax; x += 1) cells.push({ x, y });
    }
    const free = shuffled(
      cells.map(formatPosition).filter((position) => !taken.has(position)),
      situation.seed,
      'cells',
    );
    const oddities = shuffled(gameOf(arena).oddities, situation.seed, 'oddities');
    return oddities.slice(0, arena.max_random_features).flatMap((oddity, index) => {
      const position = free[index];
      return position === undefined ? [] : [{ ...oddity, position }];
    });
  },
};
