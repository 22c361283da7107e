/** A source of chance: every draw follows from the seed and from the draws before it. */

export interface Draws {
  /** A fraction in [0, 1). */
  fraction(): number;
  chance(probability: number): boolean;
  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number;
  pick<T>(items: readonly T[]): T;
  /** A source of its own that follows from this one, so that what one part draws does not shift what the others do. */
  fork(): Draws;
}

export function createDraws(seed: number): Draws {
  let state = seed >>> 0;

  /** mulberry32 (Tommy Ettinger, public domain). */
  function fraction(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  const between = (min: number, max: number) => min + Math.floor(fraction() * (max - min + 1));
  return {
    fraction,
    chance: (probability) => fraction() < probability,
    between,
    pick(items) {
      const item = items[between(0, items.length - 1)];
      if (item === undefined) throw new Error('nothing to pick from');
      return item;
    },
    fork: () => createDraws(between(0, 2 ** 32 - 1)),
  };
}
