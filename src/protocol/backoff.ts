/** The pause before what has failed is tried again. */

const baseMs = 500;
const capMs = 60_000;

/** After the nth failure `min(cap, base · 2^(n−1))`, taken from its upper half by a draw in [0, 1). */
export function backoffAfter(failures: number, drawn: number): number {
  const full = Math.min(capMs, baseMs * 2 ** (failures - 1));
  return Math.round(full * (0.5 + 0.5 * drawn));
}
