/** When roots enter and leave memory: activation, rest, the end, snapshots, and what is on disk about it at each moment. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { foldRoot } from '../../src/actors/runtime/fold.ts';
import type { Machine } from '../../src/actors/runtime/machine.ts';
import { type Census, takeCensus } from './nact-census.ts';
import { turns, until } from './simulated-time.ts';
import { type ToyCommand, toyMachine } from './toy.ts';
import { outcomeOf, reborn, startToys, type ToyRuntime } from './toy-runtime.ts';

let census: Census;
beforeEach(() => {
  census = takeCensus();
});
afterEach(() => census.end());

async function finish({ request }: ToyRuntime, root: string): Promise<void> {
  await request(root, { type: 'finish' });
  await turns();
}

describe('rest', () => {
  test('a root that owes nothing leaves memory after a while, and a message brings it back as it was', async () => {
    const { runtime, clock, present, begin, request } = startToys({ passivateAfterMs: 1_000 });
    await begin('toy/one');
    await request('toy/one', { type: 'add', by: 6 });
    clock.pass(999);
    expect(runtime.stats().live).toBe(1);
    clock.pass(1);
    expect(runtime.stats().live).toBe(0);
    expect([...present]).toEqual([]);
    expect(census.actors()).toBe(0);
    expect((await runtime.read('toy/one'))?.stateOf('toy/one')).toMatchObject({ total: 6 });
    expect(await request('toy/one', { type: 'add', by: 1 })).toBe(7);
    expect(runtime.stats().live).toBe(1);
  });

  test('a root that owes work, or whose answer somebody waits for, stays', async () => {
    const { runtime, clock, begin, request, tell } = startToys({ passivateAfterMs: 1_000 });
    await begin('toy/one');
    await begin('toy/two');
    await request('toy/one', { type: 'work', question: 'a' });
    const promised = request('toy/two', { type: 'next_total' });
    await turns();
    clock.pass(60_000);
    expect(runtime.stats().live).toBe(2);
    tell('toy/one', { type: 'answer', question: 'a' });
    tell('toy/two', { type: 'add', by: 2 });
    expect(await promised).toBe(2);
    await turns();
    clock.pass(1_000);
    expect(runtime.stats().live).toBe(0);
  });

  test('a message at the moment of leaving is handled', async () => {
    const { runtime, clock, begin, request } = startToys({ passivateAfterMs: 1_000 });
    await begin('toy/one');
    clock.pass(999);
    const before = request('toy/one', { type: 'add', by: 1 });
    clock.pass(1);
    expect(await before).toBe(1);
    clock.pass(2_000);
    expect(runtime.stats().live).toBe(0);
    const after = [request('toy/one', { type: 'add', by: 1 }), request('toy/one', { type: 'add', by: 1 })];
    expect(await Promise.all(after)).toEqual([2, 3]);
  });
});

describe('what is on disk about a root', () => {
  test('says that it owes work, that it rests, and that it is closed', async () => {
    const toys = startToys();
    const { begin, request, tell, statusOf } = toys;
    await begin('toy/one');
    expect(await statusOf('toy/one')).toBe('resting');
    await request('toy/one', { type: 'work', question: 'a' });
    expect(await statusOf('toy/one')).toBe('owed');
    tell('toy/one', { type: 'answer', question: 'a' });
    await turns();
    expect(await statusOf('toy/one')).toBe('resting');
    await finish(toys, 'toy/one');
    expect(await statusOf('toy/one')).toBeUndefined();
    expect(toys.runtime.stats().live).toBe(0);
  });

  test('says that it owes work while a message of its own is on its way, although no machine does', async () => {
    const { journal, begin, request, history, statusOf } = startToys();
    await begin('toy/one');
    const statuses: unknown[] = [];
    journal.onCommit(() => {
      void statusOf('toy/one').then((status) => statuses.push(status));
      return null;
    });
    // The one who is told makes nothing of it: the last message leaves no entry.
    const command: ToyCommand = { type: 'answer', question: 'never asked' };
    await request('toy/one', { type: 'pass_on', to: ['toy/one'], command });
    expect(await statusOf('toy/one')).toBe('owed');
    await turns();
    expect(await statusOf('toy/one')).toBe('resting');
    expect(await history('toy/one')).toEqual(['one:create', 'one:pass_on']);
  });

  test('brings back after a crash what owes work, and only that', async () => {
    const first = startToys();
    for (const root of ['toy/owing', 'toy/resting', 'toy/closed']) await first.begin(root);
    await first.request('toy/owing', { type: 'work', question: 'a' });
    await finish(first, 'toy/closed');
    const second = reborn(first);
    await second.runtime.start();
    expect([...second.present]).toEqual(['toy/owing']);
    expect(second.sent).toEqual([{ outbound: 'a', address: 'toy/owing' }]);
  });
});

describe('a root that is closed', () => {
  test('is read and answers refusals from the journal, and leaves memory again', async () => {
    const toys = startToys();
    await toys.begin('toy/one');
    await toys.request('toy/one', { type: 'add', by: 2 });
    await finish(toys, 'toy/one');
    expect(toys.runtime.stats().live).toBe(0);
    expect(await toys.request('toy/one', { type: 'total' })).toBe(2);
    expect(await outcomeOf(toys.request('toy/one', { type: 'refuse' }))).toEqual({ code: 'conflict' });
    await turns();
    expect(toys.runtime.stats().live).toBe(0);
    expect((await toys.runtime.read('toy/one'))?.position).toBe(3);
  });

  test('closes although one of its children, ended before it, is told something late', async () => {
    const toys = startToys();
    await toys.begin('toy/one');
    await toys.request('toy/one', { type: 'plan', children: ['a'] });
    await toys.request('toy/one/a', { type: 'plan', children: ['b'] });
    const ends = ['toy/one/a/b', 'toy/one/a', 'toy/one'].map((to) => toys.request(to, { type: 'finish' }));
    const late = ['toy/one/a/b', 'toy/one/a'].flatMap((to) =>
      Array.from({ length: 5 }, () => outcomeOf(toys.request(to, { type: 'total' }))),
    );
    await Promise.all(ends);
    expect(await Promise.all(late)).not.toContain('pending');
    await until('it has left memory', () => toys.runtime.stats().live === 0);
    expect(census.actors()).toBe(0);
    expect([...toys.present]).toEqual([]);
  });

  test.each<[string, Machine, string[]]>([
    ['nothing, where the machine forgets what is below it', { ...toyMachine(), forgetsBelow: true }, []],
    ['everything, where it does not', toyMachine(), ['toy/one/a/b', 'toy/one/a/c']],
  ])('keeps in memory below a machine that has ended %s', async (_what, below, kept) => {
    const machineOf = (address: string) => (address === 'toy/one/a' ? below : toyMachine());
    const { runtime, present, begin, request } = startToys({ machineOf });
    await begin('toy/one');
    await request('toy/one', { type: 'plan', children: ['a'] });
    await request('toy/one/a', { type: 'plan', children: ['b', 'c'] });
    const ends = ['toy/one/a/b', 'toy/one/a/c', 'toy/one/a'].map((to) => request(to, { type: 'finish' }));
    await Promise.all(ends);
    await turns();
    expect([...present].sort()).toEqual(['toy/one', 'toy/one/a', ...kept]);
    expect(census.actors()).toBe(1);
    expect((await runtime.read('toy/one'))?.stateOf('toy/one/a')).toMatchObject({ phase: 'final' });
  });
});

describe('snapshots', () => {
  async function rested(snapshotEvery: number): Promise<ToyRuntime> {
    const toys = startToys({ passivateAfterMs: 1_000, snapshotEvery });
    await toys.begin('toy/one');
    await toys.request('toy/one', { type: 'plan', children: ['a', 'b'] });
    for (let by = 1; by <= 10; by += 1) await toys.request(`toy/one${by % 2 ? '/a' : ''}`, { type: 'add', by });
    await toys.request('toy/one/a', { type: 'finish' });
    await toys.request('toy/one/b', { type: 'finish' });
    await turns();
    toys.clock.pass(1_000);
    await turns();
    expect(toys.runtime.stats().live).toBe(0);
    return toys;
  }

  function statesOf(toys: ToyRuntime): Promise<unknown> {
    return toys.runtime.read('toy/one').then((folded) => ({
      position: folded?.position,
      actors: [...(folded?.actors ?? [])].map(([address, { seq, state }]) => ({ address, seq, state })),
    }));
  }

  test('are kept when a root goes to rest after enough entries, and give the same states as all its entries', async () => {
    const toys = await rested(5);
    const snapshot = await toys.journal.loadSnapshot('toy/one');
    const entries = await toys.journal.load('toy/one');
    expect(snapshot?.position).toBe(entries.length);
    const plain = await rested(0);
    expect(await plain.journal.loadSnapshot('toy/one')).toBeNull();
    expect(await statesOf(toys)).toEqual(await statesOf(plain));
  });

  test('are built upon by the entries that follow', async () => {
    const toys = await rested(5);
    expect(await toys.request('toy/one', { type: 'add', by: 100 })).toBe(130);
    const second = reborn(toys);
    expect(await second.request('toy/one', { type: 'add', by: 1 })).toBe(131);
    const all = foldRoot('toy/one', () => toyMachine(), await second.journal.load('toy/one'));
    expect((await second.runtime.read('toy/one'))?.stateOf('toy/one')).toEqual(all.stateOf('toy/one'));
  });

  test('are not taken again before enough entries have followed', async () => {
    const toys = await rested(5);
    const before = await toys.journal.loadSnapshot('toy/one');
    await toys.request('toy/one', { type: 'add', by: 1 });
    await turns();
    toys.clock.pass(1_000);
    await turns();
    expect(await toys.journal.loadSnapshot('toy/one')).toEqual(before);
  });

  test('of another shape are not used', async () => {
    const toys = await rested(5);
    const snapshot = await toys.journal.loadSnapshot('toy/one');
    if (!snapshot) throw new Error('there is no snapshot');
    await toys.journal.saveSnapshot({ ...snapshot, streams: [] });
    expect(await outcomeOf(toys.request('toy/one', { type: 'total' }))).toEqual({ code: 'not_found' });
    const second = reborn(toys, { machine: toyMachine(2) });
    expect(await second.request('toy/one', { type: 'total' })).toBe(30);
  });

  test('that cannot be kept are counted, and nothing else happens', async () => {
    const toys = startToys({ passivateAfterMs: 1_000, snapshotEvery: 1 });
    toys.journal.saveSnapshot = () => Promise.reject(new Error('disk full'));
    await toys.begin('toy/one');
    toys.clock.pass(1_000);
    await turns();
    expect(toys.runtime.stats()).toMatchObject({ live: 0, snapshotFailures: 1 });
    expect(await toys.request('toy/one', { type: 'total' })).toBe(0);
  });
});

describe('thousands of roots', () => {
  test('leave nothing of themselves in memory when they close, rest or fail', async () => {
    const { runtime, journal, clock, present, begin, request } = startToys({ passivateAfterMs: 1_000 });
    const ends = { close: 0, rest: 0, fail: 0 };
    const kinds = Object.keys(ends) as (keyof typeof ends)[];
    for (let count = 0; count < 2_000; count += 1) {
      const root = `toy/r${count}`;
      const kind = kinds[count % 3] ?? 'close';
      ends[kind] += 1;
      await begin(root);
      await request(root, { type: 'plan', children: ['a', 'b'] });
      if (kind === 'fail') {
        journal.failNext({ when: 'before', outcome: 'fail' });
        await request(root, { type: 'add', by: 1 }).catch(() => {});
        clock.pass(50);
      }
      const to = [`${root}/a`, `${root}/b`];
      await request(root, { type: 'pass_on', to, command: { type: 'finish' } as ToyCommand });
      if (kind === 'close') await request(root, { type: 'finish' });
    }
    await turns();
    clock.pass(5_000);
    await turns();
    expect(ends.close + ends.rest + ends.fail).toBe(2_000);
    expect(runtime.stats()).toMatchObject({ live: 0, starting: 0, backingOff: 0, pendingReplies: 0 });
    expect(census.actors()).toBe(0);
    expect(present.size).toBe(0);
    expect(clock.timersSet).toBe(0);
    expect((await journal.openRoots()).every(({ status }) => status === 'resting')).toBe(true);
  });
});
