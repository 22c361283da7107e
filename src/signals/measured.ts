/** The port of the metrics: what of the running arena is read when somebody asks for them. */

export interface Measured {
  /** Contests that are not deleted, by state. */
  contestsByState(): Promise<Readonly<Record<string, number>>>;
  roots(): { live: number; starting: number; backingOff: number; pendingReplies: number; snapshotFailures: number };
  /** Requests to agents that are open, answers that were refused; calls to hosts in flight, and those that wait for their turn. */
  calls(): { open: number; refused: number; inFlight: number; waiting: number };
  /** Of the trees of jobs in memory, in characters of JSON. */
  jobsBytes(): number;
  keeping(): Keeping;
  busIsConnected(): boolean;
}

/** How far what is kept is behind what was decided, and what is shown and told behind what is kept. */
interface Keeping {
  /** Entries that were decided and are not committed. */
  readonly uncommittedEntries: number;
  /** Since when the oldest of them has waited, in milliseconds; 0 when there is none. */
  readonly commitLagMs: number;
  /** The offset of the newest committed entry. */
  readonly newestOffset: number;
  /** Entries that the tables do not show yet. */
  readonly projectorBehind: number;
  /** Entries that each follower of the feed has not taken yet. */
  readonly followers: readonly { readonly name: string; readonly behind: number }[];
  /** Units of work that wait for their turn to write. */
  readonly writesWaiting: number;
}
