/** Empties the database: everything, or everything but models, their prices and evaluations. */

import type { Writer } from '../writing/writer.ts';
import type { NativeDatabase } from './native.ts';

/**
 * What is never emptied: who holds the database, which migrations have run, and where followers stand, since offsets of the journal are not
 * used again. After a whole reset the arena gets another id at its next start: what it tells from then on is of another history.
 */
const ofTheDatabase = ['owner', 'cursor', 'migration'];
const ofModels = ['llmmodel', 'evaluation'];

export function emptyTables(native: NativeDatabase, writer: Writer, options: { keepModels: boolean }): Promise<void> {
  return writer.run(async () => {
    const rows = native
      .prepare("select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'")
      .all() as { name: string }[];
    const kept = [...ofTheDatabase, ...(options.keepModels ? [...ofModels, 'entry', 'setting'] : [])];
    const tables = rows.map(({ name }) => name).filter((name) => !kept.includes(name));
    native.prepare('pragma defer_foreign_keys = on').run();
    for (const table of tables) native.prepare(`delete from "${table}"`).run();
    if (options.keepModels) native.prepare("delete from entry where root not like 'llmmodel/%'").run();
  });
}
