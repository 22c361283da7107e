/** What travels to an actor, and how much of it may wait there. */
import type { Command } from './machine.ts';

/** A command on its way to an actor. */
export interface Envelope {
  readonly commandId: string;
  readonly causedBy: string | null;
  readonly command: Command;
  /** It comes from outside the root: it may be refused, which the root's own messages must never be. */
  readonly fromOutside: boolean;
  /** A caller outside the root waits for the reply. */
  readonly awaited: boolean;
  /** The caller chose the id: its reply is kept with the entries, so that a repeat gets the same. */
  readonly keepReply: boolean;
}

/** What lies in a mailbox: a command, or the word that children have settled; which ones, the actor is told when it gets its turn. */
export type Mail = Envelope | 'children_settled';

/** With so many messages waiting for an actor, what comes from outside is refused. */
export const mailboxMax = 1_000;

/** Commands that a root keeps while it is brought back; one more is refused. */
export const inboxMax = 1_000;
