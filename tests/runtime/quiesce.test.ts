/** A runtime before its stop: nothing leaves it any more, what was asked may still be answered, and the next start makes up for the rest. */
import { expect, test } from 'vitest';
import { turns } from './simulated-time.ts';
import { outcomeOf, reborn, startToys } from './toy-runtime.ts';

test('takes the answers to what was sent, sends nothing more and refuses requests', async () => {
  const { runtime, sent, begin, request, tell, history } = startToys();
  await begin('toy/one');
  await request('toy/one', { type: 'work', question: 'a' });
  runtime.quiesce();
  tell('toy/one', { type: 'answer', question: 'a' });
  tell('toy/one', { type: 'work', question: 'b' });
  await turns();
  expect(await history('toy/one')).toEqual(['one:create', 'one:work', 'one:answer', 'one:work']);
  expect(sent.map(({ outbound }) => outbound)).toEqual(['a']);
  const refused = [outcomeOf(request('toy/one', { type: 'total' })), outcomeOf(begin('toy/two'))];
  expect(await Promise.all(refused)).toEqual([{ code: 'unavailable' }, { code: 'unavailable' }]);
});

test('sends and wakes after the next start what it has kept back', async () => {
  const first = startToys();
  const { runtime, clock, begin, request, tell, history } = first;
  for (const root of ['toy/asking', 'toy/waking', 'toy/sleeping']) await begin(root);
  await request('toy/waking', { type: 'wake_me', afterMs: 10 });
  runtime.quiesce();
  tell('toy/asking', { type: 'work', question: 'b' });
  tell('toy/sleeping', { type: 'wake_me', afterMs: 10 });
  await turns();
  clock.pass(1_000);
  await turns();
  for (const root of ['toy/waking', 'toy/sleeping']) expect((await history(root)).at(-1)).toMatch(/:wake_me$/);
  expect(clock.timersSet).toBe(0);
  await runtime.stop();

  const second = reborn(first);
  await second.runtime.start();
  await turns();
  second.clock.pass(0);
  await turns();
  expect(second.sent.map(({ outbound }) => outbound)).toEqual(['b']);
  for (const root of ['toy/waking', 'toy/sleeping']) expect((await second.history(root)).at(-1)).toMatch(/:woken$/);
});
