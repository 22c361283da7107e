/** The tables for people: they show what is committed, live and rebuilt alike, and a projection that fails harms nothing. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Projection } from '../../src/actors/runtime/projection.ts';
import { openDatabase } from '../../src/persistence/database/database.ts';
import type { Persistence } from '../../src/persistence/persistence.ts';
import { createOverlay } from '../../src/persistence/tables/overlay.ts';
import { append, counting, entry } from './entries.ts';
import { newDatabaseUrl, opened } from './making.ts';
import { keptLog } from './real-clock.ts';

/** As they are kept. */
async function jobRows({ projector, database }: Persistence): Promise<{ key: string }[]> {
  await projector.waitFor();
  return database.native.prepare('select * from job order by key').all() as { key: string }[];
}

describe('the tables', () => {
  it('show every command that was answered', async () => {
    const { journal, tables } = await opened();
    for (let position = 1; position <= 20; position += 1) {
      await append(journal, 'job/a', [entry('job/a', position)]);
      expect(await tables.job('job/a')).toMatchObject({ job_id: 'job/a', attempts: position });
    }
  });

  it('have the same rows live, after a restart in the middle, and rebuilt', async () => {
    const url = newDatabaseUrl();
    const first = await opened({ url });
    const children = [1, 2, 3].map((seq) =>
      entry('job/a', seq + 1, { stream: 'job/a#child', seq, state: { count: seq } }),
    );
    await append(first.journal, 'job/a', [entry('job/a', 1), ...children]);
    await Promise.all(
      Array.from({ length: 600 }, (_, index) => append(first.journal, `job/${index}`, [entry(`job/${index}`, 1)])),
    );
    const live = await jobRows(first);
    expect(live).toHaveLength(602);
    await first.close();
    const second = await opened({ url });
    await append(second.journal, 'job/0', [entry('job/0', 2)]);
    const later = await jobRows(second);
    expect(later.find((row) => row.key === 'job/0')).toMatchObject({ attempts: 2 });
    second.database.native.exec("update job set state = 'forged'");
    await second.projector.rebuild();
    expect(await jobRows(second)).toEqual(later);
  });

  it('go on being written after a rebuild, and take in what is committed during it', async () => {
    const { journal, tables, projector } = await opened();
    await append(journal, 'job/a', [entry('job/a', 1)]);
    const rebuilding = projector.rebuild();
    await append(journal, 'job/b', [entry('job/b', 1)]);
    await rebuilding;
    await append(journal, 'job/a', [entry('job/a', 2)]);
    expect((await tables.jobs()).map((row) => [row.job_id, row.attempts])).toEqual([
      ['job/a', 2],
      ['job/b', 1],
    ]);
  });

  it('are made from the journal when they were never written', async () => {
    const url = newDatabaseUrl();
    const first = await opened({ url });
    await append(first.journal, 'job/a', [entry('job/a', 1), entry('job/a', 2)]);
    await first.close();
    const database = await openDatabase({ url, log: keptLog() });
    database.native.exec("delete from job; delete from cursor where name = 'projector'");
    await database.close();
    const { tables } = await opened({ url });
    expect(await tables.job('job/a')).toMatchObject({ attempts: 2 });
  });

  it('can be filtered and paged, oldest first', async () => {
    const { journal, tables } = await opened({ projection: contests });
    for (const [index, state] of ['created', 'complete', 'created', 'created'].entries()) {
      await append(journal, `contest/${index}`, [entry(`contest/${index}`, 1, { state: { state, index } })]);
    }
    const ids = async (query: Parameters<typeof tables.contests>[0]) =>
      (await tables.contests(query)).map((contest) => contest.id);
    expect(await ids({})).toEqual(['contest/3', 'contest/2', 'contest/1', 'contest/0']);
    expect(await ids({ where: { state: 'created' }, limit: 2, offset: 1 })).toEqual(['contest/2', 'contest/0']);
    expect(await tables.contest('contest/1')).toMatchObject({ paused: true, participants: [{ id: 'p-1' }] });
    await append(journal, 'contest/contest/1', [entry('contest/contest/1', 1, { kind: 'other', state: {} })]);
    expect(await tables.contest('contest/1')).toMatchObject({ position: 1 });
    expect(await tables.contest('nobody')).toBeNull();
    await expect(tables.contests({ where: { colour: 'red' } })).rejects.toMatchObject({
      code: 'invalid',
      problems: [{ path: 'colour', message: 'there is no filter of this name' }],
    });
  });
});

