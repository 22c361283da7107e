/**
 * The catalogue: arenas, features, participants, strategies, agents and models as entities. Every change is checked
 * whole, kept in one transaction with its journal entry, and fed to the feed. What must hold is `catalogue-rules.ts`'s.
 */
import type { FilterQuery } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/sqlite';
import type { Append, CommittedEntry } from '../../actors/runtime/journal.ts';
import type { Clock } from '../../actors/runtime/ports.ts';
import type { CatalogueDocument, CatalogueModel } from '../../protocol/catalogue.ts';
import { asError } from '../../protocol/errors.ts';
import { hasNul } from '../../protocol/kept-text.ts';
import type { Database } from '../database/database.ts';
import type { EntryStore } from '../journal/entry-store.ts';
import type { Writer } from '../writing/writer.ts';
import { type CatalogueQuery, readFilter } from './catalogue-input.ts';
import {
  type CatalogueRow,
  type CatalogueTransaction,
  createCatalogueTransaction,
  documentsOf,
  noneOf,
  rowsOf,
} from './catalogue-transaction.ts';
import { participantEntity } from './entities.ts';
import { createKnownDocuments } from './known-documents.ts';
import type { PromptProblem } from './rule-context.ts';

/** Every method rejects with `ArenaError` when it is refused; what resolves is committed. */
export interface Catalogue {
  create<Model extends CatalogueModel>(model: Model, input: object): Promise<CatalogueDocument<Model>>;
  /** Oldest first unless the newest are asked for; at most 1,000 unless a limit is given. */
  list<Model extends CatalogueModel>(model: Model, query?: CatalogueQuery): Promise<CatalogueDocument<Model>[]>;
  get<Model extends CatalogueModel>(model: Model, id: string): Promise<CatalogueDocument<Model>>;
  /** Several by one query, in the order of their ids. */
  getAll<Model extends CatalogueModel>(model: Model, ids: readonly string[]): Promise<CatalogueDocument<Model>[]>;
  patch<Model extends CatalogueModel>(model: Model, id: string, input: object): Promise<CatalogueDocument<Model>>;
  /** Refused with `conflict` while something still uses it. */
  remove(model: CatalogueModel, id: string): Promise<void>;
  /** Several changes, and entries of a root that begins with them, kept together or not at all. */
  transaction<Result>(work: (transaction: CatalogueTransaction) => Promise<Result>): Promise<Result>;
  /** The key with which requests to a participant are signed, or null. For the edge that signs them only. */
  apiKeyOf(participantId: string): Promise<string | null>;
}

export interface CatalogueOptions {
  readonly database: Database;
  readonly writer: Writer;
  readonly store: EntryStore;
  readonly clock: Clock;
  readonly committed: (entries: readonly CommittedEntry[]) => void;
  /** Resolves when the table of contests shows all that is committed. */
  readonly tablesShown: () => Promise<void>;
  /** Checks the prompts of strategies; without it any text is kept. */
  readonly promptProblem?: PromptProblem;
}

export function createCatalogue(options: CatalogueOptions): Catalogue {
  const { database, writer, store, clock, promptProblem = () => null } = options;
  const reader = () => database.orm.em.fork();
  const known = createKnownDocuments();

  /** Runs the work in one exclusive transaction; what it appended is told of after the commit. */
  async function transaction<Result>(work: (transaction: CatalogueTransaction) => Promise<Result>): Promise<Result> {
    const kept: { append: Append; entries: CommittedEntry[] }[] = [];
    const append = (added: Append): void => {
      kept.push({ append: added, entries: [] });
      const { writes, entries } = store.keep(added);
      for (const { sql, cells } of writes) database.native.prepare(sql).run(...cells);
      kept[kept.length - 1] = { append: added, entries };
    };
    const forget = () => {
      for (const { append: one } of kept) store.forget(one.root);
    };
    try {
      return await writer.run(
        (em) => work(createCatalogueTransaction({ em, native: database.native, store, clock, append, promptProblem })),
        () => {
          forget();
          known.forget();
          // A host that answers for a participant made with a contest has to know of it before the contest asks it anything.
          options.committed(kept.flatMap((one) => one.entries));
          for (const one of kept) one.append.committed(one.entries.map((entry) => entry.offset));
        },
      );
    } catch (cause) {
      forget();
      const error = asError(cause);
      for (const one of kept) one.append.failed(error);
      throw error;
    }
  }

  async function getAll<Model extends CatalogueModel>(
    model: Model,
    ids: readonly string[],
  ): Promise<CatalogueDocument<Model>[]> {
    const documents = await known.of(model, ids, async (missing) => {
      const em = reader();
      const possible = missing.filter((id) => !hasNul(id));
      return documentsOf(em, model, await em.find(rowsOf(model), { id: { $in: possible } }));
    });
    return documents.map((document, index) => {
      if (!document) throw noneOf(model, ids[index] ?? '');
      return document;
    });
  }

  return {
    transaction,
    create: (model, input) => transaction((one) => one.create(model, input)),
    patch: (model, id, input) => transaction((one) => one.patch(model, id, input)),
    async remove(model, id) {
      await options.tablesShown();
      await transaction((one) => one.remove(model, id));
    },
    async list(model, { order = 'oldest', limit = 1_000, offset = 0, where } = {}) {
      const em = reader();
      const rows = await em.find(rowsOf(model), readFilter(model, where) as FilterQuery<CatalogueRow>, {
        orderBy: { ordinal: order === 'oldest' ? 'asc' : 'desc' },
        limit,
        offset,
      });
      return documentsOf(em, model, rows);
    },
    async get(model, id) {
      const [document] = await getAll(model, [id]);
      return document as NonNullable<typeof document>;
    },
    getAll,
    async apiKeyOf(participantId) {
      const participant = await (reader() as EntityManager).findOne(participantEntity, { id: participantId });
      return participant?.api_key ?? null;
    },
  };
}
