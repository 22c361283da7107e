/** Who gets a slot at a host: priority, age, the limits, and that none is ever lost or given twice. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createHostSlots, type SlotLimits } from '../../src/bridge/host-slots.ts';

function stage(limits: SlotLimits) {
  const slots = createHostSlots(limits);
  slots.start();
  const granted: string[] = [];
  const ask = (job: string, { host = 'a', priority = 5, since = 0 } = {}) =>
    slots.ask({ job, host, priority, since, granted: () => void granted.push(job) });
  return { ...slots, granted, ask };
}

describe('a slot', () => {
  test('is given at once while there are any', () => {
    const { ask, granted, stats } = stage({ inFlightMax: 2, inFlightPerHostMax: 2 });
    for (const job of ['1', '2', '3']) ask(job);
    expect(granted).toEqual(['1', '2']);
    expect(stats()).toEqual({ inFlight: 2, waiting: 1 });
  });

  test('goes to the highest priority, then to the oldest, then to the first that asked', () => {
    const { ask, free, granted } = stage({ inFlightMax: 1, inFlightPerHostMax: 1 });
    ask('first');
    ask('young', { since: 9 });
    ask('low', { priority: 1 });
    ask('old', { since: 1 });
    ask('as old', { since: 1 });
    ask('high', { priority: 10, since: 99 });
    for (const job of ['first', 'high', 'old', 'as old', 'young', 'low']) free(job);
    expect(granted).toEqual(['first', 'high', 'old', 'as old', 'young', 'low']);
  });

  test('at a host that is busy waits, and one at another host goes ahead', () => {
    const { ask, granted } = stage({ inFlightMax: 3, inFlightPerHostMax: 1 });
    ask('1');
    ask('2', { priority: 10 });
    ask('3', { host: 'b' });
    expect(granted).toEqual(['1', '3']);
  });

  test('is given back by a job that asks for another, and by one that waits no more', () => {
    const { ask, free, granted } = stage({ inFlightMax: 1, inFlightPerHostMax: 1 });
    ask('1');
    ask('2');
    ask('3');
    free('2');
    ask('1');
    expect(granted).toEqual(['1', '3']);
  });

  test('is held by a call that was made without one, as after a restart', () => {
    const { ask, take, free, granted, stats } = stage({ inFlightMax: 1, inFlightPerHostMax: 1 });
    take('1', 'a');
    take('2', 'a');
    ask('3');
    expect(stats()).toEqual({ inFlight: 2, waiting: 1 });
    free('1');
    expect(granted).toEqual([]);
    free('2');
    expect(granted).toEqual(['3']);
  });
});

test('no slot is given before the start, when all who were waiting have asked and all who were calling call', () => {
  const slots = createHostSlots({ inFlightMax: 2, inFlightPerHostMax: 2 });
  const granted: string[] = [];
  for (const [job, priority] of Object.entries({ low: 1, high: 9 }))
    slots.ask({ job, host: 'a', priority, since: 0, granted: () => void granted.push(job) });
  slots.take('calling', 'a');
  expect(granted).toEqual([]);
  slots.start();
  expect(granted).toEqual(['high']);
});

const jobs = ['p', 'q', 'r', 's', 't', 'u'];
const step = fc.record({
  what: fc.constantFrom('ask', 'ask', 'free'),
  job: fc.constantFrom(...jobs),
  host: fc.constantFrom('a', 'b', 'c'),
  priority: fc.integer({ min: 1, max: 10 }),
  since: fc.integer({ min: 0, max: 3 }),
});

test('whatever is asked and given back, the limits hold, no slot is idle while one could have it, and the best has it', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const limits = { inFlightMax: 3, inFlightPerHostMax: 2 };
      const slots = createHostSlots(limits);
      slots.start();
      const held = new Map<string, string>();
      let waiting: { job: string; host: string; rank: readonly number[] }[] = [];
      const places = (host: string) => [...held.values()].filter((name) => name === host).length;
      function granted(job: string): void {
        const candidates = waiting.filter(({ host }) => places(host) < limits.inFlightPerHostMax);
        const [best] = candidates.sort((a, b) => compared(a.rank, b.rank));
        expect(job).toBe(best?.job);
        waiting = waiting.filter((other) => other.job !== job);
        held.set(job, best?.host ?? '');
      }
      function checked(work: () => void): void {
        work();
        expect(slots.stats()).toEqual({ inFlight: held.size, waiting: waiting.length });
        expect(held.size).toBeLessThanOrEqual(limits.inFlightMax);
        if (held.size < limits.inFlightMax)
          for (const { host } of waiting) expect(places(host)).toBe(limits.inFlightPerHostMax);
      }
      for (const [number, { what, job, host, priority, since }] of steps.entries()) {
        held.delete(job);
        waiting = waiting.filter((one) => one.job !== job);
        if (what === 'ask') {
          waiting.push({ job, host, rank: [-priority, since, number] });
          checked(() => slots.ask({ job, host, priority, since, granted: () => granted(job) }));
        } else checked(() => slots.free(job));
      }
    }),
  );
});

function compared(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((number, index) => number !== other[index]);
  return at === -1 ? 0 : (one[at] ?? 0) - (other[at] ?? 0);
}
