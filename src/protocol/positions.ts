/** Positions on the grid: `"x,y"`, 1-based, x up to the width and y up to the height. */
import { z } from 'zod';
import type { InputProblem } from './errors.ts';

export interface Cell {
  x: number;
  y: number;
}

export interface Grid {
  width: number;
  height: number;
}

/** What lies on one cell, or on all of the rectangle up to `end_position`. */
export interface Placed {
  readonly position: string;
  readonly end_position?: string | null | undefined;
}

const pattern = /^\s*(\d{1,4})\s*,\s*(\d{1,4})\s*$/;

export const positionSchema = z
  .string()
  .regex(pattern, 'a position is "x,y", for example "3,7"')
  .transform((text) => text.replace(/\s/g, ''));

const carriedPrefix = 'player:';

/** The position of what a player carries. */
export const carriedSchema = z.string().regex(new RegExp(`^${carriedPrefix}.+$`));

export function carriedBy(playerId: string): string {
  return carriedPrefix + playerId;
}

/** Who carries what has this position, or null when it lies somewhere. */
export function carrierAt(position: string): string | null {
  return position.startsWith(carriedPrefix) ? position.slice(carriedPrefix.length) : null;
}

/** The cell that a text names, or null when it is not a position. */
export function parsePosition(text: string): Cell | null {
  const match = pattern.exec(text);
  return match ? { x: Number(match[1]), y: Number(match[2]) } : null;
}

export function formatPosition(cell: Cell): string {
  return `${cell.x},${cell.y}`;
}

export function isOnGrid(cell: Cell, grid: Grid): boolean {
  return cell.x >= 1 && cell.y >= 1 && cell.x <= grid.width && cell.y <= grid.height;
}

/** Why a text is not a position on this grid, or null when it is one. */
export function positionProblem(text: string, grid: Grid): string | null {
  const cell = parsePosition(text);
  if (!cell) return `"${text.slice(0, 40)}" is not a position; a position is "x,y"`;
  if (!isOnGrid(cell, grid)) return `"${text}" is off the grid of ${grid.width} by ${grid.height} (1-based)`;
  return null;
}

/** What is wrong with where this is to lie; `path` is where it stands in the input. */
export function placementProblems({ position, end_position }: Placed, grid: Grid, path: string): InputProblem[] {
  const problems = [
    { path: `${path}position`, message: positionProblem(position, grid) },
    { path: `${path}end_position`, message: end_position ? positionProblem(end_position, grid) : null },
  ];
  return problems.flatMap(({ path: where, message }) => (message ? [{ path: where, message }] : []));
}

/** How many cells it covers: counted, since listing those of a thousand large rectangles would hold up everybody else. */
export function cellsCovered({ position, end_position }: Placed): number {
  const from = parsePosition(position);
  const to = parsePosition(end_position ?? position);
  return from && to ? countCells(from, to) : 0;
}

/** How many cells the rectangle between two corners has, without listing them. */
function countCells(from: Cell, to: Cell): number {
  return (Math.abs(to.x - from.x) + 1) * (Math.abs(to.y - from.y) + 1);
}

/** All cells of the rectangle between two corners, row by row; one cell when both are the same. */
export function cellsBetween(from: Cell, to: Cell): Cell[] {
  const cells: Cell[] = [];
  for (let y = Math.min(from.y, to.y); y <= Math.max(from.y, to.y); y += 1) {
    for (let x = Math.min(from.x, to.x); x <= Math.max(from.x, to.x); x += 1) cells.push({ x, y });
  }
  return cells;
}
