/** One transaction over the catalogue: reads input, asks the rules, writes rows and the entry of each change. */

import type { EntitySchema, FilterQuery } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/sqlite';
import { addressOf } from '../../actors/address.ts';
import type { Append } from '../../actors/runtime/journal.ts';
import type { Clock } from '../../actors/runtime/ports.ts';
import type { CatalogueDocument, CatalogueModel } from '../../protocol/catalogue.ts';
import { ArenaError } from '../../protocol/errors.ts';
import type { Json } from '../../protocol/json.ts';
import { lastingContestEnds } from '../../protocol/states.ts';
import type { NativeDatabase } from '../database/native.ts';
import type { EntryStore } from '../journal/entry-store.ts';
import { type CatalogueEvent, catalogueAppend } from './catalogue-entry.ts';
import { readFilter, readInput, schemasOf } from './catalogue-input.ts';
import { rules } from './catalogue-rules.ts';
import { entityOf, featureEntity } from './entities.ts';
import type { PromptProblem, RuleContext, Rules } from './rule-context.ts';

/** What one transaction over the catalogue may do. Nothing outside the transaction is to be awaited in it. */
export interface CatalogueTransaction {
  create<Model extends CatalogueModel>(model: Model, input: object): Promise<CatalogueDocument<Model>>;
  get<Model extends CatalogueModel>(model: Model, id: string): Promise<CatalogueDocument<Model>>;
  find<Model extends CatalogueModel>(
    model: Model,
    where: Readonly<Record<string, string | number | boolean | null>>,
  ): Promise<CatalogueDocument<Model>[]>;
  patch<Model extends CatalogueModel>(model: Model, id: string, input: object): Promise<CatalogueDocument<Model>>;
  remove(model: CatalogueModel, id: string): Promise<void>;
  /** Keeps entries in this transaction; their `committed` or `failed` is called after its end. */
  append(append: Append): void;
}

/** What the rows of all models have. */
export interface CatalogueRow {
  ordinal: number;
  id: string;
  created_at: number;
  updated_at: number;
}

export interface TransactionOptions {
  readonly em: EntityManager;
  readonly native: NativeDatabase;
  readonly store: EntryStore;
  readonly clock: Clock;
  readonly append: (append: Append) => void;
  readonly promptProblem: PromptProblem;
}

