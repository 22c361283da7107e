/**
 * Lists of models with their prices: our own shape, and the one of OpenRouter's `GET /api/v1/models`, which others follow too. Reads either
 * into what is to be kept of each model; keeping it is the catalogue's.
 */
import { z } from 'zod';
import { catalogueSchemas } from './catalogue.ts';
import { limits } from './limits.ts';

const { name, key, ...fields } = catalogueSchemas.llmmodel.create.omit({ id: true }).shape;

/** Of a model that is known already, what is left out stays as it is. */
export const listedModelSchema = z.strictObject({
  name,
  key: key.optional(),
  ...z.strictObject(fields).partial().shape,
  active: z.boolean().optional(),
  notes: z.string().max(limits.text).optional(),
});
export type ListedModel = z.output<typeof listedModelSchema>;

/** Prices are decimal text there, in USD per token; -1 stands for one that varies. What is empty is no price, least of all a free one. */
const priceText = z
  .union([
    z.string().regex(/^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i, 'is not a price: a number in USD'),
    z.number(),
  ])
  .transform(Number)
  .transform((price) => (price < 0 ? null : price));

const openRouterModel = z
  .looseObject({
    id: z.string().min(1).max(limits.action),
    context_length: z.number().int().min(1).nullish(),
    pricing: z
      .looseObject({ prompt: priceText.optional(), completion: priceText.optional(), request: priceText.optional() })
      .default({}),
    supported_parameters: z.array(z.string()).default([]),
  })
  .transform(
    ({ id, context_length, pricing, supported_parameters: supported }): ListedModel => ({
      name: id,
      key: id,
      context_length: context_length ?? null,
      prompt_price: pricing.prompt ?? null,
      completion_price: pricing.completion ?? null,
      request_price: pricing.request ?? null,
      supports_json: supported.includes('response_format'),
      supports_schema: supported.includes('structured_outputs'),
    }),
  );

const listedMax = 10_000;

/** The body of `POST /api/llmmodel/import`. `provider` and `base_url` are for the models that are new. */
export const modelImportSchema = z.union([
  z.strictObject({
    models: z.array(listedModelSchema).max(listedMax),
    provider: catalogueSchemas.llmmodel.create.shape.provider,
    base_url: catalogueSchemas.llmmodel.create.shape.base_url,
    only_known: z.boolean().default(false).describe('change models that there are, and add none'),
  }),
  z
    .looseObject({
      data: z.array(openRouterModel).max(listedMax),
      provider: catalogueSchemas.llmmodel.create.shape.provider,
      base_url: catalogueSchemas.llmmodel.create.shape.base_url,
      only_known: z.boolean().default(false),
    })
    .transform(({ data, provider, base_url, only_known }) => ({ models: data, provider, base_url, only_known })),
]);
export type ModelImport = z.output<typeof modelImportSchema>;

export const modelImportResultSchema = z.object({
  created: z.array(z.string()).describe('names'),
  updated: z.array(z.string()),
  unchanged: z.array(z.string()),
  skipped: z.array(z.string()).describe('not known, and none were to be added'),
});
export type ModelImportResult = z.output<typeof modelImportResultSchema>;

const price = z.number().min(0).optional();

/** The body of `POST /api/llmmodel/deactivate`: models with a price above any of these are switched off. */
export const modelLimitsSchema = z.strictObject({
  above: z
    .strictObject({ prompt_price: price, completion_price: price, request_price: price })
    .refine((above) => Object.values(above).some((limit) => limit !== undefined), {
      error: 'give at least one of prompt_price, completion_price and request_price, in USD',
      when: ({ issues }: { issues: readonly unknown[] }) => issues.length === 0,
    }),
  unpriced: z.boolean().default(false).describe('switch off models whose price is not known, too'),
});
export type ModelLimits = z.output<typeof modelLimitsSchema>;

export const deactivatedSchema = z.object({ deactivated: z.array(z.string()).describe('names') });
