/** Lists of rows as callers ask for them: which, in which order, and from where on. What a row becomes is its table's. */
import { ArenaError } from '../../protocol/errors.ts';
import type { Cell, NativeDatabase } from '../database/native.ts';

export interface ListQuery {
  /** Columns that must have these values, where one is given; a column that is not there is refused with `invalid`. */
  readonly where?: Readonly<Record<string, Cell | undefined>>;
  /** Oldest first when left out. */
  readonly order?: 'oldest' | 'newest';
  /** At most 1,000 when left out. */
  readonly limit?: number;
  readonly offset?: number;
}

/** What lists of a table have in common: texts of this program, no caller's. */
export interface Listed {
  readonly table: string;
  readonly columns?: string;
  /** What all rows of the list fulfil. */
  readonly condition?: string;
  /** From the oldest to the newest, so that no two rows are alike. */
  readonly orderedBy: readonly string[];
}

export function listRows(
  native: NativeDatabase,
  { table, columns = '*', condition = '1', orderedBy }: Listed,
  { where = {}, order = 'oldest', limit = 1_000, offset = 0 }: ListQuery,
): unknown[] {
  const given = Object.entries(where).flatMap(([column, value]) => (value === undefined ? [] : [{ column, value }]));
  refuseUnknown(native, table, given);
  const conditions = [condition, ...given.map(({ column }) => `"${column}" is ?`)].join(' and ');
  const ordered = orderedBy.map((column) => `${column} ${order === 'oldest' ? 'asc' : 'desc'}`).join(', ');
  return native
    .prepare(`select ${columns} from ${table} where ${conditions} order by ${ordered} limit ? offset ?`)
    .all(...given.map(({ value }) => value), limit, offset);
}

function refuseUnknown(native: NativeDatabase, table: string, given: readonly { readonly column: string }[]): void {
  if (given.length === 0) return;
  const known = native.prepare('select name from pragma_table_info(?)').all(table) as { name: string }[];
  const problems = given
    .filter(({ column }) => !known.some(({ name }) => name === column))
    .map(({ column }) => ({ path: column, message: 'there is no filter of this name' }));
  if (problems.length === 0) return;
  throw new ArenaError({ code: 'invalid', message: `a ${table} cannot be filtered by ${problems[0]?.path}`, problems });
}
