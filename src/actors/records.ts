/**
 * The port through which the edges ask what is on record of a contest: whether it holds, and its turns for analysis. `contest/records-service.ts`
 * carries it out. Both reject with `not_found` where there is no such contest.
 */
import type { Audit } from '../protocol/audit.ts';
import type { Turn } from '../protocol/turns.ts';
import type { Entry } from './runtime/journal.ts';
import type { Address } from './runtime/machine.ts';

export interface Records {
  /** Checks the journal of a contest, from its first entry to its last. */
  audit(contestId: string): Promise<Audit>;
  /** What every seat was asked and said, in the order in which it was asked. */
  turns(contestId: string): Promise<Turn[]>;
}

/** An actor, and the state in which it was at some moment. */
export interface ShownActor {
  readonly stream: Address;
  readonly state: string;
}

/** A contest's entries as far as they are those that were written, and what is wrong with the next one. */
export interface InspectedRoot {
  readonly entries: readonly Entry[];
  /** How the tables for people show its actors; what they show was in the journal before. */
  readonly shown: readonly ShownActor[];
  readonly damage: { readonly position: number; readonly problem: string } | null;
}

/** Reads a contest's root without trusting it. One that is not there has no entries. */
export type InspectRoot = (root: string) => Promise<InspectedRoot>;
