/** What callers get: replies at the commit, each command id once, a clear refusal for what cannot be done. */
import { expect, test } from 'vitest';
import { mailboxMax } from '../../src/actors/runtime/mail.ts';
import { turns, until } from './simulated-time.ts';
import { outcomeOf, reborn, startToys } from './toy-runtime.ts';

test('a root begins, counts what it is told, and is read as it is on disk', async () => {
  const { runtime, begin, request, history } = startToys();
  expect(await begin('toy/one')).toBe('created');
  expect(await request('toy/one', { type: 'add', by: 2 })).toBe(2);
  expect(await request('toy/one', { type: 'add', by: 3 })).toBe(5);
  expect(await history('toy/one')).toEqual(['one:create', 'one:add', 'one:add']);
  const folded = await runtime.read('toy/one');
  expect(folded?.position).toBe(3);
  expect(folded?.stateOf('toy/one')).toMatchObject({ total: 5 });
  expect((await runtime.readAt('toy/one', 2)).stateOf('toy/one')).toMatchObject({ total: 2 });
});

test('a reply leaves only after the commit of its entry', async () => {
  const { journal, begin, request, history } = startToys();
  await begin('toy/one');
  const kept: number[] = [];
  journal.onCommit((commitNo) => {
    kept.push(commitNo);
    return null;
  });
  let entriesAtReply = 0;
  await request('toy/one', { type: 'add', by: 1 }).then(() => {
    entriesAtReply = kept.length;
  });
  expect(entriesAtReply).toBe(1);
  expect(await history('toy/one')).toHaveLength(2);
});

test('what is uncommitted is neither read nor told to a caller, even by an answer that makes no entry', async () => {
  const { runtime, journal, begin, request } = startToys();
  await begin('toy/one');
  const order: string[] = [];
  journal.onCommit(() => {
    order.push('commit');
    return null;
  });
  const add = request('toy/one', { type: 'add', by: 7 }).then((total) => order.push(`add ${total}`));
  const total = request('toy/one', { type: 'total' }).then((known) => order.push(`total ${known}`));
  expect((await runtime.read('toy/one'))?.position).toBe(1);
  await Promise.all([add, total]);
  expect((await runtime.read('toy/one'))?.position).toBe(2);
  expect(order[0]).toBe('commit');
  expect(order.slice(1).sort()).toEqual(['add 7', 'total 7']);
});

test('nothing is read of a root whose first entry is not committed', async () => {
  const { runtime, begin } = startToys();
  const begun = begin('toy/one');
  expect(await runtime.read('toy/one')).toBeNull();
  await begun;
  expect((await runtime.read('toy/one'))?.position).toBe(1);
});

test('a refusal waits for uncommitted entries too', async () => {
  const { journal, begin, request } = startToys();
  await begin('toy/one');
  let commits = 0;
  journal.onCommit(() => {
    commits += 1;
    return null;
  });
  const added = request('toy/one', { type: 'add', by: 1 });
  const refused = request('toy/one', { type: 'refuse' }).catch((error) => ({ code: error.code, commits }));
  await added;
  expect(await refused).toEqual({ code: 'conflict', commits: 1 });
});

test('an answer that was promised for later comes with the entry that gives it', async () => {
  const { begin, request } = startToys();
  await begin('toy/one');
  const later = request('toy/one', { type: 'next_total' });
  expect(await outcomeOf(later)).toBe('pending');
  await request('toy/one', { type: 'add', by: 4 });
  expect(await later).toBe(4);
});

test('a command with its own id is carried out once and answered alike: at the same time, later and after a restart', async () => {
  const first = startToys();
  await first.begin('toy/one', {}, { commandId: 'begin-1' });
  const send = () => first.request('toy/one', { type: 'add', by: 5 }, { commandId: 'add-1' });
  expect(await Promise.all([send(), send(), send()])).toEqual([5, 5, 5]);
  await first.request('toy/one', { type: 'add', by: 1 });
  expect(await send()).toBe(5);
  expect(await first.begin('toy/one', {}, { commandId: 'begin-1' })).toBe('created');

  const second = reborn(first);
  expect(await second.request('toy/one', { type: 'add', by: 5 }, { commandId: 'add-1' })).toBe(5);
  expect(await second.history('toy/one')).toEqual(['one:create', 'one:add', 'one:add']);
});

test('a command id whose command was refused may be used again', async () => {
  const { begin, request } = startToys();
  await begin('toy/one');
  expect(await outcomeOf(request('toy/one', { type: 'refuse' }, { commandId: 'c-1' }))).toEqual({ code: 'conflict' });
  expect(await request('toy/one', { type: 'add', by: 1 }, { commandId: 'c-1' })).toBe(1);
});

