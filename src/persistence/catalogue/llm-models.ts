/** What is done with many models of the table at once: adding those of the configuration, taking a price list, switching off what is dear. */
import type { CatalogueDocument } from '../../protocol/catalogue.ts';
import type { ListedModel, ModelImportResult } from '../../protocol/price-list.ts';
import type { LlmModels } from '../ports.ts';
import type { Catalogue } from './catalogue.ts';

type LlmModel = CatalogueDocument<'llmmodel'>;

export function createLlmModels(catalogue: Pick<Catalogue, 'transaction'>): LlmModels {
  return {
    addMissing: (models) =>
      catalogue.transaction(async ({ find, create }) => {
        for (const model of models) {
          const [known] = await find('llmmodel', { name: model.name });
          if (!known) await create('llmmodel', model);
        }
      }),

    import: ({ models, provider, base_url, only_known: onlyKnown }) =>
      catalogue.transaction(async ({ find, create, patch }) => {
        const result: ModelImportResult = { created: [], updated: [], unchanged: [], skipped: [] };
        const known = new Map((await find('llmmodel', {})).map((model) => [model.name, model]));
        for (const listed of models) {
          const present = known.get(listed.name);
          if (present) {
            const changes = changesOf(present, listed);
            if (Object.keys(changes).length > 0) await patch('llmmodel', present.id, changes);
            result[Object.keys(changes).length > 0 ? 'updated' : 'unchanged'].push(listed.name);
          } else if (onlyKnown) {
            result.skipped.push(listed.name);
          } else {
            const made = await create('llmmodel', { ...newModel, provider, base_url, key: listed.name, ...listed });
            known.set(made.name, made);
            result.created.push(listed.name);
          }
        }
        return result;
      }),

    deactivate: ({ above, unpriced }) =>
      catalogue.transaction(async ({ find, patch }) => {
        const tooDear = (model: LlmModel) =>
          pricesOf.some((price) => {
            const limit = above[price];
            const asked = model[price];
            return limit !== undefined && (asked === null ? unpriced : asked > limit);
          });
        const dear = (await find('llmmodel', { active: true })).filter(tooDear);
        for (const { id } of dear) await patch('llmmodel', id, { active: false });
        return dear.map(({ name }) => name);
      }),
  };
}

const pricesOf = ['prompt_price', 'completion_price', 'request_price'] as const;

/** What a list need not say of a model. */
const newModel = { supports_json: false, supports_schema: false };

function changesOf(present: LlmModel, listed: ListedModel): Partial<ListedModel> {
  const fields = Object.entries(listed) as [keyof ListedModel, unknown][];
  return Object.fromEntries(fields.filter(([field, value]) => value !== undefined && value !== present[field]));
}
