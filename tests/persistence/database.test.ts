/** How a database is opened: its pragmas, its schema, and what is said when it cannot be. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cannotBe, openDatabase } from '../../src/persistence/database/database.ts';
import { migrations } from '../../src/persistence/database/migrations/index.ts';
import { append, entry } from './entries.ts';
import { newDatabaseUrl, opened } from './making.ts';
import { keptLog } from './real-clock.ts';

const log = keptLog();

async function openedDatabase(url: string) {
  const database = await openDatabase({ url, log });
  onTestFinished(() => database.close());
  return database;
}

describe('a database', () => {
  it('runs in WAL mode, with full synchronisation, foreign keys and a short busy timeout', async () => {
    const { native } = await openedDatabase(newDatabaseUrl());
    const read = (name: string) => native.pragma(name, { simple: true });
    expect(read('journal_mode')).toBe('wal');
    expect(read('synchronous')).toBe(2);
    expect(read('foreign_keys')).toBe(1);
    expect(read('busy_timeout')).toBe(250);
  });

  it('is made with its folder', async () => {
    const path = join(newDatabaseUrl().slice('sqlite:'.length), '..', 'new', 'folder', 'arena.db');
    await openedDatabase(`sqlite:${path}`);
    expect(existsSync(path)).toBe(true);
  });

  it('can be in memory', async () => {
    const { catalogue, journal } = await opened({ url: 'sqlite::memory:' });
    await catalogue.create('strategy', { name: 'bold', role: 'player', prompts: [] });
    expect(await catalogue.list('strategy')).toHaveLength(1);
    expect(await journal.openRoots()).toEqual([]);
  });

  it('brings its schema up to date once', async () => {
    const url = newDatabaseUrl();
    const names = async () => {
      const database = await openedDatabase(url);
      await database.migrate();
      return database.native.prepare('select name from migration order by id').all();
    };
    const first = await names();
    expect(first).toEqual(migrations.map(({ name }) => ({ name })));
    expect(await names()).toEqual(first);
  });

  it('takes over the roots that an earlier version left open, and the contests of which its table knew no position', async () => {
    const url = newDatabaseUrl();
    const earlier = await openedDatabase(url);
    await earlier.orm.migrator.up({ to: '0006-job-usage' });
    earlier.native.exec("insert into open_root (root, due_at) values ('contest/a', 0), ('contest/b', null)");
    earlier.native.exec(
      "insert into contest (key, state, created_at, participants, seed) values ('a', 'created', 7, '[]', 5)",
    );
    await earlier.close();
    const { journal, tables } = await opened({ url });
    expect(await journal.openRoots()).toEqual([
      { root: 'contest/a', status: 'owed' },
      { root: 'contest/b', status: 'resting' },
    ]);
    await append(journal, 'contest/a', [entry('contest/a', 1)]);
    expect(await tables.contest('a')).toMatchObject({ created_at: 7, seed: 5, position: 1 });
  });

  it('has a column for every property of its entities', async () => {
    const database = await openedDatabase(newDatabaseUrl());
    await database.migrate();
    for (const meta of database.orm.getMetadata().getAll().values()) {
      const columns = database.native.prepare('select name from pragma_table_info(?)').all(meta.tableName);
      const names = (columns as { name: string }[]).map((column) => column.name);
      expect([...names].sort()).toEqual(meta.props.map((property) => property.name as string).sort());
    }
  });

  it('refuses a database that a newer version has written', async () => {
    const url = newDatabaseUrl();
    const database = await openedDatabase(url);
    await database.migrate();
    database.native.exec("insert into migration (name, executed_at) values ('9999-from-the-future', 0)");
    await database.close();
    await expect(opened({ url })).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('newer version of this program (it has 9999-from-the-future)'),
    });
  });

  it('says which path cannot be opened, and why', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'arena-persistence-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'file'), 'this is no database, and long enough to be read as one'.repeat(20));
    await expect(openDatabase({ url: `sqlite:${folder}`, log })).rejects.toThrow(`${folder} cannot be opened`);
    await expect(openDatabase({ url: `sqlite:${folder}/file`, log })).rejects.toThrow(/not a database/);
    for (const below of ['below', 'deep/below'])
      await expect(openDatabase({ url: `sqlite:${folder}/file/${below}`, log })).rejects.toMatchObject({
        code: 'invalid',
        message: `The database ${folder}/file/${below} cannot be opened: ${folder}/file is no folder. Choose with ARENA_DB_URL.`,
      });
    // Nothing can be made there, and Node's recursive mkdir never ends.
    await expect(openDatabase({ url: 'sqlite:/proc/none/arena.db', log })).rejects.toThrow(
      /none\/arena.db cannot be opened/,
    );
  });

  it('that another program has locked is no wrong choice, and can be opened later', async () => {
    const url = newDatabaseUrl();
    const [database, theirs] = [await openedDatabase(url), await openedDatabase(url)];
    theirs.native.exec('begin immediate');
    const told = () => {
      try {
        return database.native.exec('begin immediate');
      } catch (error) {
        return cannotBe('opened', database.path, error);
      }
    };
    const message = `The database ${database.path} cannot be opened: database is locked.`;
    expect(told()).toMatchObject({ code: 'unavailable', message });
  });

  it.each(['postgresql://somewhere/arena', 'sqlite:', 'arena.db'])('refuses the URL %s', async (url) => {
    await expect(openDatabase({ url, log })).rejects.toThrow(/is not a database; give sqlite:/);
  });
});
