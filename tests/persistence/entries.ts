/** Entries to append, how to append them, and a toy projection of them. Used by tests and by the processes that they start. */
import type { Append, Entry, Journal, Receipt, RootStatus } from '../../src/actors/runtime/journal.ts';
import type { Projection, StreamState } from '../../src/actors/runtime/projection.ts';

export type MadeEntry = Entry & { readonly state: unknown };

/** Entry number `position` of a root that has one stream of the same name, unless said otherwise. */
export function entry(root: string, position: number, changes: Partial<MadeEntry> = {}): MadeEntry {
  return {
    root,
    position,
    stream: root,
    seq: position,
    kind: 'counter',
    events: [{ type: 'counted', by: 1 } as Entry['events'][number]],
    commandId: `command-${root}-${position}`,
    causedBy: null,
    at: 1_700_000_000_000 + position,
    state: { count: position },
    ...changes,
  };
}

export interface Appended {
  readonly offsets: readonly number[];
}

/** Appends and resolves with the offsets, or rejects with the error of the append. */
export function append(
  journal: Journal,
  root: string,
  entries: readonly MadeEntry[],
  more: { receipt?: Receipt; status?: RootStatus } = {},
): Promise<Appended> {
  return new Promise((resolve, reject) => {
    const made: Append = {
      root,
      entries,
      ...more,
      committed: (offsets) => resolve({ offsets }),
      failed: reject,
    };
    journal.append(made);
  });
}

/** A projection of counters: one job row per stream, with the number of its events. */
export const counting: Projection = {
  rowsOf: ({ stream, state }) => [
    {
      table: 'job',
      key: stream,
      columns: { root: stream.split('#')[0] ?? stream, state: 'complete', attempts: countOf(state), created_at: 1 },
    },
  ],
  fold(entries) {
    const states = new Map<string, StreamState>();
    for (const { stream, kind, seq } of entries) states.set(stream, { stream, kind, seq, state: { count: seq } });
    return [...states.values()];
  },
};

function countOf(state: unknown): number {
  return typeof state === 'object' && state !== null && 'count' in state ? Number(state.count) : -1;
}
