/**
 * Draws from a seed. A draw is named by what it is for, so that it does not depend on how many were made before it: the
 * same seed and name give the same number on every machine and after every restart.
 */
import { hash } from 'node:crypto';

/** A number in [0, 1), uniformly, from a seed and the name of the draw. */
export function drawFraction(seed: number | string, ...name: (string | number)[]): number {
  // The first six bytes, read from the digest's text: one as a buffer takes twice the time.
  const digits = hash('sha256', [seed, ...name].join('\u0000')).slice(0, 12);
  return Number.parseInt(digits, 16) / 2 ** 48;
}

/** An integer in [0, below). */
export function drawIndex(below: number, seed: number | string, ...name: (string | number)[]): number {
  return Math.floor(drawFraction(seed, ...name) * below);
}

/** The list in an order drawn from the seed (Fisher–Yates); the list itself is left as it is. */
export function shuffled<T>(list: readonly T[], seed: number | string, ...name: (string | number)[]): T[] {
  const result = [...list];
  for (let i = result.length - 1; i > 0; i -= 1) {
    const j = drawIndex(i + 1, seed, ...name, i);
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
}
