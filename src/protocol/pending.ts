/** After `pending`: when whoever asked asks again, and for how long an answer may stay away. */

/** Each time makes entries: an agent that says 0 for ten minutes must not fill the disk. */
const waitMs = { min: 100, usual: 1_000 } as const;

/** A prompt may stay pending for so many times the time limit of one answer. */
export const pendingFactor = 10;

/** In how many milliseconds the same request comes again, by the `delay` of the response. */
export function pendingWaitMs(delay: number | undefined): number {
  return Math.max(waitMs.min, Math.round(delay ?? waitMs.usual));
}
