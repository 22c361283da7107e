/** The port of the catalogue kept in memory. A row that has `name` "in use" counts as used and is not removed. */
import type { Catalogue, CatalogueDocument } from '../../src/http/ports.ts';
import { ArenaError } from '../../src/protocol/errors.ts';
import { randomId } from '../../src/protocol/ids.ts';

/** What a document shows where its maker said nothing. */
const absent = {
  name: 'Unnamed',
  arena_id: null,
  group_id: null,
  has_api_key: false,
  strategy_id: null,
  model: null,
  provider: null,
  base_url: null,
  context_length: null,
  prompt_price: null,
  completion_price: null,
  request_price: null,
  score: null,
};

export function ordered<T>(rows: readonly T[], order = 'oldest'): T[] {
  return order === 'newest' ? rows.toReversed() : [...rows];
}

export function createMemoryCatalogue(): Catalogue {
  const tables = new Map<string, Map<string, CatalogueDocument>>();
  const table = (model: string) => {
    const rows = tables.get(model) ?? new Map<string, CatalogueDocument>();
    tables.set(model, rows);
    return rows;
  };
  const find = (model: string, id: string): CatalogueDocument => {
    const row = table(model).get(id);
    if (!row) throw new ArenaError({ code: 'not_found', message: `There is no ${model} ${id}.` });
    return row;
  };

  return {
    create: async (model, input) => {
      const row = { ...absent, id: randomId(), created_at: 1, updated_at: 1, ...input };
      table(model).set(row.id, row);
      return row;
    },
    list: async (model, { order, limit, offset, where }) =>
      ordered([...table(model).values()], order)
        .filter((row) => Object.entries(where).every(([field, value]) => row[field] === value))
        .slice(offset, offset + limit),
    get: async (model, id) => find(model, id),
    patch: async (model, id, patch) => {
      const row = { ...find(model, id), ...patch };
      table(model).set(id, row);
      return row;
    },
    remove: async (model, id) => {
      if (find(model, id).name === 'in use') throw new ArenaError({ code: 'conflict', message: `${id} is in use.` });
      table(model).delete(id);
    },
  };
}