export function createCatalogueTransaction(options: TransactionOptions): CatalogueTransaction {
  const { em, native, store, clock, append, promptProblem } = options;

  async function find<Model extends CatalogueModel>(
    model: Model,
    where: Readonly<Record<string, string | number | boolean | null>>,
  ): Promise<CatalogueDocument<Model>[]> {
    const filter = readFilter(model, where) as FilterQuery<CatalogueRow>;
    return documentsOf(em, model, await em.find(rowsOf(model), filter, { orderBy: { ordinal: 'asc' } }));
  }

  async function get<Model extends CatalogueModel>(model: Model, id: string): Promise<CatalogueDocument<Model>> {
    const [document] = await find(model, { id });
    if (!document) throw noneOf(model, id);
    return document;
  }

  async function require<Model extends CatalogueModel>(model: Model, id: string, path: string) {
    const [document] = await find(model, { id });
    if (document) return document;
    const problem = { path, message: noneOf(model, id).message };
    throw new ArenaError({ code: 'invalid', message: `${path}: ${problem.message}`, problems: [problem] });
  }

  async function create<Model extends CatalogueModel>(model: Model, input: object): Promise<CatalogueDocument<Model>> {
    const given = readInput(model, schemasOf(model).create, input) as never;
    const rows = await rulesOf(model).rows(given, context);
    const [first] = rows;
    if (!first) throw new Error(`the rules of ${model} made nothing`);
    if (await em.findOne(rowsOf(model), { id: first.id })) {
      const message = `the ${model} ${first.id} is there already: ${takenBy[model] ?? 'it can be changed'}; a new one needs another id`;
      throw new ArenaError({ code: 'conflict', message });
    }
    const now = clock.now();
    for (const row of rows) em.create(rowsOf(model), { ...row, created_at: now, updated_at: now } as never);
    await em.flush();
    for (const row of rows)
      journal({ type: 'created', model, id: row.id, detail: row as CatalogueEvent['detail'] }, now);
    await rulesOf(model).entailed?.(given, first.id, context);
    return get(model, first.id);
  }

  async function patch<Model extends CatalogueModel>(model: Model, id: string, input: object) {
    const present = await get(model, id);
    const change = readInput(model, schemasOf(model).patch, input) as Record<string, Json>;
    await rulesOf(model).change?.(present, change as never, context);
    const now = clock.now();
    const row = await em.findOneOrFail(rowsOf(model), { id });
    em.assign(row, { ...change, updated_at: now } as never);
    await em.flush();
    journal({ type: 'updated', model, id, detail: change }, now);
    return get(model, id);
  }

  async function remove(model: CatalogueModel, id: string): Promise<void> {
    const present = await get(model, id);
    const users = (await rulesOf(model).users?.(present, context)) ?? [];
    if (users.length > 0) {
      const more = users.length > 3 ? ` and ${users.length - 3} more` : '';
      const message = `the ${model} ${id} is still used by ${users.slice(0, 3).join(', ')}${more}`;
      throw new ArenaError({ code: 'conflict', message });
    }
    await rulesOf(model).parts?.(present, context);
    await em.nativeDelete(rowsOf(model), { id });
    journal({ type: 'deleted', model, id, detail: null }, clock.now());
  }

  function journal(event: CatalogueEvent, at: number): void {
    append(catalogueAppend(event, store.positionOf(addressOf.catalogued(event.model, event.id)) + 1, at));
  }

  function openContests(of: { arena: string } | { participant: string }): string[] {
    const [id, condition] = 'arena' in of ? [of.arena, 'arena_id = ?'] : [of.participant, sitsIn];
    const rows = native
      .prepare(`select key from contest where ${condition} and deleted_at is null and state not in (${finalStates})`)
      .all(id);
    return (rows as { key: string }[]).map((row) => row.key);
  }

  const context: RuleContext = { require, find, create, remove, openContests, promptProblem };
  return { create, get, find, patch, remove, append };
}

/** How one that is there already is had by what needs it. */
const takenBy: Partial<Record<CatalogueModel, string>> = {
  arena: 'a contest takes it as it is by arena_id',
  participant: 'a contest takes it as it is by participant_ids',
  strategy: 'an agent takes it as it is by strategy_id',
};

const sitsIn = "exists (select 1 from json_each(contest.participants) where json_extract(value, '$.id') = ?)";
const finalStates = lastingContestEnds.map((state) => `'${state}'`).join(', ');

/** Rows as they are shown: arenas with their features, participants without their key. */
export async function documentsOf<Model extends CatalogueModel>(
  em: EntityManager,
  model: Model,
  rows: readonly CatalogueRow[],
): Promise<CatalogueDocument<Model>[]> {
  const schema = schemasOf(model).document;
  const features = model === 'arena' ? await featuresOf(em, rows) : new Map<string, object[]>();
  return rows.map((row) => {
    const hasKey = 'api_key' in row && row.api_key !== null;
    return schema.parse({
      ...row,
      features: features.get(row.id) ?? [],
      has_api_key: hasKey,
    }) as CatalogueDocument<Model>;
  });
}

async function featuresOf(em: EntityManager, arenas: readonly CatalogueRow[]): Promise<Map<string, object[]>> {
  const ids = arenas.map((arena) => arena.id);
  const features = await em.find(featureEntity, { arena_id: { $in: ids } }, { orderBy: { ordinal: 'asc' } });
  return Map.groupBy(features, (feature) => feature.arena_id ?? '');
}

/** The entity of a model, as one that may be any of them. */
export function rowsOf(model: CatalogueModel): EntitySchema<CatalogueRow> {
  return entityOf[model] as unknown as EntitySchema<CatalogueRow>;
}

export function noneOf(model: CatalogueModel, id: string): ArenaError {
  return new ArenaError({ code: 'not_found', message: `there is no ${model} ${id}` });
}

/** The rules of a model, as ones that may be any of them: what they are given was read by the schema of the same model. */
function rulesOf<Model extends CatalogueModel>(model: Model): Rules<Model> {
  return rules[model] as unknown as Rules<Model>;
}
