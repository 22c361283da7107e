/** Lists as commands print them: all of each row for machines, a table for people, and of what there is nothing. */
import { type Context, printJson, printLine } from './context.ts';
import { tableText } from './live/table.ts';

export interface Listing<Row extends object> {
  /** What a row is. */
  readonly noun: string;
  readonly rows: readonly Row[];
  readonly head: readonly string[];
  cellsOf(row: Row): readonly string[];
}

export interface Listed {
  readonly filters: Readonly<Record<string, string>>;
  readonly json: boolean;
}

export function printListing<Row extends object>(
  { noun, rows, head, cellsOf }: Listing<Row>,
  { filters, json }: Listed,
  { terminal }: Context,
): void {
  if (json) return printJson(terminal, rows);
  if (rows.length > 0) {
    const { columns } = terminal.out;
    return printLine(terminal, tableText(head, rows.map(cellsOf), { columns }));
  }
  const wanted = Object.entries(filters).map(([field, value]) => `${field}=${value}`);
  printLine(terminal, `There is no ${noun} ${wanted.length === 0 ? 'yet' : `with ${wanted.join(' and ')}`}.`);
}
