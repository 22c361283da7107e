/** What becomes of a root when storage fails, a machine throws, or the journal cannot be read; and of those who wait for it. */
import { describe, expect, test } from 'vitest';
import type { Machine } from '../../src/actors/runtime/machine.ts';
import { turns, until } from './simulated-time.ts';
import { type ToyCommand, toyMachine } from './toy.ts';
import { outcomeOf, reborn, startToys } from './toy-runtime.ts';

describe('when storage fails', () => {
  test('the caller is told, what was queued behind is fenced, and the root comes back from what is on disk', async () => {
    const { runtime, journal, clock, begin, request, history } = startToys();
    await begin('toy/one');
    journal.failNext({ when: 'before', outcome: 'fail' });
    const outcomes = [1, 2, 3].map((by) => outcomeOf(request('toy/one', { type: 'add', by })));
    expect(await Promise.all(outcomes)).toEqual(Array.from({ length: 3 }, () => ({ code: 'unavailable' })));
    expect(runtime.stats()).toMatchObject({ live: 0, backingOff: 1, pendingReplies: 0 });
    clock.pass(50);
    expect(await request('toy/one', { type: 'total' })).toBe(0);
    expect(await history('toy/one')).toEqual(['one:create']);
    expect(runtime.stats()).toMatchObject({ live: 1, backingOff: 0 });
  });

  test('what was kept although it was said to have failed is there afterwards, once', async () => {
    const { journal, clock, begin, request, history } = startToys();
    await begin('toy/one');
    journal.failNext({ when: 'after', outcome: 'fail' });
    const add = () => request('toy/one', { type: 'add', by: 1 }, { commandId: 'add-1' });
    expect(await outcomeOf(add())).toEqual({ code: 'unavailable' });
    clock.pass(50);
    expect(await add()).toBe(1);
    expect(await history('toy/one')).toEqual(['one:create', 'one:add']);
  });

  test('commands that come meanwhile wait for the root and are carried out', async () => {
    const { journal, clock, begin, request } = startToys();
    await begin('toy/one');
    journal.failNext({ when: 'before', outcome: 'fail' });
    expect(await outcomeOf(request('toy/one', { type: 'add', by: 1 }))).toEqual({ code: 'unavailable' });
    const patient = request('toy/one', { type: 'add', by: 5 });
    expect(await outcomeOf(patient)).toBe('pending');
    clock.pass(50);
    expect(await patient).toBe(5);
  });

  test('a root waits longer after each failure, at most half a minute, and not for what was long ago', async () => {
    const { journal, clock, log, begin, request } = startToys({ passivateAfterMs: 3_600_000 });
    await begin('toy/one');
    const failOnce = async () => {
      journal.failNext({ when: 'before', outcome: 'fail' });
      await outcomeOf(request('toy/one', { type: 'add', by: 1 }));
      clock.pass(30_000);
      await turns();
    };
    for (let count = 0; count < 12; count += 1) await failOnce();
    clock.pass(120_000);
    await failOnce();
    const delays = log.lines.flatMap(({ fields }) => ('delay_ms' in fields ? [fields.delay_ms] : []));
    expect(delays.slice(0, 4)).toEqual([50, 100, 200, 400]);
    expect(delays.at(-2)).toBe(30_000);
    expect(delays.at(-1)).toBe(50);
  });

  test('a neighbour is not touched', async () => {
    const { journal, begin, request } = startToys();
    await begin('toy/one');
    await begin('toy/two');
    journal.failNext({ when: 'before', outcome: 'fail' });
    await outcomeOf(request('toy/one', { type: 'add', by: 1 }));
    expect(await request('toy/two', { type: 'add', by: 1 })).toBe(1);
  });

  test('a root whose first entry was not kept is not there, and can be begun', async () => {
    const { journal, clock, begin, request } = startToys();
    journal.failNext({ when: 'before', outcome: 'fail' });
    expect(await outcomeOf(begin('toy/one'))).toEqual({ code: 'unavailable' });
    clock.pass(50);
    await turns();
    expect(await outcomeOf(request('toy/one', { type: 'total' }))).toEqual({ code: 'not_found' });
    expect(await begin('toy/one')).toBe('created');
  });

  test('what was asked of the world is asked again, and what was not committed never is', async () => {
    const { journal, clock, sent, begin, request } = startToys();
    await begin('toy/one');
    await request('toy/one', { type: 'work', question: 'kept' });
    journal.failNext({ when: 'before', outcome: 'fail' });
    await outcomeOf(request('toy/one', { type: 'work', question: 'lost' }));
    clock.pass(50);
    await turns();
    expect(sent.map(({ outbound }) => outbound)).toEqual(['kept', 'kept']);
  });
});

