/** A root's place in the registry: whether it is in memory, what waits for it meanwhile, and how often it has failed. */
import type { Address } from './machine.ts';
import type { Envelope } from './mail.ts';
import { type Clock, laterTurn } from './ports.ts';
import type { Root } from './root.ts';

export interface Place {
  phase: 'starting' | 'live' | 'backing_off';
  root: Root | null;
  readonly inbox: { address: Address; envelope: Envelope }[];
  failures: number;
  failedAt: number;
  snapshotPosition: number;
}

const backoffMs = { base: 50, cap: 30_000 } as const;
/** Turns of the event loop that a root is given at a stop to carry out what lies in its mailboxes. */
const drainTurnsMax = 1_000;
/** A root that has gone on for so long is no longer held for one that keeps failing. */
const steadyAfterMs = 60_000;

export function createPlace(): Place {
  return { phase: 'starting', root: null, inbox: [], failures: 0, failedAt: 0, snapshotPosition: 0 };
}

/** Counts a failure, and says how many milliseconds the root has to wait for its restart. */
export function countFailure(place: Place, now: number): number {
  if (now - place.failedAt > steadyAfterMs) place.failures = 0;
  place.failures += 1;
  place.failedAt = now;
  return Math.min(backoffMs.cap, backoffMs.base * 2 ** (place.failures - 1));
}

/** Lets a root carry out what it has taken, until nothing is on its way or it has had its turns. */
export async function drainPlace(place: Place, clock: Pick<Clock, 'soon'>): Promise<void> {
  for (let turn = 0; turn < drainTurnsMax && place.root && !place.root.isDrained(); turn += 1) {
    await laterTurn(clock);
  }
}