describe('while another program holds the lock for writing', () => {
  it('what was committed before is read all the same, and is there when the lock is gone', async () => {
    const url = newDatabaseUrl();
    const log = keptLog();
    const { journal, tables, projector, overview } = await opened({ url, log });
    const other = await lockingProcess(url);
    await append(journal, 'job/a', [entry('job/a', 1)]);
    expect(await tables.job('job/a')).toMatchObject({ attempts: 1 });

    // Until the lock comes before the tables have shown what is new.
    let position = 1;
    do {
      await other.tell('unlock');
      position += 1;
      await append(journal, 'job/a', [entry('job/a', position)]);
      await append(journal, `job/b${position}`, [entry(`job/b${position}`, 1)]);
      await other.tell('lock');
    } while (projector.behind() === 0);
    // Nobody has waited so far: what was put off until soon has failed too.
    await vi.waitUntil(() => log.lines.some(({ message }) => message === 'the tables could not be written'), 5_000);

    const read = async () => (await tables.jobs()).map(({ job_id, state, attempts }) => [job_id, state, attempts]);
    const expected = [
      ['job/a', 'complete', position],
      ...Array.from({ length: position - 1 }, (_, index) => [`job/b${index + 2}`, 'complete', 1]),
    ].sort();
    expect(await read()).toEqual(expected);
    expect(projector.behind()).toBeGreaterThan(0);
    expect(await tables.job('job/a')).toMatchObject({ attempts: position, created_at: 1 });
    expect(await tables.jobs({ where: { state: 'fail' } })).toEqual([]);
    await expect(append(journal, 'job/c', [entry('job/c', 1)])).rejects.toThrow(/locked/);
    expect(await read()).toEqual(expected);
    expect(await overview.changedAfter(0)).toMatchObject({ contests: [] });

    await other.tell('unlock');
    await append(journal, 'job/a', [entry('job/a', position + 1)]);
    const later = [['job/a', 'complete', position + 1], ...expected.slice(1)];
    expect(await read()).toEqual(later);
    expect(projector.behind()).toBe(0);
    await projector.rebuild();
    expect(await read()).toEqual(later);
  });

  it('a row that was taken away is not read, and one of which a part is new has the rest that it had', async () => {
    const { database } = await opened();
    const { native } = database;
    native.exec("insert into job (key, state, url) values ('a', 'idle', 'u'), ('b', 'idle', 'u'), ('c', 'idle', 'u')");
    const overlay = createOverlay(native);
    const rows = () => native.prepare('select key, state, url from job order by key').all();
    const before = rows();
    for (const _ of [1, 2]) {
      overlay.lay([
        { table: 'job', key: 'a', columns: {}, gone: true },
        { table: 'job', key: 'b', columns: { state: 'retry' } },
        { table: 'job', key: 'd', columns: { state: 'idle' } },
        { table: 'job', key: 'b', columns: { state: 'complete' } },
      ]);
      expect(rows()).toEqual([
        { key: 'b', state: 'complete', url: 'u' },
        { key: 'c', state: 'idle', url: 'u' },
        { key: 'd', state: 'idle', url: null },
      ]);
    }
    overlay.lift();
    expect(rows()).toEqual(before);
  });
});

/** Another program, which holds the lock for writing from `lock` to `unlock`. */
async function lockingProcess(url: string): Promise<{ tell(command: 'lock' | 'unlock'): Promise<void> }> {
  const program = `
    const { DatabaseSync } = require('node:sqlite');
    const database = new DatabaseSync(process.argv[1], { timeout: 60_000 });
    require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
      if (line === 'lock') database.exec('begin immediate');
      else if (database.isTransaction) database.exec('rollback');
      console.log(line);
    });`;
  const child = spawn(process.execPath, ['-e', program, url.slice('sqlite:'.length)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async tell(command) {
      child.stdin.write(`${command}\n`);
      expect((await lines.next()).value).toBe(command);
    },
  };
}

describe('a projection that fails', () => {
  it('refuses no append, is put down by its machine, and does not stop the others', async () => {
    const failing: Projection = {
      ...counting,
      rowsOf(state) {
        if (state.kind === 'broken') throw new Error('a bug');
        return counting.rowsOf(state);
      },
    };
    const url = newDatabaseUrl();
    const broken = await opened({ url, projection: failing });
    await append(broken.journal, 'job/bad', [entry('job/bad', 1, { kind: 'broken' })]);
    await append(broken.journal, 'job/good', [entry('job/good', 1)]);
    expect((await broken.tables.jobs()).map((row) => row.job_id)).toEqual(['job/good']);
    expect(await broken.projector.stale()).toMatchObject([{ name: 'kind:broken', error: 'a bug', stream: 'job/bad' }]);
    await broken.close();
    const mended = await opened({ url });
    await mended.projector.rebuild();
    expect(await mended.projector.stale()).toEqual([]);
    expect((await mended.tables.jobs()).map((row) => row.job_id)).toEqual(['job/bad', 'job/good']);
  });

  it.each([
    ['a column that the table does not have', { colour: 'red' }, /no column colour/],
    ['a value of another type', { attempts: 'many' }, /cannot store TEXT/],
  ])('by %s puts the table down as stale', async (_what, columns, error) => {
    const projection: Projection = { ...counting, rowsOf: ({ stream }) => [{ table: 'job', key: stream, columns }] };
    const { journal, projector, tables } = await opened({ projection });
    await append(journal, 'job/a', [entry('job/a', 1)]);
    expect(await tables.jobs()).toEqual([]);
    const [stale] = await projector.stale();
    expect(stale).toMatchObject({ name: 'job', stream: 'job/a' });
    expect(stale?.error).toMatch(error);
  });
});

const contests: Projection = {
  ...counting,
  rowsOf({ stream, kind, state }) {
    if (kind === 'other') return [];
    const { state: name, index } = state as { state: string; index: number };
    const participants = JSON.stringify([{ id: `p-${index}` }]);
    return [
      { table: 'contest', key: stream, columns: { state: name, paused: 1, participants, created_at: 100 - index } },
    ];
  },
};
