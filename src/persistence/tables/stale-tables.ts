/** What the tables for people could not show since they were last made anew: put down, read and forgotten. */
import type { NativeDatabase } from '../database/native.ts';
import type { Write } from '../writing/write.ts';

/** `name` is a table, `kind:<machine kind>` or `fold` where the projection threw, or `journal` where a root could not be read. */
export interface StaleTable {
  name: string;
  error: string;
  stream: string;
  at: number;
}

/** Of each table the newest. */
export function staleWrite({ name, error, stream, at }: StaleTable): Write {
  return { sql: putDownSql, cells: [name, error, stream, at] };
}

export function forgetStaleWrite(): Write {
  return { sql: 'delete from projection_state', cells: [] };
}

export function staleTables(native: NativeDatabase): StaleTable[] {
  return native.prepare(staleSql).all() as StaleTable[];
}

const staleSql = 'select name, error, stream, at from projection_state order by name';
const putDownSql = `insert into projection_state (name, error, stream, at) values (?, ?, ?, ?)
  on conflict (name) do update set error = excluded.error, stream = excluded.stream, at = excluded.at`;
