/**
 * The journal in memory, for tests of what runs on it: the same timing and refusals as the one on SQLite, faults on demand, and a
 * reopening that keeps what was committed, as after the death of a process.
 */
import type {
  Append,
  CommittedEntry,
  Entry,
  Journal,
  OpenRoot,
  Receipt,
  RootSnapshot,
  RootStatus,
} from '../../src/actors/runtime/journal.ts';
import type { Clock, Log } from '../../src/actors/runtime/ports.ts';
import { createAppendQueue } from '../../src/persistence/journal/append-queue.ts';
import type { Upcast } from '../../src/persistence/journal/entry-row.ts';
import type { DomainEvent } from '../../src/protocol/entries.ts';
import { ArenaError, asError } from '../../src/protocol/errors.ts';

/** What goes wrong with one commit: before or after it is kept, and whether its appends fail or are never heard of again. */
export interface MemoryFault {
  readonly when: 'before' | 'after';
  readonly outcome: 'fail' | 'halt';
  readonly error?: Error;
}

export interface MemoryJournal extends Journal {
  /** Number of commits that kept something. */
  readonly commits: number;
  /** The next commit goes wrong in this way. After `halt` this journal calls nobody back and keeps nothing more. */
  failNext(fault: MemoryFault): void;
  /** Called before each commit with its number, counted from 1; what it returns goes wrong. */
  onCommit(decide: (commitNo: number) => MemoryFault | null): void;
  /** All entries in order of offset, above an offset. */
  entriesAfter(offset: number, limit?: number): Promise<CommittedEntry[]>;
  lastOffset(): number;
  /** A new journal on what this one has kept; this one halts. */
  reopen(): MemoryJournal;
  /** Another one on the same, as a second process has it; which of them may write is up to who decides on their commits. */
  openAgain(edges: Pick<MemoryJournalOptions, 'clock' | 'committed' | 'failed'>): MemoryJournal;
}

export interface MemoryJournalOptions {
  readonly clock: Clock;
  readonly log?: Log;
  readonly upcast?: Upcast;
  /** A group is committed at this number of entries; 1 commits each append by itself. */
  readonly groupEntries?: number;
  /** Told of the entries of each commit, in order. */
  readonly committed?: (entries: readonly CommittedEntry[]) => void;
  /** Told when a commit has failed, and may be kept nevertheless. */
  readonly failed?: () => void;
}

/** Events are kept as text, so that what is read back has gone through JSON as it would from a file. */
type KeptEntry = Omit<CommittedEntry, 'events' | 'state'> & { readonly text: string };

interface Kept {
  readonly entries: KeptEntry[];
  readonly byRoot: Map<string, KeptEntry[]>;
  /** The newest number of each stream, by root and stream. */
  readonly seqs: Map<string, number>;
  readonly receipts: Map<string, { root: string; reply: string }>;
  readonly openRoots: Map<string, OpenRoot['status']>;
  readonly snapshots: Map<string, string>;
}

export function createMemoryJournal(options: MemoryJournalOptions): MemoryJournal {
  const kept: Kept = {
    entries: [],
    byRoot: new Map(),
    seqs: new Map(),
    receipts: new Map(),
    openRoots: new Map(),
    snapshots: new Map(),
  };
  return journalOn(kept, options);
}

