/** The feed on a real database: every entry once and in order, whenever a follower comes, fails, is slow or was away. */
import { describe, expect, it } from 'vitest';
import type { CommittedEntry } from '../../src/actors/runtime/journal.ts';
import { createFeed } from '../../src/persistence/journal/feed.ts';
import { append, entry } from './entries.ts';
import { createMemoryJournal } from './journal-memory.ts';
import { newDatabaseUrl, opened } from './making.ts';
import { keptLog, realClock } from './real-clock.ts';

/** A follower that keeps what it takes and says when it has a number of entries. */
function keeping(name: string, hinder: (entries: readonly CommittedEntry[]) => Promise<void> = async () => {}) {
  const taken: CommittedEntry[] = [];
  let waiting: { count: number; resolve: () => void }[] = [];
  return {
    name,
    taken,
    async take(entries: readonly CommittedEntry[]) {
      await hinder(entries);
      taken.push(...entries);
      for (const { resolve } of waiting.filter((one) => one.count <= taken.length)) resolve();
      waiting = waiting.filter((one) => one.count > taken.length);
    },
    has: (count: number) =>
      taken.length >= count ? Promise.resolve() : new Promise<void>((resolve) => void waiting.push({ count, resolve })),
  };
}

const positions = (entries: readonly CommittedEntry[]) => entries.map((one) => one.position);
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('a follower of the feed', () => {
  it('gets what was there before it came, then what comes, without gap or repeat', async () => {
    const { journal, feed } = await opened();
    await append(
      journal,
      'r',
      upTo(1_200).map((position) => entry('r', position)),
    );
    const follower = keeping('f');
    const appending = (async () => {
      for (let position = 1_201; position <= 1_400; position += 1) await append(journal, 'r', [entry('r', position)]);
    })();
    await feed.follow(follower);
    await appending;
    await follower.has(1_400);
    expect(positions(follower.taken)).toEqual(upTo(1_400));
  });

  it('gets live entries with the states they led to', async () => {
    const { journal, feed } = await opened();
    const follower = keeping('f');
    await feed.follow(follower);
    await append(journal, 'r', [entry('r', 1, { state: 'first' })]);
    await append(journal, 'r', [entry('r', 2, { state: 'second' })]);
    await follower.has(2);
    expect(follower.taken.at(-1)?.state).toBe('second');
  });

  it('goes on behind its cursor when the database is opened again', async () => {
    const url = newDatabaseUrl();
    const first = await opened({ url });
    const before = keeping('f');
    await first.feed.follow(before);
    await append(
      first.journal,
      'r',
      upTo(3).map((position) => entry('r', position)),
    );
    await before.has(3);
    await first.close();
    const second = await opened({ url });
    await append(second.journal, 'r', [entry('r', 4)]);
    const after = keeping('f');
    await second.feed.follow(after);
    await after.has(1);
    expect(positions(after.taken)).toEqual([4]);
  });

  it('that rejects gets the same entries again', async () => {
    const { journal, feed } = await opened();
    const offered: number[][] = [];
    let refusals = 2;
    const follower = keeping('f', async (entries) => {
      offered.push(positions(entries));
      refusals -= 1;
      if (refusals >= 0) throw new Error('not now');
    });
    await feed.follow(follower);
    await append(journal, 'r', [entry('r', 1)]);
    await follower.has(1);
    await append(journal, 'r', [entry('r', 2)]);
    await follower.has(2);
    expect(offered).toEqual([[1], [1], [1], [2]]);
    expect(positions(follower.taken)).toEqual([1, 2]);
  });

  it('gets what a commit has kept although it was said to have failed, in its place', async () => {
    const journal = createMemoryJournal({
      clock: realClock,
      committed: (entries) => feed.publish(entries),
      failed: () => feed.catchUp(),
    });
    const cursors = { load: async () => null, save: () => {} };
    const feed = createFeed({ source: journal, cursors, clock: realClock, log: keptLog() });
    const heard: number[] = [];
    feed.listen((entries) => heard.push(...positions(entries)));
    const follower = keeping('f');
    await feed.follow(follower);
    await append(journal, 'r', [entry('r', 1)]);
    journal.failNext({ when: 'after', outcome: 'fail' });
    const doubted = append(journal, 'r', [entry('r', 2)]).catch(() => 'failed');
    expect(await doubted).toBe('failed');
    await append(journal, 'r', [entry('r', 3)]);
    await follower.has(3);
    expect(positions(follower.taken)).toEqual([1, 2, 3]);
    expect(heard).toEqual([1, 2, 3]);
  });

  it('gets what a failed commit has kept also when nothing is committed after it', async () => {
    const journal = createMemoryJournal({
      clock: realClock,
      committed: (entries) => feed.publish(entries),
      failed: () => feed.catchUp(),
    });
    const cursors = { load: async () => null, save: () => {} };
    const feed = createFeed({ source: journal, cursors, clock: realClock, log: keptLog() });
    const follower = keeping('f');
    await feed.follow(follower);
    journal.failNext({ when: 'after', outcome: 'fail' });
    await append(journal, 'r', [entry('r', 1)]).catch(() => undefined);
    await follower.has(1);
    expect(positions(follower.taken)).toEqual([1]);
  });

  it('that is slow is given what it missed from the journal, and holds no more than its backlog in memory', async () => {
    const commits: (readonly CommittedEntry[])[] = [];
    const journal = createMemoryJournal({ clock: realClock, committed: (entries) => feed.publish(entries) });
    let reads = 0;
    const source = {
      entriesAfter: (offset: number, limit: number) => {
        reads += 1;
        return journal.entriesAfter(offset, limit);
      },
      lastOffset: journal.lastOffset,
    };
    const cursors = { load: async () => null, save: () => {} };
    const feed = createFeed({ source, cursors, clock: realClock, log: keptLog(), backlogMax: 10, batchMax: 4 });
    let release: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const follower = keeping('f', () => gate);
    feed.listen((entries) => commits.push(entries));
    await feed.follow(follower);
    for (const position of upTo(50)) await append(journal, 'r', [entry('r', position)]);
    const readsWhileHeld = reads;
    release();
    await follower.has(50);
    await feed.close();
    expect(commits).toHaveLength(50);
    expect(positions(follower.taken)).toEqual(upTo(50));
    expect(reads).toBeGreaterThan(readsWhileHeld);
    expect(follower.taken.some((one) => one.state === undefined)).toBe(true);
  });

  it('gets nothing after it was stopped, and a stop waits for what it was given', async () => {
    const { journal, feed } = await opened();
    let release: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    let entered: () => void = () => {};
    const taking = new Promise<void>((resolve) => {
      entered = resolve;
    });
    const follower = keeping('f', () => {
      entered();
      return gate;
    });
    const following = await feed.follow(follower);
    await append(journal, 'r', [entry('r', 1)]);
    await taking;
    const stopping = following.stop();
    await append(journal, 'r', [entry('r', 2)]);
    release();
    await stopping;
    await append(journal, 'r', [entry('r', 3)]);
    expect(positions(follower.taken)).toEqual([1]);
  });

  it('is refused under a name that is taken', async () => {
    const { feed } = await opened();
    await feed.follow(keeping('f'));
    await expect(feed.follow(keeping('f'))).rejects.toThrow(/named f already/);
  });
});

describe('a listener of the feed', () => {
  it('is called in the order of offsets, until it leaves, whatever another one does', async () => {
    const { journal, feed, catalogue } = await opened();
    const heard: number[] = [];
    feed.listen(() => {
      throw new Error('a listener that throws');
    });
    const leave = feed.listen((entries) => heard.push(...entries.map((one) => one.offset)));
    await Promise.all([
      append(journal, 'a', [entry('a', 1)]),
      catalogue.create('strategy', { name: 'bold', role: 'player', prompts: [] }),
      append(journal, 'b', [entry('b', 1)]),
    ]);
    await append(journal, 'a', [entry('a', 2)]);
    leave();
    await append(journal, 'a', [entry('a', 3)]);
    expect(heard).toEqual([1, 2, 3, 4]);
  });
});
