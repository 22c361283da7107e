/** Whole arenas on simulated time, network and storage: some hundred seeds keep every promise, and a seed plays the same again. */
import { describe, expect, it } from 'vitest';
import { deliberateFaults } from './faults.ts';
import { type Outcome, simulate } from './world.ts';

const seeds = { count: 200, perTest: 25 } as const;
const firstHundred = Array.from({ length: 100 }, (_, index) => 1 + index);

/** What became of a seed, simulated when it is first asked for. */
const outcomes = new Map<number, Promise<Outcome>>();
function outcomeOf(seed: number): Promise<Outcome> {
  const known = outcomes.get(seed) ?? simulate(seed);
  outcomes.set(seed, known);
  return known;
}

describe('an arena in which anything may break, until it heals', () => {
  const starts = Array.from({ length: seeds.count / seeds.perTest }, (_, index) => 1 + index * seeds.perTest);

  it.each(starts)(`keeps its promises for ${seeds.perTest} seeds from %i on`, async (from) => {
    for (let seed = from; seed < from + seeds.perTest; seed += 1) {
      const { violations, newest } = await outcomeOf(seed);
      expect(violations, `npm run simulate -- --seeds 1 --from ${seed} --verbose\n${newest.join('\n')}`).toEqual([]);
    }
  });

  it('is the same arena for the same seed, entry by entry', async () => {
    for (const seed of [3, 30, 300]) expect(await simulate(seed)).toEqual(await outcomeOf(seed));
  });

  it('is another one for another seed', async () => {
    const { entries, steps, lastedMs } = await outcomeOf(1);
    expect(await outcomeOf(2)).not.toMatchObject({ entries, steps, lastedMs });
  });

  it('dies, and plays on for as long as it takes', async () => {
    const some: Outcome[] = [];
    for (const seed of firstHundred.slice(0, 20)) some.push(await outcomeOf(seed));
    expect(Math.max(...some.map(({ lives }) => lives))).toBeGreaterThan(3);
    expect(Math.max(...some.map(({ entries }) => entries))).toBeGreaterThan(200);
  });
});

describe('a deliberate fault', () => {
  it.each(deliberateFaults)('$name is caught: $what', async (fault) => {
    for (const seed of firstHundred) {
      const { violations } = await simulate(seed, fault);
      if (violations.some((what) => fault.breaks.test(what))) return;
    }
    expect.fail(`none of the first hundred seeds has caught ${fault.name}`);
  });
});
