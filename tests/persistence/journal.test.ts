/** Both journals under their contract, and what only the one on SQLite, or only the one in memory, does. */
import { describe, expect, it } from 'vitest';
import type { CommittedEntry } from '../../src/actors/runtime/journal.ts';
import { append, entry } from './entries.ts';
import { describeJournal } from './journal-contract.ts';
import { createMemoryJournal } from './journal-memory.ts';
import { newDatabaseUrl, opened } from './making.ts';
import { realClock } from './real-clock.ts';

describeJournal('on SQLite', async () => {
  const { journal, feed } = await opened();
  const commits: (readonly CommittedEntry[])[] = [];
  feed.listen((entries) => commits.push(entries));
  return { journal, commits };
});

describeJournal('in memory', async () => {
  const commits: (readonly CommittedEntry[])[] = [];
  const journal = createMemoryJournal({ clock: realClock, committed: (entries) => commits.push(entries) });
  return { journal, commits };
});

describe('the journal on SQLite', () => {
  it('still has everything when it is opened again, and counts on', async () => {
    const url = newDatabaseUrl();
    const first = await opened({ url });
    await append(first.journal, 'r', [entry('r', 1), entry('r', 2, { stream: 'r/child', seq: 1 })]);
    await first.close();
    const second = await opened({ url });
    expect(await second.journal.load('r')).toHaveLength(2);
    await append(second.journal, 'r', [entry('r', 3, { stream: 'r/child', seq: 2 })]);
    await expect(append(second.journal, 'r', [entry('r', 4, { seq: 4 })])).rejects.toThrow(/r number 2/);
    expect(second.owner.epoch).toBe(first.owner.epoch + 1);
    expect(second.arenaId).toBe(first.arenaId);
  });

  it.each([
    ['events', `update entry set events = '[{"type":"forged"}]' where root_seq = 2`, 2, /hash does not match/],
    ['the time', 'update entry set at = at + 1 where root_seq = 3', 3, /hash does not match/],
    ['a whole entry', 'delete from entry where root_seq = 2', 2, /the next entry there is 3/],
    ["a stream's number", 'update entry set seq = 9 where root_seq = 2', 2, /goes from 1 to 9/],
  ])('names root and position when somebody has changed %s', async (_what, sql, position, problem) => {
    const { journal, database } = await opened();
    await append(
      journal,
      'contest/x',
      [1, 2, 3].map((number) => entry('contest/x', number)),
    );
    database.native.exec(sql);
    const loading = journal.load('contest/x');
    await expect(loading).rejects.toThrow(`the journal of contest/x is damaged at position ${position}`);
    await expect(loading).rejects.toThrow(problem);
  });

  it('checks the chain also where reading begins in the middle', async () => {
    const { journal, database } = await opened();
    await append(
      journal,
      'r',
      [1, 2, 3].map((number) => entry('r', number)),
    );
    database.native.exec("update entry set hash = 'forged' where root_seq = 2");
    await expect(journal.load('r', 2)).rejects.toThrow('damaged at position 3');
    await expect(journal.load('r', 9)).rejects.toThrow('damaged at position 9');
  });

  it('has the unique index as the last guard against an entry that memory does not know of', async () => {
    const { journal, database } = await opened();
    await append(journal, 'r', [entry('r', 1)]);
    database.native.exec(
      `insert into entry (root, root_seq, stream, seq, kind, command_id, at, epoch, hash, events)
       select root, 2, stream, 2, kind, command_id, at, epoch, hash, events from entry`,
    );
    await expect(append(journal, 'r', [entry('r', 2)])).rejects.toThrow(/UNIQUE/);
  });

  it('brings old events to the shape of today when it reads them', async () => {
    const { journal } = await opened({ upcast: (kind, event) => ({ ...event, type: `${kind}.${event.type}`, v: 2 }) });
    await append(journal, 'r', [entry('r', 1, { events: [{ type: 'counted' }] })]);
    expect((await journal.load('r'))[0]?.events).toEqual([{ type: 'counter.counted', v: 2 }]);
  });

  it('refuses appends while another connection holds the lock, and takes them again after', async () => {
    const url = newDatabaseUrl();
    const { journal } = await opened({ url });
    const { openDatabase } = await import('../../src/persistence/database/database.ts');
    const { keptLog } = await import('./real-clock.ts');
    const other = await openDatabase({ url, log: keptLog() });
    other.native.exec('begin immediate');
    const refused = await Promise.allSettled(['a', 'b'].map((root) => append(journal, root, [entry(root, 1)])));
    other.native.exec('rollback');
    await other.close();
    expect(refused.map((outcome) => outcome.status)).toEqual(['rejected', 'rejected']);
    await append(journal, 'a', [entry('a', 1)]);
    expect(await journal.load('a')).toHaveLength(1);
  });

  it('refuses appends while the disk is full, keeps what it has, and goes on when there is room', async () => {
    // A limit on pages is a connection's own: that of a database in memory is the one that writes as well.
    const { journal, database } = await opened({ url: 'sqlite::memory:' });
    await append(journal, 'r', [entry('r', 1)]);
    const pages = database.native.pragma('page_count', { simple: true });
    database.native.pragma(`max_page_count = ${pages}`);
    const long = entry('r', 2, { events: [{ type: 'x'.repeat(100_000) }] });
    await expect(append(journal, 'r', [long])).rejects.toThrow(/full/);
    database.native.pragma('max_page_count = 1000000');
    expect(await journal.load('r')).toHaveLength(1);
    await append(journal, 'r', [long]);
    expect(await journal.load('r')).toHaveLength(2);
  });

  it('lets go of receipts and snapshots that nobody needs: of roots that were closed long ago, but for what began them', async () => {
    const { journal, database, prune } = await opened({ receiptDays: 2 });
    const dayMs = 86_400_000;
    const roots = [
      ['ended-long-ago', Date.now() - 3 * dayMs, 'closed'],
      ['goes-on', Date.now() - 3 * dayMs, 'resting'],
      ['ended-yesterday', Date.now() - dayMs, 'closed'],
    ] as const;
    for (const [root, at, status] of roots) {
      for (const position of [1, 2]) {
        const made = entry(root, position, { at, commandId: `${root}/${position}` });
        const receipt = { commandId: made.commandId, root, reply: position };
        await append(journal, root, [made], { receipt, status: position === 2 ? status : 'owed' });
      }
      await journal.saveSnapshot({ root, position: 2, shape: 's', streams: [] });
    }
    database.native.exec(`insert into receipt (command_id, root, reply)
      with recursive number (n) as (select 1 union all select n + 1 from number where n < 2500)
      select 'answer ' || n, 'ended-long-ago', 'null' from number`);

    await prune();
    const kept = (sql: string) => (database.native.prepare(sql).all() as { it: string }[]).map(({ it }) => it);
    expect(kept('select command_id as it from receipt order by command_id')).toEqual([
      'ended-long-ago/1',
      'ended-yesterday/1',
      'ended-yesterday/2',
      'goes-on/1',
      'goes-on/2',
    ]);
    expect(kept('select root as it from snapshot')).toEqual(['goes-on']);
    expect(await journal.load('ended-long-ago')).toHaveLength(2);
    expect(await journal.receipt('ended-long-ago/2')).toBeNull();
  });

  it('writes what is queued before it closes, and refuses what comes after', async () => {
    const url = newDatabaseUrl();
    const first = await opened({ url });
    const queued = append(first.journal, 'r', [entry('r', 1)], { status: 'owed' });
    const closing = first.close();
    await expect(append(first.journal, 'r', [entry('r', 2)])).rejects.toThrow(/closed/);
    await Promise.all([queued, closing]);
    const second = await opened({ url });
    expect(await second.journal.load('r')).toHaveLength(1);
  });

  it('writes nothing of the journal while a unit of work is open, and shows nothing of it before its end', async () => {
    const { journal, catalogue } = await opened();
    let committed = false;
    let finish: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const unit = catalogue.transaction(async (transaction) => {
      transaction.append({ root: 'inside', entries: [entry('inside', 1)], committed: () => {}, failed: () => {} });
      await gate;
    });
    const appended = append(journal, 'outside', [entry('outside', 1)]).then(() => {
      committed = true;
    });
    const loading = journal.load('inside');
    for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(committed).toBe(false);
    finish();
    await unit;
    expect(await loading).toHaveLength(1);
    await appended;
  });
});

describe('the journal in memory', () => {
  it('fails the next commit before it keeps anything', async () => {
    const journal = createMemoryJournal({ clock: realClock });
    journal.failNext({ when: 'before', outcome: 'fail', error: new Error('disk full') });
    const outcomes = await Promise.allSettled(['a', 'b'].map((root) => append(journal, root, [entry(root, 1)])));
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['rejected', 'rejected']);
    expect(await journal.load('a')).toEqual([]);
    await append(journal, 'a', [entry('a', 1)]);
  });

  it('halts after a commit as a process would that dies there, and has it when it is opened again', async () => {
    const journal = createMemoryJournal({ clock: realClock });
    const seen: string[] = [];
    journal.onCommit((commitNo) => (commitNo === 2 ? { when: 'after', outcome: 'halt' } : null));
    await append(journal, 'r', [entry('r', 1)]);
    journal.append({
      root: 'r',
      entries: [entry('r', 2)],
      committed: () => seen.push('committed'),
      failed: () => seen.push('failed'),
    });
    await journal.settled('r');
    expect(seen).toEqual([]);
    expect(await journal.reopen().load('r')).toHaveLength(2);
  });
});
