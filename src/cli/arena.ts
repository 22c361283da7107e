/** The arena as the commands see it: what `createArena` in `app.ts` gives. */
import type { Contests } from '../actors/contests.ts';
import type { ArenaConfig } from '../config.ts';

export interface Arena {
  /** Where its HTTP server listens, once started; null without one. */
  readonly url: string | null;
  readonly contests: Contests;
  start(): Promise<void>;
  /** Stops taking work, lets what is being written finish, and closes everything. */
  close(): Promise<void>;
  /** Makes the tables for people anew from the journal. */
  rebuild(): Promise<unknown>;
}

interface ArenaOptions {
  /** Waits while another process holds the database, instead of rejecting. */
  readonly waitForOwnership?: boolean;
  /** Another process has taken over the database: the program has to stop. */
  readonly onLost?: () => void;
}

export type CreateArena = (config: ArenaConfig, options?: ArenaOptions) => Promise<Arena>;
