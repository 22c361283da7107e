/** The port between the machines and the bus: the messages that a committed entry is published as. Pure, so that a repeat is the same message. */
import type { CommittedEntry } from './journal.ts';

export interface Publication {
  readonly subject: string;
  /** JSON text. */
  readonly body: string;
  /** The maker of a job or a contest has named the subject. One that was reserved for the arena since then is published to no more. */
  readonly isChosen?: true;
}

/** The publications of an entry, in order. The entry carries the state it led to. */
export type PublicationsOf = (entry: CommittedEntry) => readonly Publication[];
