/** The grid as lines of text: two columns a cell, cut to a window around the players where it is larger than its place. */
import type { ArenaOfContest, Feature, Player } from '../../protocol/contest.ts';
import { type Cell, parsePosition } from '../../protocol/positions.ts';
import type { Palette } from './palette.ts';
import type { Symbols } from './symbols.ts';

export interface BoardInput {
  readonly arena: Pick<ArenaOfContest, 'width' | 'height'>;
  readonly features: readonly Feature[];
  readonly players: readonly Pick<Player, 'id' | 'position'>[];
  readonly symbols: Symbols;
  readonly palette: Palette;
  /** Columns and lines that the board may take, its labels included. */
  readonly columns: number;
  readonly lines: number;
}

export function boardLines(input: BoardInput): string[] {
  const { arena, palette } = input;
  const labelWidth = String(arena.height).length;
  const players = input.players.flatMap((player) => parsePosition(player.position) ?? []);
  const across = span(
    arena.width,
    Math.floor((input.columns - labelWidth - 1) / 2),
    middle(players.map((cell) => cell.x)),
  );
  const down = span(arena.height, input.lines - 2, middle(players.map((cell) => cell.y)));
  const marks = marksOf(input);

  const rows = range(down).map((y) => {
    const cells = range(across).map((x) => marks.get(`${x},${y}`) ?? palette.dim('·'));
    return `${palette.dim(String(y).padStart(labelWidth))} ${cells.join(' ')}`;
  });
  const margin = ' '.repeat(labelWidth + 1);
  const heads = headsOf(range(across)).map((head) => `${margin}${palette.dim(head)}`);
  return [...heads, ...rows];
}

/** The last digit of each column, below the tens where there are any. */
function headsOf(columns: readonly number[]): string[] {
  const ones = columns.map((x) => String(x % 10)).join(' ');
  if (!columns.some((x) => x >= 10)) return [ones];
  const first = columns[0] ?? 0;
  let tens = '';
  for (const x of columns) if (x % 10 === 0) tens = `${tens.padEnd((x - first) * 2)}${Math.floor(x / 10)}`;
  return [tens, ones];
}

/** What stands on each cell: players over features; `*` where several players share one. */
function marksOf({ features, players, symbols, palette }: BoardInput): Map<string, string> {
  const marks = new Map<string, string>();
  for (const feature of features) {
    const cell = parsePosition(feature.position);
    if (cell) marks.set(keyOf(cell), palette.feature(symbols.feature.get(feature.name) ?? '?'));
  }
  const taken = new Set<string>();
  players.forEach((player, index) => {
    const cell = parsePosition(player.position);
    if (!cell) return;
    const key = keyOf(cell);
    marks.set(key, taken.has(key) ? palette.bold('*') : palette.player(index)(symbols.player.get(player.id) ?? '?'));
    taken.add(key);
  });
  return marks;
}

function keyOf(cell: Cell): string {
  return `${cell.x},${cell.y}`;
}

function middle(values: readonly number[]): number {
  return values.length === 0 ? 1 : Math.round((Math.min(...values) + Math.max(...values)) / 2);
}

/** The part of 1…size that is shown: all of it, or `room` of it around the centre. */
function span(size: number, room: number, centre: number): { from: number; to: number } {
  const shown = Math.max(1, Math.min(size, room));
  const from = Math.max(1, Math.min(centre - Math.floor(shown / 2), size - shown + 1));
  return { from, to: from + shown - 1 };
}

function range({ from, to }: { from: number; to: number }): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
