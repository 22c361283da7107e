/** Figures of what is kept, for metrics: how many contests there are, and how far each part is behind. Read when asked for. */
import { z } from 'zod';
import type { NativeDatabase } from './database/native.ts';
import type { CommitFeed } from './journal/feed.ts';
import type { SqliteJournal } from './journal/journal-sqlite.ts';
import type { Projector } from './tables/projector.ts';
import type { Writer } from './writing/writer.ts';

export interface KeepingStats {
  /** Contests that are not deleted, as the tables show them now: what was committed just before may be missing. */
  contestsByState(): Promise<Readonly<Record<string, number>>>;
  keeping(): {
    uncommittedEntries: number;
    commitLagMs: number;
    newestOffset: number;
    projectorBehind: number;
    followers: { name: string; behind: number }[];
    writesWaiting: number;
  };
}

const countsSchema = z.array(z.object({ state: z.string(), count: z.number().int() }));
const countSql = 'select state, count(*) as count from contest where deleted_at is null group by state';

export function createKeepingStats(options: {
  native: NativeDatabase;
  writer: Writer;
  journal: Pick<SqliteJournal, 'stats'>;
  feed: Pick<CommitFeed, 'newestOffset' | 'followers'>;
  projector: Pick<Projector, 'behind'>;
}): KeepingStats {
  const { native, writer, journal, feed, projector } = options;
  const count = native.prepare(countSql);
  return {
    async contestsByState() {
      const rows = countsSchema.parse(await writer.read(() => count.all()));
      return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
    },
    keeping: () => ({
      ...journal.stats(),
      newestOffset: feed.newestOffset(),
      projectorBehind: projector.behind(),
      followers: feed.followers(),
      writesWaiting: writer.waiting(),
    }),
  };
}
