/** A contest's view read for playing: who stands where, what lies where. Rules and decisions are for the games. */
import type { ActionTaken, ContestView, Feature, PlayerView, RoundView } from '../../protocol/contest.ts';
import { type Cell, carrierAt, type Grid, isOnGrid, parsePosition } from '../../protocol/positions.ts';

/** A player as seen from the seat that the view is for: another's `score` and `inventory` may not be among it. */
export interface Seat {
  readonly id: string;
  /** Its number among the contest's participants: what draws are named by, since ids differ from contest to contest. */
  readonly place: number;
  readonly name: string;
  readonly cell: Cell;
  readonly health: string;
  readonly inventory: readonly string[];
  readonly score: number;
  readonly memories: string;
  readonly action: ActionTaken | null;
  /** Out of the contest: still listed, no longer asked. */
  readonly out: boolean;
}

export interface Situation {
  readonly view: ContestView;
  readonly grid: Grid;
  readonly roundNo: number;
  readonly features: readonly Feature[];
  /** In the order of the contest's participants, which is the same for every seat. */
  readonly seats: readonly Seat[];
  /** What chance is drawn from: the contest's seed for the judge, a number of its own for everybody else. */
  readonly seed: number;
}

/** The current round of a view, or its last one. */
export function currentRound(view: ContestView): RoundView | null {
  return view.rounds.find((round) => round.round_no === view.current_round) ?? view.rounds.at(-1) ?? null;
}

export function situationOf(view: ContestView): Situation {
  const round = currentRound(view);
  const order = new Map(view.participants.map(({ id }, index) => [id, index]));
  const out = new Set(view.participants.filter((participant) => participant.out).map(({ id }) => id));
  const players = [...(round?.players ?? [])].sort((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0));
  return {
    view,
    grid: { width: view.arena.width, height: view.arena.height },
    roundNo: round?.round_no ?? 0,
    features: round?.features ?? view.arena.features,
    seats: players.map((player) => seatOf(player, order.get(player.id) ?? 0, out.has(player.id))),
    seed: view.seed ?? view.you.seed,
  };
}

export function seatOf(player: PlayerView, place: number, out = false): Seat {
  return {
    id: player.id,
    place,
    name: player.name,
    cell: parsePosition(player.position) ?? { x: 1, y: 1 },
    health: player.health,
    inventory: player.inventory ?? [],
    score: player.score ?? 0,
    memories: player.memories ?? '',
    action: player.action,
    out,
  };
}

/** The number of steps between two cells, a step going to any of the eight cells around. */
export function distanceBetween(a: Cell, b: Cell): number {
  return Math.max(Math.abs(a.x - b.x), Math.abs(a.y - b.y));
}

/** The cell that is reached from one cell in so many steps straight towards another. */
export function stepTowards(from: Cell, to: Cell, steps: number): Cell {
  return { x: from.x + clamp(to.x - from.x, steps), y: from.y + clamp(to.y - from.y, steps) };
}

function clamp(value: number, limit: number): number {
  return Math.max(-limit, Math.min(limit, value));
}

export function isSameCell(a: Cell, b: Cell): boolean {
  return a.x === b.x && a.y === b.y;
}

/** All cells within so many steps, the cell itself left out, row by row. */
export function cellsAround(cell: Cell, steps: number, grid: Grid): Cell[] {
  const cells: Cell[] = [];
  for (let y = cell.y - steps; y <= cell.y + steps; y += 1) {
    for (let x = cell.x - steps; x <= cell.x + steps; x += 1) {
      if (isOnGrid({ x, y }, grid) && !isSameCell({ x, y }, cell)) cells.push({ x, y });
    }
  }
  return cells;
}

/** Who carries a feature, or null when it lies somewhere. */
export function carrierOf(feature: Feature): string | null {
  return carrierAt(feature.position);
}

/** Where a feature is: its own cell, or that of whoever carries it. */
export function cellOf(feature: Feature, seats: readonly Seat[]): Cell | null {
  const carrier = carrierOf(feature);
  if (carrier === null) return parsePosition(feature.position);
  return seats.find(({ id }) => id === carrier)?.cell ?? null;
}