function journalOn(kept: Kept, options: MemoryJournalOptions): MemoryJournal {
  const { clock, log = silent, upcast = (_kind, event) => event } = options;
  let commits = 0;
  let halted = false;
  let faults: MemoryFault[] = [];
  let decide: (commitNo: number) => MemoryFault | null = () => null;
  const queue = createAppendQueue({
    clock,
    log,
    commit: (take, done) => {
      if (halted) return;
      const result = commit(take());
      // As from a thread that waits for a disk: turns of the machines come in between.
      clock.soon(() => done(result));
    },
    isOfAll: (error) => error instanceof InjectedFault,
    ...(options.groupEntries === undefined ? {} : { groupEntries: options.groupEntries }),
    committed: (entries) => options.committed?.(entries),
    failed: () => options.failed?.(),
  });

  function commit(group: readonly Append[]): CommittedEntry[][] | Error {
    const fault = faults.shift() ?? decide(commits + 1);
    if (fault?.when === 'before') return failed(fault);
    try {
      const written = keepGroup(kept, group);
      commits += 1;
      return fault ? failed(fault) : written;
    } catch (error) {
      return asError(error);
    }
  }

  function failed(fault: MemoryFault): InjectedFault {
    halted = fault.outcome === 'halt';
    return new InjectedFault(fault);
  }

  /** Whoever halted is not told of anything any more, as if the process were gone. */
  function unlessHalted(append: Append): Append {
    return {
      ...append,
      committed: (offsets) => {
        if (!halted) append.committed(offsets);
      },
      failed: (error) => {
        if (!halted) append.failed(error instanceof InjectedFault ? error.fault : error);
      },
    };
  }

  const read = (entries: readonly KeptEntry[]): CommittedEntry[] =>
    entries.map(({ text, ...entry }) => ({
      ...entry,
      events: (JSON.parse(text) as DomainEvent[]).map((event) => upcast(entry.kind, event)),
    }));

  return {
    get commits() {
      return commits;
    },
    append: (append) => queue.append(unlessHalted(append)),
    drop: queue.drop,
    settled: queue.settled,
    load: async (root, after = 0) => read((kept.byRoot.get(root) ?? []).slice(after)),
    async loadSnapshot(root) {
      const text = kept.snapshots.get(root);
      return text === undefined ? null : (JSON.parse(text) as RootSnapshot);
    },
    async saveSnapshot(snapshot) {
      if (!halted) kept.snapshots.set(snapshot.root, JSON.stringify(snapshot));
    },
    openRoots: async () => [...kept.openRoots].sort().map(([root, status]) => ({ root, status })),
    forget() {},
    async receipt(commandId): Promise<Receipt | null> {
      const receipt = kept.receipts.get(commandId);
      return receipt ? { commandId, root: receipt.root, reply: JSON.parse(receipt.reply) as Receipt['reply'] } : null;
    },
    failNext: (fault) => {
      faults = [...faults, fault];
    },
    onCommit: (decision) => {
      decide = decision;
    },
    entriesAfter: async (offset, limit = Number.POSITIVE_INFINITY) => read(kept.entries.slice(offset, offset + limit)),
    lastOffset: () => kept.entries.length,
    reopen() {
      halted = true;
      return journalOn(kept, options);
    },
    openAgain: (edges) => journalOn(kept, { ...options, ...edges }),
  };
}

class InjectedFault extends Error {
  readonly fault: Error;

  constructor(fault: MemoryFault) {
    super('a fault that was asked for');
    this.fault = fault.error ?? new ArenaError({ code: 'unavailable', message: `the commit failed (${fault.when})` });
  }
}

/** All or nothing: everything is checked before anything is kept. */
function keepGroup(kept: Kept, group: readonly Append[]): CommittedEntry[][] {
  const check = createCheck(kept);
  const texts = group.map((append) => append.entries.map((entry) => check(append, entry)));
  const commandIds = group.flatMap((append) => (append.receipt ? [append.receipt.commandId] : []));
  for (const [index, commandId] of commandIds.entries()) {
    if (!kept.receipts.has(commandId) && commandIds.indexOf(commandId) === index) continue;
    throw new ArenaError({ code: 'conflict', message: `the command ${commandId} has its reply already` });
  }
  return group.map((append, index) => keepAppend(kept, append, texts[index] ?? []));
}

/** Checks entries one after the other, each counting on from those checked before, and gives their events as text. */
function createCheck(kept: Kept): (append: Append, entry: Entry) => string {
  const positions = new Map<string, number>();
  const seqs = new Map<string, number>();
  return (append, entry) => {
    const stream = streamKey(entry);
    const position = (positions.get(entry.root) ?? kept.byRoot.get(entry.root)?.length ?? 0) + 1;
    const seq = (seqs.get(stream) ?? kept.seqs.get(stream) ?? 0) + 1;
    if (entry.root !== append.root || entry.position !== position || entry.seq !== seq) {
      const message = `${append.root} expects position ${position} and ${entry.stream} number ${seq}`;
      throw new ArenaError({ code: 'internal', message });
    }
    positions.set(entry.root, position);
    seqs.set(stream, seq);
    return JSON.stringify(entry.events);
  };
}

function streamKey(entry: Entry): string {
  return `${entry.root} ${entry.stream}`;
}

function keepAppend(kept: Kept, append: Append, texts: readonly string[]): CommittedEntry[] {
  const entries = append.entries.map((entry, index) => {
    const offset = kept.entries.length + 1;
    const { events: _events, state: _state, ...header } = entry;
    const adopted = append.adopted ? { adopted: true as const } : {};
    const keptEntry = { ...header, offset, text: texts[index] ?? '[]', ...adopted };
    kept.entries.push(keptEntry);
    const ofRoot = kept.byRoot.get(entry.root);
    if (ofRoot) ofRoot.push(keptEntry);
    else kept.byRoot.set(entry.root, [keptEntry]);
    kept.seqs.set(streamKey(entry), entry.seq);
    return { ...entry, offset, ...adopted };
  });
  if (append.receipt) {
    kept.receipts.set(append.receipt.commandId, {
      root: append.receipt.root,
      reply: JSON.stringify(append.receipt.reply),
    });
  }
  if (append.status) keepStatus(kept, append.root, append.status);
  return entries;
}

function keepStatus(kept: Kept, root: string, status: RootStatus): void {
  if (status === 'closed') kept.openRoots.delete(root);
  else kept.openRoots.set(root, status);
}

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
