/** What is drawn on the grid, read off a picture: features by cell, players with where they were, and what the round has changed. */
import type { Feature, PlayerStanding } from '../../client/client.ts';
import { type Picture, type Round, worldOf } from '../story/picture.ts';

export interface Cell {
  readonly x: number;
  readonly y: number;
}

export interface FeatureMark {
  readonly cell: Cell;
  /** Those that share the cell. */
  readonly features: readonly Feature[];
  readonly isNew: boolean;
}

export interface PlayerMark {
  readonly player: PlayerStanding;
  /** Which of the players it is: gives it its colour. */
  readonly index: number;
  readonly cell: Cell;
  /** Where it stood at the ends of the last rounds, oldest first, without standing still. */
  readonly path: readonly Cell[];
  /** How many stand on the cell, and which of them it is. */
  readonly crowd: { readonly size: number; readonly place: number };
}

const pathRounds = 6;

function cellOf(position: string): Cell | null {
  const match = /^(\d+),(\d+)$/.exec(position);
  return match ? { x: Number(match[1]), y: Number(match[2]) } : null;
}

export function featureMarks(picture: Picture): FeatureMark[] {
  const before = new Map(picture.rounds.at(-1)?.start.features.map((feature) => [feature.id, feature]));
  const byCell = new Map<string, Feature[]>();
  for (const feature of worldOf(picture).features) {
    const found = byCell.get(feature.position);
    if (found) found.push(feature);
    else byCell.set(feature.position, [feature]);
  }
  return [...byCell].flatMap(([position, features]) => {
    const cell = cellOf(position);
    const isNew = features.some((feature) => {
      const known = before.get(feature.id);
      return known !== undefined && (known.position !== feature.position || known.description !== feature.description);
    });
    return cell ? [{ cell, features, isNew }] : [];
  });
}

export function playerMarks(picture: Picture): PlayerMark[] {
  const { players } = worldOf(picture);
  return players.flatMap((player, index) => {
    const cell = cellOf(player.position);
    if (!cell) return [];
    const together = players.filter((other) => other.position === player.position);
    const crowd = { size: together.length, place: together.indexOf(player) };
    return [{ player, index, cell, path: pathOf(picture.rounds, player.id), crowd }];
  });
}

function pathOf(rounds: readonly Round[], playerId: string): Cell[] {
  const recent = rounds.slice(-pathRounds);
  const first = recent[0]?.start.players.find(({ id }) => id === playerId)?.position;
  const later = recent.map((round) => round.world.players.find(({ id }) => id === playerId)?.position);
  const path: Cell[] = [];
  let known = '';
  for (const position of [first, ...later]) {
    const cell = position === undefined || position === known ? null : cellOf(position);
    if (cell) path.push(cell);
    known = position ?? known;
  }
  return path;
}

/** Who carries what. */
export function carriedBy(picture: Picture, playerId: string): Feature[] {
  return worldOf(picture).features.filter(({ position }) => position === `player:${playerId}`);
}
