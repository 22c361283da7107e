/**
 * Rows that the database does not take at present, laid over its tables for readers on this connection: temporary views
 * of the tables' names, which need no lock and no room on the disk. When to lay and to lift them is the projector's.
 */
import type { Row, TableName } from '../../actors/runtime/projection.ts';
import type { NativeDatabase } from '../database/native.ts';
import { createRowWriter } from './row-writer.ts';

export interface Overlay {
  /** From now on these rows are read as if they had been written. Not while a unit of work is open. */
  lay(rows: readonly Row[]): void;
  /** From now on the tables are read as they are. Not while a unit of work is open. */
  lift(): void;
}

export function createOverlay(native: NativeDatabase): Overlay {
  const rowWriter = createRowWriter(native, newRowsOf);
  native.pragma('temp_store = memory');
  const covered = new Set<TableName>();

  function cover(table: TableName): void {
    if (covered.has(table)) return;
    covered.add(table);
    native.exec(`
      create temp table ${hiddenRowsOf(table)} (key text primary key);
      create temp table ${newRowsOf(table)} as select * from main.${table} where false;
      create unique index temp.${newRowsOf(table)}_key on ${newRowsOf(table)} (key);
      create temp view ${table} as
        select * from main.${table} where key not in (select key from ${hiddenRowsOf(table)})
        union all select * from ${newRowsOf(table)};`);
  }

  function layOne(row: Row): void {
    const { table, key } = row;
    cover(table);
    // What is written of a row may be only a part of it: the rest is as it was.
    const isNew = native.prepare(`insert or ignore into ${hiddenRowsOf(table)} (key) values (?)`).run(key).changes > 0;
    if (isNew) native.prepare(`insert into ${newRowsOf(table)} select * from main.${table} where key = ?`).run(key);
    const { sql, cells } = rowWriter.put(row);
    native.prepare(sql).run(...cells);
  }

  return {
    lay(rows) {
      for (const row of rows) layOne(row);
    },
    lift() {
      for (const table of covered)
        native.exec(`drop view temp.${table}; drop table ${newRowsOf(table)}; drop table ${hiddenRowsOf(table)};`);
      covered.clear();
    },
  };
}

function newRowsOf(table: TableName): string {
  return `overlay_${table}`;
}

/** The keys of rows that were changed or taken away. */
function hiddenRowsOf(table: TableName): string {
  return `overlay_hidden_${table}`;
}
