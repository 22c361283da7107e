/**
 * The part of better-sqlite3's handle that is used. The handle itself is always MikroORM's own (`getNativeClient()`): a second
 * connection, or a second copy of the library, would not share its locks.
 */
export type Cell = string | number | null;

export interface Statement {
  run(...cells: Cell[]): { changes: number; lastInsertRowid: number | bigint };
  get(...cells: Cell[]): unknown;
  all(...cells: Cell[]): unknown[];
}

export interface NativeDatabase {
  readonly inTransaction: boolean;
  prepare(sql: string): Statement;
  exec(sql: string): unknown;
  pragma(text: string, options?: { simple: boolean }): unknown;
  transaction<Result>(work: () => Result): { immediate(): Result };
}

/** The code of an SQLite error such as `SQLITE_BUSY`, or null for any other error. */
export function sqliteCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  return error.code.startsWith('SQLITE_') ? error.code : null;
}

/** Errors of one statement or row; any other of SQLite's (locked, full, unreadable) would meet whatever is written. */
const rowErrors = ['SQLITE_CONSTRAINT', 'SQLITE_TOOBIG', 'SQLITE_MISMATCH', 'SQLITE_ERROR'];

/** Whether the database takes nothing at all at present, whoever writes. */
export function takesNothing(error: unknown): boolean {
  const code = sqliteCode(error);
  return code !== null && !rowErrors.some((prefix) => code.startsWith(prefix));
}
