/** Where things stand at the beginning: rectangles become cells, players without a position are drawn onto free cells. */
import type { ArenaOfContest, Feature, PlayerStanding } from '../../protocol/contest.ts';
import type { GeneratedFeature } from '../../protocol/messages.ts';
import { cellsBetween, formatPosition, parsePosition } from '../../protocol/positions.ts';
import { drawIndex } from '../../protocol/random.ts';
import { type ExistingContest, playersOf } from '../contest/state.ts';

const fullHealth = 'healthy';

/** Features as an arena agent gives them, one for each cell that they cover. */
export function expandFeatures(
  generated: readonly GeneratedFeature[],
  arena: ArenaOfContest,
  idOf: (index: number) => string,
): Feature[] {
  const features: Feature[] = [];
  for (const { name, description, position, end_position } of generated.slice(0, arena.max_random_features)) {
    const from = parsePosition(position);
    const to = parsePosition(end_position ?? position);
    if (!from || !to) continue;
    for (const cell of cellsBetween(from, to)) {
      features.push({ id: idOf(features.length), name, description, position: formatPosition(cell), origin: 'random' });
    }
  }
  return features;
}

/** The players as round 0 begins. Cells are drawn without listing the grid, which may have a million of them. */
export function placePlayers(contest: ExistingContest, features: readonly Feature[]): PlayerStanding[] {
  const { width, height } = contest.arena;
  const players = playersOf(contest);
  const taken = new Set([
    ...features.map(({ position }) => position),
    ...players.flatMap(({ position }) => position ?? []),
  ]);
  return players.map((seat, index) => {
    const position = seat.position ?? drawFreeCell(contest.settings.seed, index, { width, height }, taken);
    taken.add(position);
    return {
      id: seat.id,
      name: seat.name,
      position,
      inventory: [...seat.inventory],
      health: fullHealth,
      score: 0,
      memories: '',
    };
  });
}

/** Starts at a drawn cell and walks row by row to the first free one; on a full grid things share a cell. */
function drawFreeCell(
  seed: number,
  index: number,
  grid: { width: number; height: number },
  taken: ReadonlySet<string>,
): string {
  const cells = grid.width * grid.height;
  const first = drawIndex(cells, seed, 'player position', index);
  for (let step = 0; step < cells; step += 1) {
    const cell = (first + step) % cells;
    const position = formatPosition({ x: (cell % grid.width) + 1, y: Math.floor(cell / grid.width) + 1 });
    if (!taken.has(position)) return position;
  }
  return formatPosition({ x: (first % grid.width) + 1, y: Math.floor(first / grid.width) + 1 });
}
