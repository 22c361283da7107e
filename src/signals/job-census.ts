/** How many jobs are in each state. Told by the runtime which come into memory and leave it, and by the feed how they get on. */
import type { JobState } from '../actors/job/state.ts';
import type { Address } from '../actors/runtime/machine.ts';
import { isFinalJobState, jobStates } from '../protocol/states.ts';

export interface JobCensus {
  /** A job is in memory in this state; final ones are not counted any more. */
  note(address: Address, job: JobState): void;
  vanished(address: Address): void;
  /** Of the states that are not final. */
  byState(): Readonly<Record<string, number>>;
}

const openStates = jobStates.filter((state) => !isFinalJobState(state));

export function createJobCensus(): JobCensus {
  const stateOf = new Map<Address, string>();
  return {
    note(address, { state }) {
      if (isFinalJobState(state)) stateOf.delete(address);
      else if (state !== 'none') stateOf.set(address, state);
    },
    vanished: (address) => void stateOf.delete(address),
    byState() {
      const counts: Record<string, number> = Object.fromEntries(openStates.map((state) => [state, 0]));
      for (const state of stateOf.values()) counts[state] = (counts[state] ?? 0) + 1;
      return counts;
    },
  };
}
