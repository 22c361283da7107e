/** Entities and entries of a root in one transaction: all of it or nothing. */
import { describe, expect, it } from 'vitest';
import { append, entry } from './entries.ts';
import { opened } from './making.ts';

const player = { name: 'Ann', role: 'player' };

describe('a transaction of the catalogue', () => {
  const start = (root: string, note: (text: string) => void) => ({
    root,
    entries: [entry(root, 1)],
    status: 'owed' as const,
    committed: (offsets: readonly number[]) => note(`committed ${offsets.length}`),
    failed: (error: Error) => note(`failed ${error.message}`),
  });

  it('keeps entities and the first entries of a root together, in the order in which they came', async () => {
    const { catalogue, journal, feed } = await opened();
    const notes: string[] = [];
    const roots: string[] = [];
    feed.listen((entries) => roots.push(...entries.map((one) => one.root)));
    const id = await catalogue.transaction(async (transaction) => {
      const made = await transaction.create('participant', player);
      transaction.append(start('contest/x', (text) => notes.push(text)));
      return made.id;
    });
    expect(notes).toEqual(['committed 1']);
    expect(roots).toEqual([`participant/${id}`, 'contest/x']);
    expect(await journal.openRoots()).toEqual([{ root: 'contest/x', status: 'owed' }]);
    await append(journal, 'contest/x', [entry('contest/x', 2)]);
  });

  it('keeps nothing when anything in it fails', async () => {
    const { catalogue, journal, feed } = await opened();
    const notes: string[] = [];
    let told = 0;
    feed.listen(() => {
      told += 1;
    });
    const failing = catalogue.transaction(async (transaction) => {
      await transaction.create('participant', player);
      transaction.append(start('contest/x', (text) => notes.push(text)));
      await transaction.create('participant', { ...player, role: 'king' });
    });
    await expect(failing).rejects.toMatchObject({ code: 'invalid' });
    expect(notes).toEqual([expect.stringMatching(/^failed /)]);
    expect(told).toBe(0);
    expect(await catalogue.list('participant')).toEqual([]);
    expect(await journal.load('contest/x')).toEqual([]);
    await append(journal, 'contest/x', [entry('contest/x', 1)]);
  });
});
