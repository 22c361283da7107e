/** Work in steps on a clock that is set by hand: when others have their turn, and what comes of it. */
import { expect, it } from 'vitest';
import { inSlices } from '../../src/actors/runtime/steps.ts';

/** Every step takes so many milliseconds; what others and the work itself do is noted in order. */
async function doneInSteps(stepMs: number, steps: number) {
  let now = 0;
  const order: string[] = [];
  const clock = {
    now: () => now,
    soon(callback: () => void) {
      order.push('others');
      setImmediate(callback);
    },
  };
  function* work() {
    for (let step = 1; step <= steps; step += 1) {
      now += stepMs;
      order.push(`step ${step}`);
      yield;
    }
    return 'done';
  }
  return { result: await inSlices(clock, work()), order };
}

it('gives others their turn when it has gone on for a while, and goes on then', async () => {
  expect(await doneInSteps(10, 5)).toEqual({
    result: 'done',
    order: ['step 1', 'step 2', 'others', 'step 3', 'step 4', 'others', 'step 5'],
  });
});

it('does at one go what is done soon', async () => {
  const { order } = await doneInSteps(1, 15);
  expect(order).not.toContain('others');
});

it('rejects with what a step throws', async () => {
  const clock = { now: () => 0, soon: (callback: () => void) => callback() };
  function* work(): Generator<void, never> {
    yield;
    throw new Error('it cannot go on');
  }
  await expect(inSlices(clock, work())).rejects.toThrow('it cannot go on');
});
