/** The tables for people in the file of an arena that is closed: read, and falsified. */
import { DatabaseSync } from 'node:sqlite';
import { type TableName, tableNames } from '../../src/actors/runtime/projection.ts';

type Rows = Readonly<Record<string, unknown>>[];

export function tablesOf(databaseUrl: string): Record<TableName, Rows> {
  const database = new DatabaseSync(databaseUrl.replace('sqlite:', ''), { readOnly: true });
  try {
    const rows = tableNames.map((table) => [table, database.prepare(`select * from ${table} order by key`).all()]);
    return Object.fromEntries(rows) as Record<TableName, Rows>;
  } finally {
    database.close();
  }
}

/** Changes, adds and takes away, so that a table which is not made anew shows it. */
export function falsify(databaseUrl: string): void {
  const database = new DatabaseSync(databaseUrl.replace('sqlite:', ''));
  for (const table of tableNames) {
    database.exec(`delete from ${table} where key = (select min(key) from ${table})`);
    database.exec(`insert into ${table} (key) values ('nothing-like-this')`);
  }
  database.exec("update job set state = 'forged'");
  database.close();
}
