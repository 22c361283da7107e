/**
 * The journal on SQLite: groups the appends of all roots into one transaction each. The rows are `entry-store.ts`'s, the moment
 * of the commit `append-queue.ts`'s, the turn `writer.ts`'s.
 */
import { z } from 'zod';
import type { Append, CommittedEntry, Journal, OpenRoot, Receipt, RootSnapshot } from '../../actors/runtime/journal.ts';
import type { Clock, Log } from '../../actors/runtime/ports.ts';
import { ArenaError } from '../../protocol/errors.ts';
import type { Json } from '../../protocol/json.ts';
import type { NativeDatabase } from '../database/native.ts';
import type { Writer } from '../writing/writer.ts';
import { type AppendStats, createAppendQueue, type KeptEntries } from './append-queue.ts';
import type { EntryStore } from './entry-store.ts';

export interface SqliteJournalOptions {
  readonly native: NativeDatabase;
  readonly writer: Writer;
  readonly store: EntryStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Told of the entries of each commit, in order. */
  readonly committed: (entries: readonly CommittedEntry[]) => void;
  /** Told when a commit has failed, and may be kept nevertheless. */
  readonly failed: () => void;
}

export interface SqliteJournal extends Journal {
  stats(): AppendStats;
  /** Refuses every later append; resolves when nothing is queued. */
  close(): Promise<void>;
}

export function createSqliteJournal(options: SqliteJournalOptions): SqliteJournal {
  const { native, writer, store, clock, log } = options;
  const sql = statementsOf(native);
  const queue = createAppendQueue({
    clock,
    log,
    commit,
    isOfAll,
    committed: options.committed,
    failed: options.failed,
  });

  function commit(take: () => readonly Append[], done: (result: KeptEntries | Error) => void): void {
    let group: readonly Append[] = [];
    let entries: KeptEntries = [];
    writer.commit(
      () => {
        group = take();
        const kept = group.map((append) => store.keep(append));
        entries = kept.map((one) => one.entries);
        return kept.flatMap((one) => one.writes);
      },
      (error) => {
        if (error) for (const append of group) store.forget(append.root);
        done(error ?? entries);
      },
    );
  }

  return {
    append: queue.append,
    drop: queue.drop,
    settled: queue.settled,
    stats: queue.stats,
    close: queue.close,
    load: (root, after = 0) => writer.read(() => store.load(root, after)),
    loadSnapshot: (root) => writer.read(() => snapshotOf(sql.snapshot.get(root) as SnapshotRow | undefined)),
    saveSnapshot: (snapshot) =>
      writer.write({
        sql: saveSnapshotSql,
        cells: [snapshot.root, snapshot.position, snapshot.shape, JSON.stringify(snapshot.streams)],
      }),
    openRoots: () => writer.read(() => openRootsSchema.parse(sql.openRoots.all())),
    forget: store.forget,
    receipt: (commandId) =>
      writer.read(() => receiptOf(commandId, sql.receipt.get(commandId) as ReceiptRow | undefined)),
  };
}

const openRootsSchema: z.ZodType<OpenRoot[]> = z.array(
  z.object({ root: z.string(), status: z.enum(['owed', 'resting']) }),
);

interface SnapshotRow {
  root: string;
  position: number;
  shape: string;
  streams: string;
}

interface ReceiptRow {
  root: string;
  reply: string;
}

function snapshotOf(row: SnapshotRow | undefined): RootSnapshot | null {
  return row ? { ...row, streams: JSON.parse(row.streams) as RootSnapshot['streams'] } : null;
}

function receiptOf(commandId: string, row: ReceiptRow | undefined): Receipt | null {
  return row ? { commandId, root: row.root, reply: JSON.parse(row.reply) as Json } : null;
}

/** Errors of one row are refused constraints and what our own code throws; the others are the database's, and told as `unavailable`. */
function isOfAll(error: unknown): boolean {
  return error instanceof ArenaError && error.code === 'unavailable';
}

const saveSnapshotSql = `insert into snapshot (root, position, shape, streams) values (?, ?, ?, ?)
  on conflict (root) do update set position = excluded.position, shape = excluded.shape, streams = excluded.streams`;

function statementsOf(native: NativeDatabase) {
  return {
    snapshot: native.prepare('select root, position, shape, streams from snapshot where root = ?'),
    openRoots: native.prepare('select root, status from open_root order by root'),
    receipt: native.prepare('select root, reply from receipt where command_id = ?'),
  };
}
