/** The port between the machines and the bus: what a committed entry is told to everybody as. Pure, so that a repeat is the same message. */
import type { CommittedEntry } from './journal.ts';

export interface Publication {
  readonly subject: string;
  /** JSON text. */
  readonly body: string;
  /** Somebody has named the subject, maybe when it was not reserved yet: what is by now is nobody's to have told. */
  readonly isChosen?: true;
}

/** The publications of an entry, in order. The entry carries the state it led to. */
export type PublicationsOf = (entry: CommittedEntry) => readonly Publication[];
