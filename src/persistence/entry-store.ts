/**
 * The journal's rows: keeps appends inside a transaction that its caller has opened, and reads them back. Knows the newest entry
 * of each root in use, so that a gap is refused before the database is asked.
 */
import type { Append, CommittedEntry, Entry, RootStatus } from '../actors/runtime/journal.ts';
import { ArenaError } from '../protocol/errors.ts';
import { type EntryRow, entryOf, hashOf, type Upcast, verifyRows } from './entry-row.ts';
import type { NativeDatabase } from './native.ts';

export interface EntryStore {
  /** Keeps the append's entries, receipt and status; throws when they do not follow the newest ones. Call within a transaction. */
  keep(append: Append): CommittedEntry[];
  /** Forgets what is known of a root, after its transaction was rolled back or when it is not in use any more. */
  forget(root: string): void;
  /** The number of entries that a root has. */
  positionOf(root: string): number;
  /** The entries of a root, checked. Throws an error that names root and position. */
  load(root: string, after: number): CommittedEntry[];
  /** Entries of all roots above an offset, in order. */
  entriesAfter(offset: number, limit: number): CommittedEntry[];
  lastOffset(): number;
  /** Roots with entries above an offset that are not of this kind, in alphabetical order. */
  rootsAfter(offset: number, exceptKind: string): string[];
}

interface Head {
  position: number;
  hash: string;
  readonly seqs: Map<string, number>;
}

export function createEntryStore(options: {
  native: NativeDatabase;
  upcast: Upcast;
  /** The epoch of the owner that writes. */
  epoch: () => number;
}): EntryStore {
  const { native, upcast, epoch } = options;
  const heads = new Map<string, Head>();
  const sql = statementsOf(native);

  function keep(append: Append): CommittedEntry[] {
    const head = heads.get(append.root) ?? readHead(append.root);
    heads.set(append.root, head);
    const kept = append.entries.map((entry) => keepEntry(append.root, head, entry));
    if (append.receipt) {
      sql.addReceipt.run(append.receipt.commandId, append.receipt.root, JSON.stringify(append.receipt.reply));
    }
    if (append.status) keepStatus(append.root, append.status);
    return kept;
  }

  function keepEntry(root: string, head: Head, entry: Entry & { readonly state: unknown }): CommittedEntry {
    refuseGap(root, head, entry);
    const events = JSON.stringify(entry.events);
    const hash = hashOf(head.hash, entry, epoch(), events);
    const { lastInsertRowid } = sql.addEntry.run(
      root,
      entry.position,
      entry.stream,
      entry.seq,
      entry.kind,
      entry.commandId,
      entry.causedBy,
      entry.at,
      epoch(),
      hash,
      events,
    );
    head.position = entry.position;
    head.hash = hash;
    head.seqs.set(entry.stream, entry.seq);
    return { ...entry, offset: Number(lastInsertRowid) };
  }

  function keepStatus(root: string, status: RootStatus): void {
    if (status !== 'closed') {
      sql.openRoot.run(root, status.dueAt);
      return;
    }
    sql.closeRoot.run(root);
    heads.delete(root);
  }

  function readHead(root: string): Head {
    const newest = sql.newest.get(root) as { root_seq: number; hash: string } | undefined;
    const streams = newest ? (sql.streams.all(root) as { stream: string; seq: number }[]) : [];
    return {
      position: newest?.root_seq ?? 0,
      hash: newest?.hash ?? '',
      seqs: new Map(streams.map((row) => [row.stream, row.seq])),
    };
  }

  return {
    keep,
    forget: (root) => heads.delete(root),
    positionOf: (root) => (heads.get(root) ?? readHead(root)).position,
    load(root, after) {
      const before = after > 0 ? (sql.at.get(root, after) as { hash: string } | undefined) : { hash: '' };
      if (!before) throw new Error(`the journal of ${root} has no position ${after} to continue from`);
      const rows = sql.ofRoot.all(root, after) as EntryRow[];
      verifyRows(root, rows, { position: after, hash: before.hash });
      return rows.map((row) => entryOf(row, upcast));
    },
    entriesAfter: (offset, limit) =>
      (sql.afterOffset.all(offset, limit) as EntryRow[]).map((row) => entryOf(row, upcast)),
    lastOffset: () => (sql.lastOffset.get() as { last: number | null }).last ?? 0,
    rootsAfter: (offset, exceptKind) =>
      (sql.roots.all(offset, exceptKind) as { root: string }[]).map((row) => row.root),
  };
}

function refuseGap(root: string, head: Head, entry: Entry): void {
  const seq = (head.seqs.get(entry.stream) ?? 0) + 1;
  if (entry.root === root && entry.position === head.position + 1 && entry.seq === seq) return;
  throw new ArenaError({
    code: 'internal',
    message:
      `${root} expects position ${head.position + 1} and ${entry.stream} number ${seq}, ` +
      `but was given ${entry.root} position ${entry.position} and number ${entry.seq}`,
  });
}

function statementsOf(native: NativeDatabase) {
  const columns = '"offset", root, root_seq, stream, seq, kind, command_id, caused_by, at, epoch, hash, events';
  return {
    addEntry: native.prepare(
      `insert into entry (root, root_seq, stream, seq, kind, command_id, caused_by, at, epoch, hash, events)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    addReceipt: native.prepare('insert into receipt (command_id, root, reply) values (?, ?, ?)'),
    openRoot: native.prepare(
      'insert into open_root (root, due_at) values (?, ?) on conflict (root) do update set due_at = excluded.due_at',
    ),
    closeRoot: native.prepare('delete from open_root where root = ?'),
    newest: native.prepare('select root_seq, hash from entry where root = ? order by root_seq desc limit 1'),
    streams: native.prepare('select stream, max(seq) as seq from entry where root = ? group by stream'),
    at: native.prepare('select hash from entry where root = ? and root_seq = ?'),
    ofRoot: native.prepare(`select ${columns} from entry where root = ? and root_seq > ? order by root_seq`),
    afterOffset: native.prepare(`select ${columns} from entry where "offset" > ? order by "offset" limit ?`),
    lastOffset: native.prepare('select max("offset") as last from entry'),
    roots: native.prepare('select distinct root from entry where "offset" > ? and kind <> ? order by root'),
  };
}
