/**
 * The part of better-sqlite3's handle that is used. There are two: MikroORM's own (`getNativeClient()`), and that of the thread
 * which writes batches. Both are made by the same copy of the library, which alone knows of its locks.
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

/** How long a statement waits, for another process that writes. */
const busyTimeoutMs = 250;

/** How every connection is set up. */
export function setPragmas(native: NativeDatabase): void {
  native.pragma(`busy_timeout = ${busyTimeoutMs}`);
  // Changing the mode takes a lock that reading it does not.
  if (native.pragma('journal_mode', { simple: true }) !== 'wal') native.pragma('journal_mode = wal');
  native.pragma('synchronous = full');
  native.pragma('foreign_keys = on');
  // Many contests at once change the same pages with every commit: a log of 32 MB copies them back an eighth as often.
  native.pragma('wal_autocheckpoint = 8000');
}

/** The code of an SQLite error such as `SQLITE_BUSY`, or null for any other error. */
export function sqliteCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  return error.code.startsWith('SQLITE_') ? error.code : null;
}

/** Errors of one statement or row; any other of SQLite's (locked, full, unreadable) would meet whatever is written. */
const rowErrors = ['SQLITE_CONSTRAINT', 'SQLITE_TOOBIG', 'SQLITE_MISMATCH', 'SQLITE_ERROR'];

/** Whether the database takes nothing at all at present, whatever is written. */
export function takesNothing(error: unknown): boolean {
  const code = sqliteCode(error);
  return code !== null && !rowErrors.some((prefix) => code.startsWith(prefix));
}
