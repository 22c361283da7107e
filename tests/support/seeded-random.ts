/** Random numbers from a seed that a failing test has printed: with `SEED=<number>` the same moments are drawn again. */
import { createDraws, type Draws } from './draws.ts';

export type SeededRandom = Draws & { readonly seed: number };

export function seededRandom(): SeededRandom {
  const seed = process.env.SEED === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(process.env.SEED);
  process.stdout.write(`seed ${seed} (SEED=${seed} draws the same again)\n`);
  return { seed, ...createDraws(seed) };
}