test('an address without an actor is answered, whether its root exists or not', async () => {
  const { runtime, begin, request } = startToys();
  await begin('toy/one');
  expect(await outcomeOf(request('toy/one/nobody', { type: 'total' }))).toEqual({ code: 'not_found' });
  expect(await outcomeOf(request('toy/nowhere', { type: 'total' }))).toEqual({ code: 'not_found' });
  expect(await runtime.read('toy/nowhere')).toBeNull();
  expect(runtime.stats()).toMatchObject({ live: 1, starting: 0, pendingReplies: 0 });
});

test('a root that refuses to be made, or throws, leaves nothing behind', async () => {
  const { runtime, begin } = startToys();
  expect(await outcomeOf(begin('toy/one', { type: 'create', refused: true }))).toEqual({ code: 'invalid' });
  expect(runtime.stats()).toMatchObject({ live: 0, pendingReplies: 0 });
  expect(await begin('toy/one')).toBe('created');
});

test('a root that exists is not begun again, whether it is in memory or only in the journal', async () => {
  const first = startToys();
  await first.begin('toy/one');
  await first.request('toy/one', { type: 'add', by: 2 });
  expect(await outcomeOf(first.begin('toy/one'))).toEqual({ code: 'conflict' });

  const second = reborn(first);
  expect(await outcomeOf(second.begin('toy/one'))).toEqual({ code: 'conflict' });
  second.clock.pass(1_000);
  expect(await second.request('toy/one', { type: 'total' })).toBe(2);
});

test('a root that is begun under an id of the caller is refused for another, without a failure', async () => {
  const first = startToys();
  await first.begin('toy/one', {}, { commandId: 'c-1' });
  const second = reborn(first);
  expect(await outcomeOf(second.begin('toy/one', {}, { commandId: 'c-2' }))).toEqual({ code: 'conflict' });
  expect(await outcomeOf(second.begin('toy/one', {}, { commandId: 'c-1' }))).toEqual({ reply: 'created' });
  expect(second.runtime.stats()).toMatchObject({ live: 0, backingOff: 0 });
  expect(second.log.lines).toEqual([]);
});

function codesOf(outcomes: readonly PromiseSettledResult<unknown>[]): string[] {
  return outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.code] : []));
}

test('a full mailbox refuses the next caller and answers all others', async () => {
  const { begin, request } = startToys();
  await begin('toy/one');
  const calls = Array.from({ length: mailboxMax + 3 }, () => request('toy/one', { type: 'total' }));
  expect(codesOf(await Promise.allSettled(calls))).toEqual(['overloaded', 'overloaded', 'overloaded']);
});

test('a full mailbox takes no more of what outsiders tell it, and all that the root tells itself', async () => {
  const { begin, request, tell, statusOf } = startToys();
  await begin('toy/one');
  for (let count = 0; count < mailboxMax + 50; count += 1) tell('toy/one', { type: 'add', by: 1 });
  await until('all are handled', () => false, mailboxMax + 200).catch(() => {});
  expect(await request('toy/one', { type: 'total' })).toBe(mailboxMax);

  const children = Array.from({ length: 40 }, (_, index) => `child-${index}`);
  await request('toy/one', { type: 'plan', children });
  const all = Array.from({ length: 30 }, () => children.map((child) => `toy/one/${child}`)).flat();
  await request('toy/one', { type: 'pass_on', to: all.map(() => 'toy/one'), command: { type: 'add', by: 1 } as never });
  await until('all are handled', () => false, all.length + 200).catch(() => {});
  expect(all.length).toBeGreaterThan(mailboxMax);
  expect(await request('toy/one', { type: 'total' })).toBe(mailboxMax + all.length);
  expect(await statusOf('toy/one')).toBe('owed');
});

test('a root that is being brought back takes a bounded number of commands', async () => {
  const first = startToys();
  await first.begin('toy/one');
  const second = reborn(first);
  const calls = Array.from({ length: 1_002 }, () => second.request('toy/one', { type: 'total' }));
  expect(codesOf(await Promise.allSettled(calls))).toEqual(['overloaded', 'overloaded']);
});

test('a command for another root is delivered there, once the entry that sent it is committed', async () => {
  const { begin, request, history } = startToys();
  await begin('toy/one');
  await begin('toy/two');
  await request('toy/one', {
    type: 'pass_on',
    to: ['toy/two', 'toy/nowhere'],
    command: { type: 'add', by: 9 } as never,
  });
  await turns();
  expect(await request('toy/two', { type: 'total' })).toBe(9);
  expect(await history('toy/nowhere')).toEqual([]);
});

test('what a root asks of the world leaves in the order of its entries', async () => {
  const { begin, tell, sent } = startToys();
  await begin('toy/one');
  for (const question of ['a', 'b', 'c', 'd']) tell('toy/one', { type: 'work', question });
  await until('all is sent', () => sent.length === 4);
  expect(sent.map(({ outbound }) => outbound)).toEqual(['a', 'b', 'c', 'd']);
});