describe('when a machine throws', () => {
  test.each(['decide', 'evolve', 'effects', 'spawn'] as const)(
    'in %s at a command from outside, its caller is told and nothing else happens',
    async (part) => {
      const { runtime, begin, request, tell, history } = startToys();
      await begin('toy/one');
      expect(await outcomeOf(request('toy/one', { type: 'break', part }))).toEqual({ code: 'internal' });
      tell('toy/one', { type: 'break', part });
      await turns();
      expect(await request('toy/one', { type: 'add', by: 1 })).toBe(1);
      expect(await history('toy/one')).toEqual(['one:create', 'one:add']);
      expect(runtime.stats()).toMatchObject({ live: 1, backingOff: 0 });
    },
  );

  test.each(['decide', 'evolve', 'effects', 'spawn'] as const)(
    "in %s at a message of the root's own, the root is brought back",
    async (part) => {
      const { runtime, clock, begin, request, history } = startToys();
      await begin('toy/one');
      const command: ToyCommand = { type: 'break', part };
      await outcomeOf(request('toy/one', { type: 'pass_on', to: ['toy/one'], command }));
      expect(runtime.stats()).toMatchObject({ live: 0, backingOff: 1 });
      clock.pass(50);
      expect(await request('toy/one', { type: 'add', by: 1 })).toBe(1);
      // The entry that led to it was still queued, and is fenced.
      expect(await history('toy/one')).toEqual(['one:create', 'one:add']);
    },
  );

  test('at what it owes, its root is tried again and again, and those who wait are told', async () => {
    const first = startToys();
    await first.begin('toy/one');
    let isThrowing = true;
    const machine: Machine = {
      ...toyMachine(),
      owed: () => {
        if (isThrowing) throw new Error('told to throw in owed');
        return [];
      },
    };
    const { runtime, clock, request } = reborn(first, { machine });
    expect(await outcomeOf(request('toy/one', { type: 'total' }))).toEqual({ code: 'unavailable' });
    clock.pass(50);
    await turns();
    expect(runtime.stats()).toMatchObject({ live: 0, backingOff: 1 });
    isThrowing = false;
    clock.pass(100);
    expect(await request('toy/one', { type: 'total' })).toBe(0);
  });
});

test('an edge that throws does not leave the caller waiting', async () => {
  const send = () => {
    throw new Error('the edge throws');
  };
  const { runtime, begin, request } = startToys({ send });
  await begin('toy/one');
  expect(await outcomeOf(request('toy/one', { type: 'work', question: 'a' }))).toEqual({ code: 'unavailable' });
  expect(runtime.stats()).toMatchObject({ backingOff: 1, pendingReplies: 0 });
});

test('a root whose journal cannot be folded is never half there, and says so to each who asks', async () => {
  const first = startToys();
  await first.begin('toy/one');
  await first.request('toy/one', { type: 'add', by: 1 });
  const machine: Machine = {
    ...toyMachine(),
    evolve: () => {
      throw new Error('an event of the future');
    },
  };
  const { runtime, clock, log, request } = reborn(first, { machine });
  expect(await outcomeOf(request('toy/one', { type: 'total' }))).toEqual({ code: 'unavailable' });
  expect(runtime.stats()).toMatchObject({ live: 0, backingOff: 1, pendingReplies: 0 });
  expect(log.lines.map(({ level }) => level)).toContain('error');
  clock.pass(50);
  await turns();
  expect(runtime.stats()).toMatchObject({ live: 0, backingOff: 1 });
  await expect(runtime.read('toy/one')).rejects.toThrow('cannot be folded');
});

