/** Tables on the terminal: a line for each row, each cell cleaned of what others may have hidden in it and cut to what can be read. */
import Table from 'cli-table3';
import { clean, cut } from './text.ts';

export function tableText(head: readonly string[], rows: readonly (readonly string[])[], cellLength = 48): string {
  const table = new Table({ head: [...head], style: { head: [], border: [], compact: true } });
  table.push(...rows.map((row) => row.map((cell) => cut(clean(cell), cellLength))));
  return table.toString();
}
