/**
 * When appends are committed, and what becomes of those behind one that fails. Both journals queue here, so that the one in
 * memory has the timing of the real one; how a group is kept is theirs.
 */
import type { Append, CommittedEntry } from '../../actors/runtime/journal.ts';
import type { Clock, Log } from '../../actors/runtime/ports.ts';
import { ArenaError } from '../../protocol/errors.ts';

export interface AppendQueue {
  append(append: Append): void;
  drop(root: string): void;
  settled(root: string): Promise<void>;
  stats(): AppendStats;
  /** Refuses every later append; resolves when nothing is queued. */
  close(): Promise<void>;
}

/** Entries that are not committed, and for how many milliseconds the oldest of them have waited. */
export interface AppendStats {
  readonly uncommittedEntries: number;
  readonly commitLagMs: number;
}

export interface AppendQueueOptions {
  readonly clock: Clock;
  readonly log: Log;
  /**
   * Keeps all of a group or nothing, and calls back once: with the entries of each append, or why nothing was kept. The group is
   * taken when it is its turn to be written. One at a time.
   */
  readonly commit: (take: () => readonly Append[], done: (result: KeptEntries | Error) => void) => void;
  /** Whether an error would meet every append alike (disk full, owner lost), so that trying them one by one is no use. */
  readonly isOfAll: (error: unknown) => boolean;
  /** Told of the entries of each group in order, after the callbacks of its appends. */
  readonly committed: (entries: readonly CommittedEntry[]) => void;
  /** Told when a commit has failed: its group may be kept nevertheless, as when the answer of the disk was lost. */
  readonly failed?: () => void;
  /** A group is committed without waiting for more at this number of entries. */
  readonly groupEntries?: number;
  /** Above this number of queued entries appends are refused. */
  readonly queuedEntriesMax?: number;
}

/** The entries of each append of a group. */
export type KeptEntries = readonly (readonly CommittedEntry[])[];

type Outcome = { append: Append; entries: readonly CommittedEntry[] } | { append: Append; error: Error };

