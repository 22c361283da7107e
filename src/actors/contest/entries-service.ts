/** A contest's entries as they are shown: those that are there, and each new one as it is committed. */
import type { EntryDocument } from '../../protocol/entries.ts';
import { addressOf } from '../address.ts';
import { entryDocument } from '../entry-document.ts';
import type { Feed } from '../runtime/feed.ts';
import type { FoldedRoot } from '../runtime/fold.ts';
import type { CommittedEntry, Journal } from '../runtime/journal.ts';

export interface EntriesOptions {
  readonly journal: Journal;
  readonly feed: Feed;
  /** Rejects with `not_found` when there is no such contest. */
  readonly root: (contestId: string) => Promise<FoldedRoot>;
}

export interface ContestEntries {
  /** Those after a position, in order. */
  entries(contestId: string, after: number): Promise<EntryDocument[]>;
  /** Hands over those after a position and then each new one, none left out and none twice, until what it resolves to is called. */
  follow(contestId: string, after: number, callback: (entries: EntryDocument[]) => void): Promise<() => void>;
}

export function createContestEntries({ journal, feed, root }: EntriesOptions): ContestEntries {
  async function committed(contestId: string, after: number): Promise<CommittedEntry[]> {
    const { position } = await root(contestId);
    // Nothing comes after what is not there yet; who names it may have it from another journal.
    return after < position ? journal.load(addressOf.contest(contestId), after) : [];
  }

  return {
    entries: async (contestId, after) => (await committed(contestId, after)).map(entryDocument),
    async follow(contestId, after, callback) {
      const address = addressOf.contest(contestId);
      let position = after;
      let isCaughtUp = false;
      const deliver = (fresh: readonly CommittedEntry[]) => {
        const next = fresh.filter((entry) => entry.root === address && entry.position > position);
        if (next.length === 0) return;
        position = next.at(-1)?.position ?? position;
        callback(next.map(entryDocument));
      };
      const waiting: CommittedEntry[] = [];
      const stop = feed.listen((fresh) => {
        if (isCaughtUp) deliver(fresh);
        else waiting.push(...fresh.filter((entry) => entry.root === address));
      });
      try {
        deliver(await committed(contestId, after));
        deliver(waiting);
        isCaughtUp = true;
        return stop;
      } catch (error) {
        stop();
        throw error;
      }
    },
  };
}
