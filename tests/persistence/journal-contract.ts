/** What every journal must do. Each adapter calls this with a way to make a fresh one and, where it can, to break it. */
import { describe, expect, it } from 'vitest';
import type { CommittedEntry, Journal } from '../../src/actors/runtime/journal.ts';
import { append, entry } from './entries.ts';

export interface JournalUnderTest {
  readonly journal: Journal;
  /** What the listeners of commits were told, one list per commit. */
  readonly commits: readonly (readonly CommittedEntry[])[];
}

export function describeJournal(name: string, make: () => Promise<JournalUnderTest>): void {
  describe(`the journal ${name}`, () => {
    it('gives back what was appended, in order, without the states', async () => {
      const { journal } = await make();
      const entries = [
        entry('contest/a', 1, { events: [{ type: 'made', v: 2 }], causedBy: 'command-before' }),
        entry('contest/a', 2, { stream: 'contest/a/setup', seq: 1, kind: 'setup' }),
      ];
      const { offsets } = await append(journal, 'contest/a', entries);
      const expected = entries.map(({ state: _state, ...kept }, index) => ({ ...kept, offset: offsets[index] }));
      expect(await journal.load('contest/a')).toEqual(expected);
    });

    it('calls back only after append has returned', async () => {
      const { journal } = await make();
      const seen: string[] = [];
      const done = append(journal, 'r', [entry('r', 1)]).then(() => seen.push('committed'));
      seen.push('returned');
      await done;
      expect(seen).toEqual(['returned', 'committed']);
    });

    it('commits together what all roots append in one turn, in the order of the calls', async () => {
      const { journal, commits } = await make();
      const order: string[] = [];
      const appended = ['b', 'a', 'c'].map((root) =>
        append(journal, root, [entry(root, 1)]).then(({ offsets }) => {
          order.push(root);
          return offsets[0] ?? 0;
        }),
      );
      const offsets = await Promise.all(appended);
      expect(order).toEqual(['b', 'a', 'c']);
      expect([...offsets].sort((left, right) => left - right)).toEqual(offsets);
      expect(commits.map((commit) => commit.map((one) => one.root))).toEqual([['b', 'a', 'c']]);
    });

    it('tells of commits with offsets and states', async () => {
      const { journal, commits } = await make();
      const state = { name: 'a state' };
      const { offsets } = await append(journal, 'r', [entry('r', 1, { state })]);
      const [told] = commits.flat();
      expect(told?.offset).toBe(offsets[0]);
      expect(told?.state).toBe(state);
    });

    it('does not hold the event loop for more than one group', async () => {
      const { journal, commits } = await make();
      await Promise.all(
        Array.from({ length: 1_200 }, (_, index) => append(journal, `r${index}`, [entry(`r${index}`, 1)])),
      );
      expect(commits.length).toBeGreaterThan(1);
      expect(Math.max(...commits.map((commit) => commit.length))).toBeLessThanOrEqual(500);
    });

    it('keeps an append of more entries than a group whole', async () => {
      const { journal } = await make();
      await append(
        journal,
        'r',
        Array.from({ length: 450 }, (_, index) => entry('r', index + 1)),
      );
      expect(await journal.load('r')).toHaveLength(450);
    });

    it('keeps nothing of an append with one bad entry', async () => {
      const { journal } = await make();
      await expect(append(journal, 'r', [entry('r', 1), entry('r', 3)])).rejects.toThrow(/expects position 2/);
      expect(await journal.load('r')).toEqual([]);
    });

    it.each([
      ['a gap in the positions', [entry('r', 2, { seq: 1 })]],
      ['a position that is taken', [entry('r', 1), entry('r', 1, { seq: 2 })]],
      ["a gap in a stream's numbers", [entry('r', 1, { seq: 2 })]],
      ['an entry of another root', [entry('other', 1)]],
    ])('refuses %s', async (_what, entries) => {
      const { journal } = await make();
      await expect(append(journal, 'r', entries)).rejects.toThrow(/r expects position/);
      expect(await journal.load('r')).toEqual([]);
      expect(await journal.load('other')).toEqual([]);
    });

    it('counts on from what is kept after a failure', async () => {
      const { journal } = await make();
      await append(journal, 'r', [entry('r', 1)]);
      await expect(append(journal, 'r', [entry('r', 5)])).rejects.toThrow();
      await append(journal, 'r', [entry('r', 2)]);
      expect((await journal.load('r')).map((one) => one.position)).toEqual([1, 2]);
    });

    it('does not refuse the neighbours of a bad append, and keeps of its root what came before it', async () => {
      const { journal, commits } = await make();
      const outcomes = await Promise.allSettled([
        append(journal, 'good', [entry('good', 1)]),
        append(journal, 'bad', [entry('bad', 1)]),
        append(journal, 'bad', [entry('bad', 7)]),
        append(journal, 'bad', [entry('bad', 2)]),
        append(journal, 'better', [entry('better', 1)]),
      ]);
      expect(outcomes.map((outcome) => outcome.status)).toEqual([
        'fulfilled',
        'fulfilled',
        'rejected',
        'rejected',
        'fulfilled',
      ]);
      expect((await journal.load('bad')).map((one) => one.position)).toEqual([1]);
      expect(commits.flat().map((one) => `${one.root} ${one.position}`)).toEqual(['good 1', 'bad 1', 'better 1']);
    });

    it('fails with a bad append all that its root has queued, also beyond the group', async () => {
      const { journal } = await make();
      const first = append(journal, 'r', [entry('r', 2)]);
      const filler = append(
        journal,
        'filler',
        Array.from({ length: 199 }, (_, index) => entry('filler', index + 1)),
      );
      const beyond = append(journal, 'r', [entry('r', 1)]);
      const outcomes = await Promise.allSettled([first, filler, beyond]);
      expect(outcomes.map((outcome) => outcome.status)).toEqual(['rejected', 'fulfilled', 'rejected']);
      expect(await journal.load('r')).toEqual([]);
    });

    it('fails what is queued of a dropped root before drop returns, and nothing else', async () => {
      const { journal } = await make();
      const failures: string[] = [];
      const dropped = append(journal, 'r', [entry('r', 1)]).catch(() => failures.push('r'));
      const other = append(journal, 'other', [entry('other', 1)]);
      let failedBefore = false;
      journal.append({ root: 'r', entries: [], committed: () => {}, failed: () => (failedBefore = true) });
      journal.drop('r');
      expect(failedBefore).toBe(true);
      await Promise.all([dropped, other, journal.settled('r')]);
      expect(failures).toEqual(['r']);
      expect(await journal.load('r')).toEqual([]);
      expect(await journal.load('other')).toHaveLength(1);
    });

    it('is settled when nothing of the root is queued', async () => {
      const { journal } = await make();
      const order: string[] = [];
      const committed = append(journal, 'r', [entry('r', 1)]).then(() => order.push('committed'));
      await journal.settled('r');
      order.push('settled');
      await committed;
      expect(order).toEqual(['committed', 'settled']);
    });

    it('keeps a reply with its entries, and not without them', async () => {
      const { journal } = await make();
      const reply = { ok: true, list: [1, 'two', null] };
      await append(journal, 'r', [entry('r', 1)], { receipt: { commandId: 'c1', root: 'r', reply } });
      await append(journal, 'r', [entry('r', 9)], { receipt: { commandId: 'c2', root: 'r', reply } }).catch(() => {});
      expect(await journal.receipt('c1')).toEqual({ commandId: 'c1', root: 'r', reply });
      expect(await journal.receipt('c2')).toBeNull();
    });

    it('refuses a second reply to the same command', async () => {
      const { journal } = await make();
      const receipt = { commandId: 'c', root: 'r', reply: 1 };
      await append(journal, 'r', [entry('r', 1)], { receipt });
      await expect(append(journal, 'r', [entry('r', 2)], { receipt })).rejects.toThrow();
      expect(await journal.load('r')).toHaveLength(1);
    });

    it('knows which roots are open, and what is owed anything', async () => {
      const { journal } = await make();
      await append(journal, 'a', [entry('a', 1)], { status: 'owed' });
      await append(journal, 'b', [entry('b', 1)], { status: 'resting' });
      await append(journal, 'c', [entry('c', 1)], { status: 'owed' });
      await append(journal, 'c', [entry('c', 2)], { status: 'closed' });
      expect(await journal.openRoots()).toEqual([
        { root: 'a', status: 'owed' },
        { root: 'b', status: 'resting' },
      ]);
    });

    it('goes on with a root that it has forgotten, and knows of it what it knew', async () => {
      const { journal } = await make();
      await append(journal, 'a', [entry('a', 1)], { status: 'resting' });
      journal.forget('a');
      await append(journal, 'a', [entry('a', 2)]);
      expect(await journal.load('a')).toHaveLength(2);
      expect(await journal.openRoots()).toEqual([{ root: 'a', status: 'resting' }]);
    });

    it('keeps the newest snapshot of a root', async () => {
      const { journal } = await make();
      const snapshot = (position: number) => ({
        root: 'r',
        position,
        shape: 'counter@1',
        streams: [{ stream: 'r', kind: 'counter', seq: position, state: { count: position } }],
      });
      expect(await journal.loadSnapshot('r')).toBeNull();
      await journal.saveSnapshot(snapshot(1));
      await journal.saveSnapshot(snapshot(2));
      expect(await journal.loadSnapshot('r')).toEqual(snapshot(2));
    });

    it('loads what comes after a position', async () => {
      const { journal } = await make();
      await append(
        journal,
        'r',
        [1, 2, 3, 4].map((position) => entry('r', position)),
      );
      expect((await journal.load('r', 2)).map((one) => one.position)).toEqual([3, 4]);
      expect(await journal.load('r', 4)).toEqual([]);
      expect(await journal.load('nobody')).toEqual([]);
    });

    it('goes on telling others when a callback throws', async () => {
      const { journal, commits } = await make();
      journal.append({
        root: 'a',
        entries: [entry('a', 1)],
        committed: () => {
          throw new Error('a caller that throws');
        },
        failed: () => {},
      });
      await append(journal, 'b', [entry('b', 1)]);
      expect(commits.flat().map((one) => one.root)).toEqual(['a', 'b']);
    });
  });
}
