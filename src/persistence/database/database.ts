/**
 * The database as it is opened: MikroORM on one SQLite connection with its pragmas, and the migrations. Who may write is
 * `owner.ts`; when, `writer.ts`.
 */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Migrator } from '@mikro-orm/migrations';
import { MikroORM } from '@mikro-orm/sqlite';
import type { Log } from '../../actors/runtime/ports.ts';
import { ArenaError, messageOf } from '../../protocol/errors.ts';
import { entities } from '../catalogue/entities.ts';
import { migrations } from './migrations/index.ts';
import { type NativeDatabase, setPragmas, sqliteCode } from './native.ts';

export interface Database {
  /** The path of the file, or `:memory:`. */
  readonly path: string;
  readonly orm: MikroORM;
  readonly native: NativeDatabase;
  /** Brings the schema up to this program; throws when the database is newer. For the owner only. */
  migrate(): Promise<void>;
  close(): Promise<void>;
}

const migrationTable = 'migration';

/**
 * Opens `sqlite:<path>` or `sqlite::memory:` and makes the folder of the file when it is missing. The schema is left as it
 * is until `migrate`, so that a second process can look without writing. Throws an error that names the path.
 */
export async function openDatabase(options: { url: string; log: Log }): Promise<Database> {
  const path = pathOf(options.url);
  let orm: MikroORM | null = null;
  try {
    if (path !== ':memory:') makeFolder(dirname(path));
    orm = await MikroORM.init({
      dbName: path,
      entities,
      extensions: [Migrator],
      migrations: { migrationsList: migrations, tableName: migrationTable, snapshot: false, silent: true },
      metadataCache: { enabled: false },
      // Transactions are the writer's.
      implicitTransactions: false,
      logger: (message) => options.log.debug({}, message),
    });
    const native: NativeDatabase = await orm.em.getDriver().getConnection().getNativeClient();
    setPragmas(native);
    return assemble(path, orm, native, options.log);
  } catch (error) {
    await orm?.close(true);
    throw cannotBe('opened', path, error);
  }
}

function assemble(path: string, orm: MikroORM, native: NativeDatabase, log: Log): Database {
  return {
    path,
    orm,
    native,
    async migrate() {
      refuseNewer(path, native);
      const done = await orm.migrator.up();
      if (done.length > 0)
        log.info({ migrations: done.map((migration) => migration.name) }, 'schema brought up to date');
    },
    close: () => orm.close(true),
  };
}

/** That a database can have and be the right one: another program has locked it, or the disk is full or fails. */
const passingCodes = ['SQLITE_BUSY', 'SQLITE_LOCKED', 'SQLITE_FULL', 'SQLITE_IOERR'];

/** What a database that cannot be used at the start is told as: `invalid` where another one would have to be chosen. */
export function cannotBe(used: 'opened' | 'written', path: string, cause: unknown): ArenaError {
  const code = sqliteCode(cause) ?? '';
  const mayPass = passingCodes.some((passing) => code.startsWith(passing));
  const isWrongFile = used === 'opened' ? !mayPass : code.startsWith('SQLITE_READONLY');
  const message = `The database ${path} cannot be ${used}: ${messageOf(cause)}.`;
  return isWrongFile
    ? new ArenaError({ code: 'invalid', message: `${message} Choose with ARENA_DB_URL.` }, { cause })
    : new ArenaError({ code: 'unavailable', message }, { cause });
}

function pathOf(url: string): string {
  const prefix = 'sqlite:';
  const path = url.slice(prefix.length);
  if (!url.startsWith(prefix) || path.length === 0) {
    throw new Error(`"${url}" is not a database; give sqlite:<path of the file> or sqlite::memory:`);
  }
  return path === ':memory:' ? path : resolve(path);
}

/** One folder after the other: Node's own `recursive` never ends where none can be made, such as below /proc. */
function makeFolder(folder: string): void {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found?.isDirectory()) return;
  if (found) throw new Error(`${folder} is no folder`);
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!existsSync(folder)) throw error;
  }
}

function refuseNewer(path: string, native: NativeDatabase): void {
  const known = new Set(migrations.map((migration) => migration.name));
  const present = native.prepare("select 1 from sqlite_master where type = 'table' and name = ?").get(migrationTable);
  const done = present ? native.prepare(`select name from ${migrationTable} order by id`).all() : [];
  const unknown = (done as { name: string }[]).filter((row) => !known.has(row.name));
  if (unknown.length === 0) return;
  const names = unknown.map((row) => row.name).join(', ');
  const message = `The database ${path} was written by a newer version of this program (it has ${names}). Use that version, or another database.`;
  throw new ArenaError({ code: 'invalid', message });
}
