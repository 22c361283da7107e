/**
 * The journal's rows: says what an append writes, and reads entries back. Knows the newest entry of each root in use, so that
 * a gap is refused before the database is asked.
 */
import type { Append, CommittedEntry, Entry, RootStatus } from '../../actors/runtime/journal.ts';
import { ArenaError } from '../../protocol/errors.ts';
import type { Cell, NativeDatabase } from '../database/native.ts';
import type { Write } from '../writing/write.ts';
import { adoptedEpoch, damaged, type EntryRow, entryOf, hashOf, type Upcast, verifyRows } from './entry-row.ts';

/** What an append writes, and its entries as they will be once that is committed. */
export interface KeptAppend {
  readonly writes: readonly Write[];
  readonly entries: CommittedEntry[];
}

export interface EntryStore {
  /**
   * The append's entries, receipt and status as writes, and the next ones follow them; throws when they do not follow the newest
   * ones. When they were not committed after all, the root must be forgotten.
   */
  keep(append: Append): KeptAppend;
  /** Forgets what is known of a root, when what it was to keep was not committed or when it is not in use any more. */
  forget(root: string): void;
  /** The number of entries that a root has. */
  positionOf(root: string): number;
  /** The entries of a root, checked. Throws `conflict`, naming root and position, when the journal is damaged. */
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
  let offset = lastOffset();

  function lastOffset(): number {
    return (sql.lastOffset.get() as { last: number | null }).last ?? 0;
  }

  function keep(append: Append): KeptAppend {
    const head = heads.get(append.root) ?? readHead(append.root);
    heads.set(append.root, head);
    const writes: Write[] = [];
    const entries = append.entries.map((entry): CommittedEntry => {
      offset += 1;
      const writtenIn = append.adopted ? adoptedEpoch : epoch();
      writes.push({ sql: addEntrySql, cells: cellsOf(append.root, head, entry, writtenIn) });
      return { ...entry, offset, ...(append.adopted && { adopted: true }) };
    });
    if (append.receipt) {
      const { commandId, root, reply } = append.receipt;
      writes.push({ sql: addReceiptSql, cells: [commandId, root, JSON.stringify(reply)] });
    }
    if (append.status) writes.push(statusWrite(append.root, append.status));
    return { writes, entries };
  }

  /** The cells of the next entry of a root, which its head then counts. */
  function cellsOf(root: string, head: Head, entry: Entry, writtenIn: number): Cell[] {
    refuseGap(root, head, entry);
    const { position, stream, seq, kind, commandId, causedBy, at } = entry;
    const events = JSON.stringify(entry.events);
    const hash = hashOf(head.hash, entry, writtenIn, events);
    head.position = position;
    head.hash = hash;
    head.seqs.set(stream, seq);
    return [offset, root, position, stream, seq, kind, commandId, causedBy, at, writtenIn, hash, events];
  }

  function statusWrite(root: string, status: RootStatus): Write {
    if (status !== 'closed') return { sql: openRootSql, cells: [root, status] };
    heads.delete(root);
    return { sql: closeRootSql, cells: [root] };
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
      if (!before) throw damaged(root, after, 'there is no entry to go on from');
      const rows = sql.ofRoot.all(root, after) as EntryRow[];
      verifyRows(root, rows, { position: after, hash: before.hash });
      return rows.map((row) => entryOf(row, upcast));
    },
    entriesAfter: (offset, limit) =>
      (sql.afterOffset.all(offset, limit) as EntryRow[]).map((row) => entryOf(row, upcast)),
    lastOffset,
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

const columns = '"offset", root, root_seq, stream, seq, kind, command_id, caused_by, at, epoch, hash, events';
const addEntrySql = `insert into entry (${columns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const addReceiptSql = 'insert into receipt (command_id, root, reply) values (?, ?, ?)';
const openRootSql =
  'insert into open_root (root, status) values (?, ?) on conflict (root) do update set status = excluded.status';
const closeRootSql = 'delete from open_root where root = ?';

function statementsOf(native: NativeDatabase) {
  return {
    newest: native.prepare('select root_seq, hash from entry where root = ? order by root_seq desc limit 1'),
    streams: native.prepare('select stream, max(seq) as seq from entry where root = ? group by stream'),
    at: native.prepare('select hash from entry where root = ? and root_seq = ?'),
    ofRoot: native.prepare(`select ${columns} from entry where root = ? and root_seq > ? order by root_seq`),
    afterOffset: native.prepare(`select ${columns} from entry where "offset" > ? order by "offset" limit ?`),
    lastOffset: native.prepare('select max("offset") as last from entry'),
    roots: native.prepare('select distinct root from entry where "offset" > ? and kind <> ? order by root'),
  };
}
