/** Writes rows into the tables for people: replaces by key, refuses columns that a table does not have. */
import type { Row, TableName } from '../actors/runtime/projection.ts';
import type { NativeDatabase, Statement } from './native.ts';

export const tableNames = [
  'contest',
  'seat',
  'round',
  'contest_feature',
  'player_state',
  'player_action',
  'judge_result',
  'round_stats',
  'job',
] as const satisfies readonly TableName[];

export interface RowWriter {
  /** Replaces the columns given of the row with this key, or makes the row. Call within a transaction. */
  put(row: Row): void;
  /** Empties all tables. Call within a transaction. */
  clear(): void;
}

export function createRowWriter(native: NativeDatabase): RowWriter {
  const columnsOf = new Map<TableName, ReadonlySet<string>>();
  const statements = new Map<string, Statement>();

  function statementFor(table: TableName, columns: readonly string[]): Statement {
    const shape = `${table} ${columns.join(' ')}`;
    const known = statements.get(shape);
    if (known) return known;
    refuseUnknown(table, columns);
    const prepared = native.prepare(upsert(table, columns));
    statements.set(shape, prepared);
    return prepared;
  }

  function refuseUnknown(table: TableName, columns: readonly string[]): void {
    const known = columnsOf.get(table) ?? readColumns(native, table);
    columnsOf.set(table, known);
    const unknown = columns.filter((column) => !known.has(column));
    if (unknown.length > 0) throw new Error(`the table ${table} has no column ${unknown.join(', ')}`);
  }

  return {
    put(row) {
      const cells = Object.values(row.columns).map((cell) => cell ?? null);
      statementFor(row.table, Object.keys(row.columns)).run(row.key, ...cells);
    },
    clear() {
      for (const table of tableNames) native.prepare(`delete from ${table}`).run();
    },
  };
}

function readColumns(native: NativeDatabase, table: TableName): ReadonlySet<string> {
  const rows = native.prepare('select name from pragma_table_info(?)').all(table) as { name: string }[];
  return new Set(rows.map((row) => row.name).filter((name) => name !== 'key'));
}

function upsert(table: TableName, columns: readonly string[]): string {
  const names = ['key', ...columns].map((name) => `"${name}"`).join(', ');
  const marks = ['key', ...columns].map(() => '?').join(', ');
  const replacing = columns.map((name) => `"${name}" = excluded."${name}"`).join(', ');
  return `insert into ${table} (${names}) values (${marks}) on conflict (key) do ${replacing ? `update set ${replacing}` : 'nothing'}`;
}
