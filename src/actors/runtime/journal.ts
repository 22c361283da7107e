/**
 * The port of the journal: what the runtime asks of the storage. Its adapters are the engine on SQLite in
 * `persistence/` and the one in memory in `tests/persistence/`; one contract suite runs against both.
 */
import type { DomainEvent } from '../../protocol/entries.ts';
import type { Json } from '../../protocol/json.ts';

/** An entry as the runtime makes it. `position` is the root's own number and `seq` the stream's; both are contiguous from 1. */
export interface Entry {
  readonly root: string;
  readonly position: number;
  readonly stream: string;
  readonly seq: number;
  readonly kind: string;
  readonly events: readonly DomainEvent[];
  readonly commandId: string;
  readonly causedBy: string | null;
  readonly at: number;
}

/** An entry with the state that it led to. */
export type StatedEntry = Entry & { readonly state: unknown };

/** An entry after its commit, with the machine's state after it. `state` is shared, immutable memory and never copied. */
export interface CommittedEntry extends Entry {
  /** Internal order of commits over all roots; may have gaps. */
  readonly offset: number;
  /** The state of the stream after this entry; undefined when the entry was read back from the journal. */
  readonly state?: unknown;
  /** It was made in another journal and brought here. */
  readonly adopted?: true;
}

/** The reply to a command that came with its own id, kept in the same transaction as its entries. */
export interface Receipt {
  readonly commandId: string;
  readonly root: string;
  readonly reply: Json;
}

/**
 * What must be known about a root at start-up: whether it owes work and is brought back at once, or rests until a message
 * comes. One that is closed is not known any more.
 */
export type RootStatus = 'owed' | 'resting' | 'closed';

/** Entries that are committed together or not at all. */
export interface Append {
  readonly root: string;
  /** Entries with the states they led to, in order of position; none when only the status has changed. */
  readonly entries: readonly StatedEntry[];
  readonly receipt?: Receipt;
  readonly status?: RootStatus;
  /** The entries were made in another journal: they are not published again. */
  readonly adopted?: true;
  /** Called once, after the commit. Offsets are those of the entries, in order. */
  committed(offsets: readonly number[]): void;
  /** Called once, when the append was refused, failed or was dropped. Nothing of it is kept. */
  failed(error: Error): void;
}

/** A fold of a whole root up to and with `position`, as JSON. Thrown away when a machine's state shape has changed. */
export interface RootSnapshot {
  readonly root: string;
  readonly position: number;
  /** Name and number of the state shapes it was made with; see `shapeOf` in the runtime. */
  readonly shape: string;
  readonly streams: readonly {
    readonly stream: string;
    readonly kind: string;
    readonly seq: number;
    readonly state: Json;
  }[];
}

export interface OpenRoot {
  readonly root: string;
  readonly status: Exclude<RootStatus, 'closed'>;
}

export interface Journal {
  /**
   * Queues an append. Appends of one root commit in the order of their calls; when one fails, all that were queued for
   * this root fail with it. Never throws; the outcome comes through `committed` or `failed`, never before this returns.
   */
  append(append: Append): void;
  /** Fails all queued appends of a root, before this returns. What is being committed at this moment is not touched. */
  drop(root: string): void;
  /** Resolves when nothing of this root is queued or being committed. */
  settled(root: string): Promise<void>;
  /** All entries of a root with a position above `after`, ascending. Throws `conflict` when they are not contiguous or a hash does not match. */
  load(root: string, after?: number): Promise<CommittedEntry[]>;
  /** The newest snapshot of a root, or null. */
  loadSnapshot(root: string): Promise<RootSnapshot | null>;
  /** Keeps a snapshot; a failure is counted by the caller and changes nothing else. */
  saveSnapshot(snapshot: RootSnapshot): Promise<void>;
  /** Roots that are not closed. */
  openRoots(): Promise<OpenRoot[]>;
  /** The root leaves memory without being closed: nothing of it need be held either. */
  forget(root: string): void;
  /** The recorded reply to a command that came with its own id, or null. */
  receipt(commandId: string): Promise<Receipt | null>;
}
