/** Tables on the terminal: each cell cleaned of what others may have hidden in it and cut to what can be read. */
import Table from 'cli-table3';
import { clean, cut, padEnd, widthOf, wrap } from './text.ts';

export interface TableOptions {
  /** Of the terminal; undefined where there is none, for what reads a pipe takes lines of any length. */
  readonly columns: number | undefined;
  /** After how many characters a cell is cut. */
  readonly cellLength?: number;
}

/** A line for each row, or where the terminal is too narrow for that a block for each row, with a line for each cell. */
export function tableText(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { columns, cellLength = 48 }: TableOptions,
): string {
  const cleaned = rows.map((row) => row.map((cell) => cut(clean(cell), cellLength)));
  const table = new Table({ head: [...head], style: { head: [], border: [], compact: true } });
  table.push(...cleaned);
  const text = table.toString();
  const [border = ''] = text.split('\n');
  return columns === undefined || widthOf(border) <= columns ? text : blocksText(head, cleaned, columns);
}

/** A terminal that breaks the lines of a table leaves nothing of it that can be read. Empty cells are left out. */
function blocksText(head: readonly string[], rows: readonly (readonly string[])[], columns: number): string {
  const headWidth = Math.max(...head.map(widthOf)) + 2;
  const blocks = rows.map((row) =>
    row.flatMap((cell, index) => {
      const lines = wrap(cell, Math.max(1, columns - headWidth));
      return lines.map((line, number) => padEnd(number === 0 ? (head[index] ?? '') : '', headWidth) + line);
    }),
  );
  return blocks.map((lines) => lines.join('\n')).join('\n\n');
}
