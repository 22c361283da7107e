/** What rows of the tables for people write: replaced by key; columns that a table does not have are refused. */
import { type Row, type TableName, tableNames } from '../../actors/runtime/projection.ts';
import type { NativeDatabase } from '../database/native.ts';
import type { Write } from '../writing/write.ts';

export interface RowWriter {
  /** Replaces the columns given of the row with this key, or makes the row, or takes it away. Throws for a column that there is not. */
  put(row: Row): Write;
  /** Empties all tables. */
  clear(): Write[];
}

/** `nameOf` says where the rows of a table are written, where that is another one of the same columns. */
export function createRowWriter(
  native: NativeDatabase,
  nameOf: (table: TableName) => string = (table) => table,
): RowWriter {
  const columnsOf = new Map<TableName, ReadonlySet<string>>();
  const statements = new Map<string, string>();

  function statementFor(table: TableName, columns: readonly string[]): string {
    const shape = `${table} ${columns.join(' ')}`;
    const known = statements.get(shape);
    if (known !== undefined) return known;
    refuseUnknown(table, columns);
    const sql = upsert(nameOf(table), columns);
    statements.set(shape, sql);
    return sql;
  }

  function refuseUnknown(table: TableName, columns: readonly string[]): void {
    const known = columnsOf.get(table) ?? readColumns(native, table);
    columnsOf.set(table, known);
    const unknown = columns.filter((column) => !known.has(column));
    if (unknown.length > 0) throw new Error(`the table ${table} has no column ${unknown.join(', ')}`);
  }

  return {
    put({ table, key, columns, gone }) {
      if (gone) return { sql: `delete from ${nameOf(table)} where key = ?`, cells: [key] };
      const cells = Object.values(columns).map((cell) => cell ?? null);
      return { sql: statementFor(table, Object.keys(columns)), cells: [key, ...cells] };
    },
    clear: () => tableNames.map((table) => ({ sql: `delete from ${nameOf(table)}`, cells: [] })),
  };
}

function readColumns(native: NativeDatabase, table: TableName): ReadonlySet<string> {
  const rows = native.prepare('select name from pragma_table_info(?)').all(table) as { name: string }[];
  return new Set(rows.map((row) => row.name).filter((name) => name !== 'key'));
}

function upsert(table: string, columns: readonly string[]): string {
  const names = ['key', ...columns].map((name) => `"${name}"`).join(', ');
  const marks = ['key', ...columns].map(() => '?').join(', ');
  const replacing = columns.map((name) => `"${name}" = excluded."${name}"`).join(', ');
  return `insert into ${table} (${names}) values (${marks}) on conflict (key) do ${replacing ? `update set ${replacing}` : 'nothing'}`;
}