test('children are spawned with the entry that planned them, or not at all', async () => {
  const { journal, clock, present, begin, request, history } = startToys();
  await begin('toy/one');
  journal.failNext({ when: 'before', outcome: 'fail' });
  await outcomeOf(request('toy/one', { type: 'plan', children: ['a', 'b'] }));
  clock.pass(50);
  await turns();
  expect(await history('toy/one')).toEqual(['one:create']);
  const before = journal.commits;
  await request('toy/one', { type: 'plan', children: ['a', 'b'] });
  expect(journal.commits).toBe(before + 1);
  expect(await history('toy/one')).toEqual(['one:create', 'one:plan', 'a:create', 'b:create']);
  expect([...present].sort()).toEqual(['toy/one', 'toy/one/a', 'toy/one/b']);
});

test('children that settle at the same time are told of in one notice', async () => {
  const { runtime, begin, request } = startToys();
  await begin('toy/one');
  const children = ['a', 'b', 'c', 'd'];
  await request('toy/one', { type: 'plan', children });
  const to = children.map((child) => `toy/one/${child}`);
  await request('toy/one', { type: 'pass_on', to, command: { type: 'finish' } as ToyCommand });
  await until('the root rests', () => runtime.stats().pendingReplies === 0);
  await turns();
  const folded = await runtime.read('toy/one');
  expect(folded?.stateOf('toy/one')).toMatchObject({ phase: 'resting', notices: [4] });
});

test('a stop carries out what was taken, refuses what comes, and answers everybody', async () => {
  const { runtime, journal, clock, begin, request } = startToys();
  await begin('toy/one');
  const taken = outcomeOf(request('toy/one', { type: 'add', by: 3 }));
  const promised = outcomeOf(request('toy/one', { type: 'next_total' }));
  const stopped = runtime.stop();
  const late = outcomeOf(request('toy/one', { type: 'add', by: 4 }));
  const lateRoot = outcomeOf(begin('toy/two'));
  await stopped;
  expect(await taken).toEqual({ reply: 3 });
  expect(await Promise.all([promised, late, lateRoot])).toEqual(
    Array.from({ length: 3 }, () => ({ code: 'unavailable' })),
  );
  expect(runtime.stats()).toMatchObject({ live: 0, starting: 0, backingOff: 0, pendingReplies: 0 });
  expect(clock.timersSet).toBe(0);
  expect(await journal.load('toy/one')).toHaveLength(3);
});

test('a stop in the middle of bringing roots back leaves none behind', async () => {
  const first = startToys();
  for (let count = 0; count < 20; count += 1) await first.begin(`toy/r${count}`, { type: 'create', phase: 'active' });
  const { runtime, clock, present, request } = reborn(first);
  const started = runtime.start();
  const asked = outcomeOf(request('toy/r19', { type: 'total' }));
  await runtime.stop();
  await started;
  expect(await asked).toEqual({ code: 'unavailable' });
  await turns();
  expect(runtime.stats()).toMatchObject({ live: 0, starting: 0, backingOff: 0, pendingReplies: 0 });
  expect([...present]).toEqual([]);
  expect(clock.timersSet).toBe(0);
});

test('a message to a root that a start has not reached yet is answered', async () => {
  const first = startToys();
  for (let count = 0; count < 20; count += 1) await first.begin(`toy/r${count}`, { type: 'create', phase: 'active' });
  const { runtime, request } = reborn(first);
  const started = runtime.start();
  const asked = Array.from({ length: 20 }, (_, count) => request(`toy/r${count}`, { type: 'add', by: count }));
  expect(await Promise.all(asked)).toEqual(Array.from({ length: 20 }, (_, count) => count));
  await started;
  expect(runtime.stats()).toMatchObject({ live: 20, starting: 0 });
});