export function createAppendQueue(options: AppendQueueOptions): AppendQueue {
  const { clock, log, groupEntries = 500, queuedEntriesMax = 100_000 } = options;
  let queued: Append[] = [];
  let queuedEntries = 0;
  let entriesAtLastTurn = 0;
  let scheduled = false;
  let scheduledAt = 0;
  /** Entries of the group that is being written. */
  let takenEntries = 0;
  let closed = false;
  const countOf = new Map<string, number>();
  const settledOf = new Map<string, (() => void)[]>();

  function append(added: Append): void {
    if (closed || queuedEntries + added.entries.length > queuedEntriesMax) {
      const error = closed
        ? new ArenaError({ code: 'unavailable', message: 'the journal is closed' })
        : new ArenaError({ code: 'overloaded', message: `${queuedEntries} entries wait to be written` });
      countOne(added.root);
      clock.soon(() => report([{ append: added, error }]));
      return;
    }
    queued.push(added);
    queuedEntries += added.entries.length;
    countOne(added.root);
    if (scheduled) return;
    schedule();
  }

  function schedule(): void {
    scheduled = true;
    scheduledAt = clock.now();
    entriesAtLastTurn = 0;
    clock.soon(turn);
  }

  /**
   * Commits when a whole turn of the event loop has added nothing, or when there is no more room. The first turn after an append
   * never does: what that append has set off in its own root is handled later in the same turn. Committing there took seven
   * commits for a round instead of four.
   */
  function turn(): void {
    const isGrowing = queuedEntries > entriesAtLastTurn;
    entriesAtLastTurn = queuedEntries;
    if (isGrowing && queuedEntries < groupEntries) clock.soon(turn);
    else commitNext();
  }

  function commitNext(): void {
    let group: readonly Append[] = [];
    options.commit(
      () => {
        group = takeGroup();
        return group;
      },
      (result) => {
        if (!(result instanceof Error)) finished(group.map((append, index) => keptOf(append, result[index])));
        else if (group.length > 1 && !options.isOfAll(result)) commitOneByOne(group);
        else finished(refuse(group.map((append) => ({ append, error: result }))));
        if (result instanceof Error) guarded('', () => options.failed?.());
      },
    );
  }

  /** One bad row does not refuse its neighbours. */
  function commitOneByOne(group: readonly Append[]): void {
    const errorOf = new Map<string, Error>();
    const outcomes: Outcome[] = [];
    commitFrom(0);

    function commitFrom(index: number): void {
      const append = group[index];
      if (!append) return finished(refuse(outcomes));
      const earlier = errorOf.get(append.root);
      if (earlier) return outcome({ append, error: earlier });
      options.commit(
        () => [append],
        (result) => {
          outcome(result instanceof Error ? { append, error: result } : keptOf(append, result[0]));
          if (result instanceof Error) guarded(append.root, () => options.failed?.());
        },
      );

      function outcome(one: Outcome): void {
        outcomes.push(one);
        if ('error' in one) errorOf.set(one.append.root, one.error);
        commitFrom(index + 1);
      }
    }
  }

  function finished(outcomes: readonly Outcome[]): void {
    scheduled = false;
    takenEntries = 0;
    // What was queued meanwhile is committed in a later turn: one group is as long as the event loop should be held.
    if (queued.length > 0) schedule();
    report(outcomes);
  }

  function takeGroup(): readonly Append[] {
    let count = 0;
    let entries = 0;
    for (const next of queued) {
      if (count > 0 && entries + next.entries.length > groupEntries) break;
      entries += next.entries.length;
      count += 1;
    }
    const group = queued.slice(0, count);
    queued = queued.slice(count);
    queuedEntries -= entries;
    takenEntries = entries;
    return group;
  }

  /** What a failed root has queued behind the group fails with it, so that what is kept is always a causal prefix. */
  function refuse(outcomes: readonly Outcome[]): Outcome[] {
    const behind = outcomes.flatMap((outcome) => {
      if (!('error' in outcome)) return [];
      return takeRoot(outcome.append.root).map((append) => ({ append, error: outcome.error }));
    });
    return [...outcomes, ...behind];
  }

  function takeRoot(root: string): Append[] {
    const taken = queued.filter((one) => one.root === root);
    if (taken.length === 0) return taken;
    queued = queued.filter((one) => one.root !== root);
    for (const one of taken) queuedEntries -= one.entries.length;
    return taken;
  }

  function countOne(root: string): void {
    countOf.set(root, (countOf.get(root) ?? 0) + 1);
  }

  function forget(root: string): void {
    const left = (countOf.get(root) ?? 0) - 1;
    if (left > 0) countOf.set(root, left);
    else countOf.delete(root);
  }

  function report(outcomes: readonly Outcome[]): void {
    for (const { append } of outcomes) forget(append.root);
    for (const outcome of outcomes) {
      guarded(outcome.append.root, () => {
        if ('error' in outcome) outcome.append.failed(outcome.error);
        else outcome.append.committed(outcome.entries.map((entry) => entry.offset));
      });
    }
    const entries = outcomes.flatMap((outcome) => ('error' in outcome ? [] : outcome.entries));
    if (entries.length > 0) guarded('', () => options.committed(entries));
    settle();
  }

  function settle(): void {
    for (const [root, waiting] of settledOf) {
      if (countOf.has(root)) continue;
      settledOf.delete(root);
      for (const resolve of waiting) resolve();
    }
  }

  function guarded(root: string, callback: () => void): void {
    try {
      callback();
    } catch (error) {
      log.error({ root, err: error }, 'a callback after a commit has thrown');
    }
  }

  function settled(root: string): Promise<void> {
    if (!countOf.has(root)) return Promise.resolve();
    return new Promise((resolve) => settledOf.set(root, [...(settledOf.get(root) ?? []), resolve]));
  }

  return {
    append,
    settled,
    stats: () => ({
      uncommittedEntries: queuedEntries + takenEntries,
      commitLagMs: scheduled ? clock.now() - scheduledAt : 0,
    }),
    async close() {
      closed = true;
      await Promise.all([...countOf.keys()].map(settled));
    },
    drop(root) {
      const error = new ArenaError({ code: 'unavailable', message: `what ${root} had queued was dropped` });
      report(takeRoot(root).map((dropped) => ({ append: dropped, error })));
    },
  };
}

function keptOf(append: Append, entries: readonly CommittedEntry[] = []): Outcome {
  return { append, entries };
}
