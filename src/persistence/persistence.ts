/**
 * Everything that is kept, opened in order: the database, its owner, the schema, then the journal, the feed, the tables and the
 * catalogue, all writing through one queue.
 */
import type { InspectRoot } from '../actors/records.ts';
import type { Journal } from '../actors/runtime/journal.ts';
import type { Clock, Log } from '../actors/runtime/ports.ts';
import type { Projection } from '../actors/runtime/projection.ts';
import { randomId } from '../protocol/ids.ts';
import { type Catalogue, createCatalogue } from './catalogue/catalogue.ts';
import type { PromptProblem } from './catalogue/rule-context.ts';
import { cannotBe, type Database, openDatabase } from './database/database.ts';
import { type NativeDatabase, sqliteCode } from './database/native.ts';
import { type Owner, takeOwnership } from './database/owner.ts';
import { emptyTables } from './database/reset.ts';
import { createTrouble } from './database/trouble.ts';
import { createCursors } from './journal/cursors.ts';
import type { Upcast } from './journal/entry-row.ts';
import { createEntryStore } from './journal/entry-store.ts';
import { type CommitFeed, createFeed } from './journal/feed.ts';
import { createJournalInspection } from './journal/journal-inspection.ts';
import { createSqliteJournal } from './journal/journal-sqlite.ts';
import { createLaunchCauses, type LaunchCause } from './journal/launch-causes.ts';
import { startPruning } from './journal/pruning.ts';
import { createKeepingStats, type KeepingStats } from './keeping-stats.ts';
import type { Overview } from './ports.ts';
import { createEvaluationTable, type EvaluationTable } from './tables/evaluation-table.ts';
import { createGenerationTable, type GenerationTable } from './tables/generation-table.ts';
import { createOverviewTable } from './tables/overview-table.ts';
import { type Projector, startProjector } from './tables/projector.ts';
import { createTables, type Tables } from './tables/tables.ts';
import { createBatches } from './writing/batches.ts';
import { createWriter } from './writing/writer.ts';

export interface PersistenceOptions {
  /** `sqlite:<path>` or `sqlite::memory:`. */
  readonly url: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly projection: Projection;
  /** Brings events of earlier versions to the shape of today; they are left as they are without it. */
  readonly upcast?: Upcast;
  /** Checks the prompts of strategies; without it any text is kept. */
  readonly promptProblem?: PromptProblem;
  readonly leaseMs?: number;
  /** Days for which the replies to commands are kept after their root was closed; 30 when left out. */
  readonly receiptDays?: number;
  /** Waits until no other process holds the database instead of rejecting. */
  readonly waitForOwnership?: boolean;
  /** Aborted, it does not wait any more and rejects. */
  readonly stopWaiting?: AbortSignal;
  /** Another process has taken over: nothing can be written any more, the program has to stop. */
  readonly onLost?: () => void;
}

export interface Persistence {
  readonly journal: Journal;
  readonly feed: CommitFeed;
  readonly projector: Projector;
  readonly tables: Tables;
  readonly generations: GenerationTable;
  readonly evaluations: EvaluationTable;
  readonly overview: Overview;
  readonly catalogue: Catalogue;
  /** What began the roots that are not over, where that is on record. */
  causesOfOpenRoots(): LaunchCause[];
  /** Reads a root without trusting it. */
  readonly inspect: InspectRoot;
  readonly owner: Owner;
  /** Made when the database was; the first part of the id of every message that is published from it. */
  readonly arenaId: string;
  readonly database: Database;
  readonly stats: KeepingStats;
  /** Why the database takes nothing at present, or null. */
  trouble(): string | null;
  /** Deletes snapshots and old receipts of closed roots; done daily besides. */
  prune(): Promise<void>;
  /** Deletes what is kept. Only before anything follows or runs; then close. */
  reset(options: { keepModels: boolean }): Promise<void>;
  /** Stops followers, writes what is queued, gives the database back. */
  close(): Promise<void>;
}

export async function openPersistence(options: PersistenceOptions): Promise<Persistence> {
  const { clock, log, upcast = (_kind, event) => event } = options;
  const database = await openDatabase({ url: options.url, log });
  try {
    const owner = await takeOwnership({
      native: database.native,
      path: database.path,
      clock,
      log,
      ...(options.leaseMs === undefined ? {} : { leaseMs: options.leaseMs }),
      ...(options.onLost === undefined ? {} : { onLost: options.onLost }),
      wait: options.waitForOwnership ?? false,
      ...(options.stopWaiting === undefined ? {} : { stopWaiting: options.stopWaiting }),
    });
    try {
      await database.migrate();
      return await assemble(options, database, owner, upcast);
    } catch (error) {
      owner.release();
      throw error;
    }
  } catch (error) {
    await database.close();
    throw sqliteCode(error) === null ? error : cannotBe('written', database.path, error);
  }
}

async function assemble(
  options: PersistenceOptions,
  database: Database,
  owner: Owner,
  upcast: Upcast,
): Promise<Persistence> {
  const { clock, log, projection } = options;
  const { native } = database;
  const batches = createBatches({ path: database.path, native });
  const trouble = createTrouble(log);
  const writer = createWriter({ database, batches, owner, trouble, clock, log });
  owner.renewThrough((renewal) => writer.write(renewal));
  await writer.write({ sql: addArenaIdSql, cells: [randomId()] });
  const arenaId = await writer.read(() => readArenaId(native));
  const store = createEntryStore({ native, upcast, epoch: () => owner.epoch });
  const feed = createFeed({
    source: {
      entriesAfter: (offset, limit) => writer.read(() => store.entriesAfter(offset, limit)),
      lastOffset: store.lastOffset,
    },
    cursors: createCursors(native, writer),
    clock,
    log,
  });
  const journal = createSqliteJournal({
    native,
    writer,
    store,
    clock,
    log,
    committed: feed.publish,
    failed: feed.catchUp,
  });
  const projector = await startProjector({ native, writer, store, feed, projection, clock, log });
  const catalogue = createCatalogue({
    database,
    writer,
    store,
    clock,
    committed: feed.publish,
    tablesShown: () => projector.waitFor(),
    ...(options.promptProblem ? { promptProblem: options.promptProblem } : {}),
  });
  const pruning = startPruning({ native, writer, clock, log, receiptDays: options.receiptDays ?? 30 });
  const inspect = createJournalInspection(native, upcast);
  let closing: Promise<void> | null = null;

  async function close(): Promise<void> {
    pruning.stop();
    await journal.close();
    await projector.close();
    await feed.close();
    await writer.close();
    await batches.close();
    owner.release();
    await database.close();
  }

  return {
    journal,
    feed,
    projector,
    tables: createTables({ native, writer, projector }),
    generations: createGenerationTable({ native, writer, projector }),
    evaluations: createEvaluationTable({ native, writer }),
    overview: createOverviewTable({ native, writer, projector }),
    catalogue,
    causesOfOpenRoots: createLaunchCauses(native),
    inspect: (root) => writer.read(() => inspect(root)),
    owner,
    arenaId,
    database,
    stats: createKeepingStats({ native, writer, journal, feed, projector }),
    trouble: trouble.reason,
    prune: pruning.prune,
    reset: (options) => emptyTables(native, writer, options),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

const addArenaIdSql = "insert or ignore into setting (name, value) values ('arena_id', ?)";

function readArenaId(native: NativeDatabase): string {
  return (native.prepare("select value from setting where name = 'arena_id'").get() as { value: string }).value;
}
