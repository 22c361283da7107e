/**
 * The port of the feed: committed entries, in order of offset, to their followers (projector, relay, event streams,
 * metrics). A follower never refuses or slows an append; one that was away catches up from its cursor.
 */
import type { CommittedEntry } from './journal.ts';

export interface Follower {
  /** Names the follower's cursor in the database. */
  readonly name: string;
  /**
   * Takes entries that come after everything it took before. The cursor moves behind them when the promise resolves; when it
   * rejects, the same entries come again after a backoff. A batch is at most a few hundred entries.
   */
  take(entries: readonly CommittedEntry[]): Promise<void>;
}

export interface Feed {
  /** Starts a follower from its stored cursor, or from the first entry when it has none. */
  follow(follower: Follower): Promise<{ stop(): Promise<void> }>;
  /** Calls back synchronously after each commit, without a cursor; for event streams and metrics. Returns what ends it. */
  listen(callback: (entries: readonly CommittedEntry[]) => void): () => void;
}
