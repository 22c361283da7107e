/** All contests, kept up to date: the overview once, then again and again what has changed since. */
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Client, OverviewRow } from '../../client/client.ts';
import { pauseByTimer } from '../../client/pause.ts';

export interface ContestRows {
  /** Newest first; null until the first answer. */
  readonly rows: ReadonlySignal<readonly OverviewRow[] | null>;
  readonly isLost: ReadonlySignal<boolean>;
  close(): void;
}

const refreshMs = 1_000;
const retryMs = 2_000;

export function openContestRows(arena: Client): ContestRows {
  const rows = signal<readonly OverviewRow[] | null>(null);
  const isLost = signal(false);
  const closing = new AbortController();
  const known = new Map<string, OverviewRow>();

  const keepUp = async () => {
    let cursor = 0;
    while (!closing.signal.aborted) {
      try {
        const news = await arena.contests.overview(cursor);
        // A database that was reset counts from the beginning: what was known is gone.
        if (news.cursor < cursor) {
          cursor = 0;
          known.clear();
          continue;
        }
        for (const row of news.contests) known.set(row.id, row);
        for (const id of news.removed) known.delete(id);
        if (cursor === 0 || news.contests.length > 0 || news.removed.length > 0)
          rows.value = [...known.values()].sort(newestFirst);
        cursor = news.cursor;
        isLost.value = false;
        await pauseByTimer(refreshMs, closing.signal);
      } catch {
        isLost.value = true;
        await pauseByTimer(retryMs, closing.signal);
      }
    }
  };
  void keepUp();
  return { rows, isLost, close: () => closing.abort() };
}

function newestFirst(one: OverviewRow, other: OverviewRow): number {
  return other.created_at - one.created_at || (one.id < other.id ? 1 : -1);
}
