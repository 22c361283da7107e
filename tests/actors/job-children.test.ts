/** The children of a batch in its state: what is recorded of them, and that recording one leaves almost all of the others as they are. */
import { describe, expect, test } from 'vitest';
import {
  type Children,
  childrenLiveMax,
  plannedChildren,
  recorded,
  withinRoom,
} from '../../src/actors/job/children.ts';
import type { SettledChild } from '../../src/actors/job/state.ts';
import { limits } from '../../src/protocol/limits.ts';
import { drawIndex } from '../../src/protocol/random.ts';

const idAt = (place: number): string => `child-number-${place}`;
const settledAt = (place: number): SettledChild => ({ id: idAt(place), outcome: 'complete', result: place });
const task = { type: 'http', method: 'GET', url: 'https://example.org/', data: null } as const;

function planned(count: number): Children {
  const plans = Array.from({ length: count }, (_, place) => ({
    id: idAt(place),
    spec: { task, timeout_ms: 1, max_attempts: 1, ttl_ms: 1 },
  }));
  return plannedChildren(plans, false);
}

describe('ten thousand children', () => {
  const count = 10_000;

  test('are all recorded, in the order of the plan, whatever the order in which they settle', () => {
    let children = planned(count);
    while (children.open.length > 0) {
      const place = children.open[drawIndex(children.open.length, 'order', children.begun, children.open.length)] ?? 0;
      children = recorded(children, [settledAt(place)], children.begun < count ? 1 : 0);
      expect(children.open.length).toBeLessThanOrEqual(childrenLiveMax);
    }
    expect(children).toMatchObject({ begun: count, failures: 0 });
    expect(children.chunks.flat().map(({ result }) => result)).toEqual(Array.from({ length: count }, (_, at) => at));
  });

  test('are left as they are when one settles and the next is opened, but for the few beside these two', () => {
    const before = planned(count);
    const after = recorded(before, [settledAt(3)], 1);
    const copied = after.chunks.filter((chunk, index) => chunk !== before.chunks[index]).flat();
    expect(copied.length).toBeLessThan(count / 20);
    expect(before.chunks.flat()[3]).toMatchObject({ outcome: 'open' });
  });
});

test('one that is told of twice, or is none of them, is not recorded', () => {
  const children = recorded(planned(2), [settledAt(0)], 0);
  const again = recorded(children, [{ ...settledAt(0), result: 'again' }, settledAt(7)], 0);
  expect(again.chunks.flat()).toEqual(children.chunks.flat());
});

describe('what the children have come to', () => {
  const third = { job_id: 'some-job-id', state: 'complete', data: 'x'.repeat(limits.childResults / 3) };
  const large = (place: number): SettledChild => ({ ...settledAt(place), result: third });

  test('is kept whole as long as there is room for it, and from then on without its data', () => {
    const first = withinRoom(planned(4), [large(0), large(1)]);
    expect(first).toEqual({ news: [large(0), large(1)], isWhole: true });
    const children = recorded(planned(4), first.news, 0);
    const { news, isWhole } = withinRoom(children, [large(2), settledAt(3)]);
    expect(isWhole).toBe(false);
    expect(news.map(({ outcome, result }) => [outcome, result])).toEqual([
      ['complete', { job_id: 'some-job-id', state: 'complete', data: null, request_data: null, child_data: null }],
      ['complete', null],
    ]);
  });
});
