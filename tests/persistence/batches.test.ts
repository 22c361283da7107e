/** Batches of writes, carried out in a thread on a database's file and at once on one in memory: the same outcomes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Database, openDatabase } from '../../src/persistence/database/database.ts';
import { OwnershipLost } from '../../src/persistence/database/fence.ts';
import { sqliteCode } from '../../src/persistence/database/native.ts';
import { type Batches, createBatches } from '../../src/persistence/writing/batches.ts';
import type { RefusedWrite, Write } from '../../src/persistence/writing/write.ts';
import { newDatabaseUrl } from './making.ts';
import { keptLog } from './real-clock.ts';

const token = 'the owner';
const named = (name: string): Write => ({ sql: 'insert into thing (name) values (?)', cells: [name] });

async function made(url: string, thread?: URL): Promise<{ database: Database; batches: Batches }> {
  const database = await openDatabase({ url, log: keptLog() });
  database.native.exec('create table thing (name text primary key) strict; create table owner (token text)');
  database.native.prepare('insert into owner values (?)').run(token);
  const batches = createBatches({ ...database, ...(thread ? { thread } : {}) });
  onTestFinished(async () => {
    await batches.close();
    await database.close();
  });
  return { database, batches };
}

function carriedOut(batches: Batches, batch: Partial<Parameters<Batches['carryOut']>[0]>) {
  return new Promise<RefusedWrite[]>((resolve, reject) => {
    batches.carryOut({ token, optional: [], writes: [], ...batch }, (outcome) => {
      if (outcome instanceof Error) reject(outcome);
      else resolve(outcome);
    });
  });
}

function names(database: Database): unknown[] {
  const rows = database.native.prepare('select name from thing order by name').all() as { name: string }[];
  return rows.map((row) => row.name);
}

describe.each([
  ['on a file', newDatabaseUrl],
  ['in memory', () => 'sqlite::memory:'],
])('batches %s', (_where, url) => {
  it('are kept whole', async () => {
    const { database, batches } = await made(url());
    expect(await carriedOut(batches, { optional: [named('a')], writes: [named('b'), named('c')] })).toEqual([]);
    expect(await carriedOut(batches, { writes: [named('d')] })).toEqual([]);
    expect(names(database)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('are not kept at all when one of their writes is refused, and say so with the code of SQLite', async () => {
    const { database, batches } = await made(url());
    const error = await carriedOut(batches, {
      optional: [named('a')],
      writes: [named('b'), named('b')],
    }).catch((cause: unknown) => cause);
    expect(sqliteCode(error)).toMatch(/^SQLITE_CONSTRAINT/);
    expect(names(database)).toEqual([]);
  });

  it('go on without an optional write that is refused, and name it', async () => {
    const { database, batches } = await made(url());
    const refused = await carriedOut(batches, { optional: [named('a'), named('a'), named('b')], writes: [named('c')] });
    expect(refused).toEqual([{ index: 1, message: expect.stringMatching(/UNIQUE/) }]);
    expect(names(database)).toEqual(['a', 'b', 'c']);
  });

  it('are refused when the database has another owner', async () => {
    const { database, batches } = await made(url());
    database.native.exec("update owner set token = 'another'");
    await expect(carriedOut(batches, { optional: [named('a')], writes: [named('b')] })).rejects.toThrow(OwnershipLost);
    expect(names(database)).toEqual([]);
  });

  it('are refused with the text of a statement that cannot be', async () => {
    const { batches } = await made(url());
    await expect(
      carriedOut(batches, { writes: [{ sql: 'insert into nowhere values (1)', cells: [] }] }),
    ).rejects.toThrow(/no such table: nowhere/);
    expect(await carriedOut(batches, { writes: [named('a')] })).toEqual([]);
  });
});

describe('the thread that writes', () => {
  const dying = new URL('./dying-thread.ts', import.meta.url);

  it.each([
    ['before', []],
    ['after', ['die after']],
  ])('is replaced when it has died %s a batch, whose writer is told', async (when, left) => {
    const { database, batches } = await made(newDatabaseUrl(), dying);
    await carriedOut(batches, { writes: [named('a')] });
    const last = carriedOut(batches, { writes: [named(`die ${when}`)] });
    if (when === 'before') await expect(last).rejects.toThrow(/thread that writes the database is gone/);
    else await last.catch(() => undefined);
    await expect.poll(() => carriedOut(batches, { writes: [named('b')] })).toEqual([]);
    expect(names(database)).toEqual(['a', 'b', ...left]);
  });

  it('keeps no process alive that has failed without closing it', async () => {
    const script = fileURLToPath(new URL('./leaving-process.ts', import.meta.url));
    const child = spawn(process.execPath, [script, newDatabaseUrl()], { stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGKILL'));
    expect(await once(child, 'exit')).toEqual([7, null]);
  });
});
