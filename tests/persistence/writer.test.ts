/** The queue through which everything is written: what waits for its turn, what is refused, and what may wait for longer. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/persistence/database/database.ts';
import { takeOwnership } from '../../src/persistence/database/owner.ts';
import { createTrouble } from '../../src/persistence/database/trouble.ts';
import { createBatches } from '../../src/persistence/writing/batches.ts';
import { createWriter, type WriterOptions } from '../../src/persistence/writing/writer.ts';
import { newDatabaseUrl } from './making.ts';
import { realClock as clock, keptLog } from './real-clock.ts';

async function made(options: Partial<Pick<WriterOptions, 'queueMax' | 'putOffMs'>> & { url?: string } = {}) {
  const log = keptLog();
  const database = await openDatabase({ url: options.url ?? newDatabaseUrl(), log });
  const { native, path } = database;
  native.exec('create table thing (name text primary key) strict');
  const owner = await takeOwnership({ native, path, clock, log });
  const batches = createBatches({ path, native });
  const trouble = createTrouble(log);
  const writer = createWriter({ database, batches, owner, trouble, clock, log, ...options });
  onTestFinished(async () => {
    await writer.close();
    await batches.close();
    owner.release();
    await database.close();
  });
  const names = () =>
    (native.prepare('select name from thing order by name').all() as { name: string }[]).map(({ name }) => name);
  return { writer, names, native };
}

const named = (name: string) => ({ sql: 'insert into thing (name) values (?)', cells: [name] });

/** A unit of work that is open until it is told to end. */
function gated() {
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const work = async () => {
    open();
    await ended;
  };
  return { work, opened, end };
}

describe('a writer', () => {
  it('refuses writes and units of work alike when its queue is full, and does what was in it', async () => {
    const { writer, names } = await made({ queueMax: 1 });
    const { work, opened, end } = gated();
    const unit = writer.run(work);
    await opened;
    const waiting = writer.write(named('waits'));
    const full = { code: 'overloaded', message: '1 writes are waiting' };
    await expect(writer.run(async () => 'no room')).rejects.toMatchObject(full);
    await expect(writer.write(named('no room'))).rejects.toMatchObject(full);
    end();
    await Promise.all([unit, waiting]);
    expect(names()).toEqual(['waits']);
    expect(await writer.run(async () => 'room')).toBe('room');
  });

  it('writes at its end what is in a full queue, and what was put off', async () => {
    const { writer, names } = await made({ queueMax: 1 });
    const { work, opened, end } = gated();
    const unit = writer.run(work);
    await opened;
    const waiting = writer.write(named('waits'));
    writer.writeEventually('thing', named('put off'));
    const closing = writer.close();
    end();
    await Promise.all([unit, waiting, closing]);
    expect(names()).toEqual(['put off', 'waits']);
  });

  it('tells who waits for what was put off when its last writes fail', async () => {
    const { writer, native } = await made();
    const soon = writer.writeSoon('thing', [named('put off')]);
    native.exec("update owner set token = 'of another process'");
    await Promise.all([writer.close(), expect(soon).rejects.toThrow(/taken over/)]);
  });

  it('writes thousands that have waited for one unit of work, also where each is written at once', async () => {
    const { writer, names } = await made({ url: 'sqlite::memory:' });
    const { work, opened, end } = gated();
    const unit = writer.run(work);
    await opened;
    const count = 5_000;
    const writes = Array.from({ length: count }, (_, index) => writer.write(named(`number ${index}`)));
    end();
    await Promise.all([unit, ...writes]);
    expect(names()).toHaveLength(count);
  });

  it('shows a reader who came during a unit of work nothing of the next one', async () => {
    const { writer, names, native } = await made();
    const { work, opened, end } = gated();
    const first = writer.run(work);
    await opened;
    const next = writer.run(async () => {
      native.prepare('insert into thing (name) values (?)').run('not committed');
      throw new Error('taken back');
    });
    const read = writer.read(names);
    end();
    await first;
    expect(await read).toEqual([]);
    await expect(next).rejects.toThrow('taken back');
  });

  it('puts off under each key only the newest, and tells what became of it', async () => {
    const { writer, names } = await made({ putOffMs: 60_000 });
    const replaced = writer.writeSoon('a', [named('old')]);
    const newest = writer.writeSoon('a', [named('a')]);
    const refused = writer.writeSoon('b', [named('b'), named('b')]);
    writer.writeEventually('c', named('c'));
    expect(await replaced).toEqual([]);
    await writer.write(named('taking them along'));
    expect(await newest).toEqual([]);
    expect(await refused).toEqual([{ index: 1, message: expect.stringMatching(/UNIQUE/) }]);
    expect(names()).toEqual(['a', 'b', 'c', 'taking them along']);
  });

  it('writes what was put off by itself when there is nothing else to write', async () => {
    const { writer, names } = await made({ putOffMs: 1 });
    expect(await writer.writeSoon('a', [named('a')])).toEqual([]);
    expect(names()).toEqual(['a']);
  });
});
