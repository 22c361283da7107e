/** Deadlines: one timer per actor, the newest counts, any length, and none is lost with the process. */
import { afterEach, expect, test, vi } from 'vitest';
import { createTimers } from '../../src/actors/runtime/timers.ts';
import { processClock } from '../../src/process-clock.ts';
import { createSimulatedClock, turns } from './simulated-time.ts';
import type { ToyCommand } from './toy.ts';
import { reborn, startToys } from './toy-runtime.ts';

const day = 86_400_000;
afterEach(() => {
  vi.useRealTimers();
});

test('timers fire in the order of their times, whatever the order they were set in', () => {
  const clock = createSimulatedClock(0);
  const timers = createTimers(clock);
  const seed = 20_261_122;
  const times = Array.from({ length: 500 }, (_, index) => (index * seed) % 9_973);
  const fired: number[] = [];
  for (const [index, at] of times.entries()) timers.set(`timer ${index}`, at, () => fired.push(at));
  clock.pass(10_000);
  expect(fired).toEqual([...times].sort((a, b) => a - b));
});

test('the newest timer of a key counts, and one that is cleared never fires', () => {
  const clock = createSimulatedClock(0);
  const timers = createTimers(clock);
  const fired: string[] = [];
  timers.set('a', 10, () => fired.push('old'));
  timers.set('a', 50, () => fired.push('new'));
  timers.set('b', 20, () => fired.push('cleared'));
  timers.clear('b');
  clock.pass(49);
  expect(fired).toEqual([]);
  clock.pass(1);
  expect(fired).toEqual(['new']);
});

test('a timer that is set or cleared by one that fires is heeded', () => {
  const clock = createSimulatedClock(0);
  const timers = createTimers(clock);
  const fired: string[] = [];
  timers.set('a', 10, () => {
    timers.clear('b');
    timers.set('c', 10, () => fired.push('c'));
  });
  timers.set('b', 10, () => fired.push('b'));
  clock.pass(10);
  expect(fired).toEqual(['c']);
});

test('one that throws does not hold up the others', () => {
  const clock = createSimulatedClock(0);
  const timers = createTimers(clock);
  const fired: string[] = [];
  timers.set('a', 10, () => {
    throw new Error('told to throw');
  });
  timers.set('b', 20, () => fired.push('b'));
  expect(() => clock.pass(10)).toThrow('told to throw');
  clock.pass(10);
  expect(fired).toEqual(['b']);
});

test('no timer of the clock is left when the last is cleared, and many that are replaced do not pile up', () => {
  const clock = createSimulatedClock(0);
  const timers = createTimers(clock);
  for (let count = 0; count < 10_000; count += 1) timers.set('a', 1_000 + count, () => {});
  expect(clock.timersSet).toBe(1);
  timers.clear('a');
  expect(clock.timersSet).toBe(0);
});

test('a wake that is months away comes when it is due, also when the root was brought back meanwhile', async () => {
  const first = startToys();
  await first.begin('toy/one');
  await first.request('toy/one', { type: 'wake_me', afterMs: 100 * day });
  first.clock.pass(60 * day);
  const second = reborn(first);
  await second.runtime.start();
  second.clock.pass(40 * day - 1);
  await turns();
  expect(await second.request('toy/one', { type: 'total' })).toBe(0);
  second.clock.pass(1);
  await turns();
  expect(await second.request('toy/one', { type: 'total' })).toBe(1);
});

test('a wake that fell due while nobody was there comes at once', async () => {
  const first = startToys();
  await first.begin('toy/one');
  await first.request('toy/one', { type: 'wake_me', afterMs: day });
  const second = reborn(first, { simulated: createSimulatedClock(first.clock.now() + 2 * day) });
  await second.runtime.start();
  second.clock.pass(0);
  await turns();
  expect(await second.request('toy/one', { type: 'total' })).toBe(1);
});

test('an actor that has ended before its wake is committed is not woken', async () => {
  const { clock, begin, request, history } = startToys();
  await begin('toy/one');
  await request('toy/one', { type: 'plan', children: ['a'] });
  const ended: ToyCommand[] = [{ type: 'wake_me', afterMs: day }, { type: 'finish' }];
  await Promise.all(ended.map((command) => request('toy/one/a', command)));
  await turns();
  clock.pass(2 * day);
  await turns();
  expect((await history('toy/one')).filter((event) => event.startsWith('a:'))).toEqual([
    'a:create',
    'a:wake_me',
    'a:finish',
  ]);
});

test("the process's clock waits for longer than a timer of Node can", () => {
  vi.useFakeTimers();
  let fired = 0;
  processClock.after(30 * day, () => {
    fired += 1;
  });
  vi.advanceTimersByTime(30 * day - 1);
  expect(fired).toBe(0);
  vi.advanceTimersByTime(1);
  expect(fired).toBe(1);
});
