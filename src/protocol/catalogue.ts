/** The catalogue: what callers may say about arenas, features, participants, strategies, agents and models, and what they are shown. */
import { z } from 'zod';
import { featureSchema } from './contest.ts';
import {
  agentModelSchema,
  changesNothing,
  endpointSchema,
  inlineArenaSchema,
  inlineFeatureSchema,
  inlineParticipantSchema,
} from './contest-input.ts';
import { idSchema } from './ids.ts';
import { limits } from './limits.ts';
import { nameSchema } from './names.ts';
import { positionSchema } from './positions.ts';
import { promptTypes, roles } from './states.ts';
import { credentialsIn } from './urls.ts';

export const catalogueModels = ['arena', 'feature', 'participant', 'strategy', 'agent', 'llmmodel'] as const;
export type CatalogueModel = (typeof catalogueModels)[number];

const text = z.string().max(limits.text);
const shortText = z.string().min(1).max(limits.action);
const time = z.number().int().min(0);
const price = z.number().min(0).describe('in USD, per token or per request');
const id = { id: idSchema.optional() };

/** What every object of the catalogue is shown with. */
const identity = { id: z.string(), created_at: time, updated_at: time };

/** A patch has no defaults: what is left out stays as it is. */
function patchOf<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z
    .strictObject(shape)
    .partial()
    .refine((patch) => Object.keys(patch).length > 0, changesNothing);
}

const side = z.number().int().min(1).max(limits.gridMax);
const arena = {
  create: inlineArenaSchema.extend(id),
  patch: patchOf({
    name: nameSchema,
    description: text,
    width: side,
    height: side,
    rules: text,
    winning_condition: text,
    max_random_features: z.number().int().min(0).max(1_000),
  }),
  document: z.object({
    ...identity,
    name: z.string(),
    description: z.string(),
    width: z.number().int(),
    height: z.number().int(),
    rules: z.string(),
    winning_condition: z.string(),
    max_random_features: z.number().int(),
    features: z.array(featureSchema),
  }),
};

const feature = {
  create: inlineFeatureSchema.extend({ ...id, arena_id: idSchema.nullish() }),
  patch: patchOf({
    name: nameSchema,
    description: text,
    position: positionSchema,
    origin: z.enum(['required', 'random']),
    arena_id: idSchema.nullable(),
  }),
  document: featureSchema.extend({
    ...identity,
    arena_id: z.string().nullable(),
    group_id: z.string().nullable().describe('the first of the features that were made as one rectangle'),
  }),
};

const participant = {
  create: inlineParticipantSchema,
  patch: patchOf({
    name: nameSchema,
    role: z.enum(roles),
    description: text,
    endpoint: endpointSchema,
    api_key: z.string().max(2_000).nullable(),
  }),
  document: z.object({
    ...identity,
    name: z.string(),
    role: z.enum(roles),
    description: z.string(),
    endpoint: z.string(),
    has_api_key: z.boolean().describe('the key itself is never shown'),
  }),
};

const prompts = z
  .array(z.strictObject({ key: z.enum(promptTypes), prompt: text }))
  .max(promptTypes.length)
  .refine((list) => new Set(list.map((one) => one.key)).size === list.length, 'two prompts have the same key');
const strategy = {
  create: z.strictObject({
    ...id,
    name: nameSchema,
    personality: text.default(''),
    description: text.default(''),
    role: z.enum(roles),
    model: shortText.nullish(),
    prompts,
  }),
  patch: patchOf({
    name: nameSchema,
    personality: text,
    description: text,
    role: z.enum(roles),
    model: shortText.nullable(),
    prompts,
  }),
  document: z.object({
    ...identity,
    name: z.string(),
    personality: z.string(),
    description: z.string(),
    role: z.enum(roles),
    model: z.string().nullable(),
    prompts: z.array(z.object({ key: z.enum(promptTypes), prompt: z.string() })),
  }),
};

const agent = {
  create: z.strictObject({
    ...id,
    participant_id: idSchema,
    strategy_id: idSchema.nullish(),
    name: nameSchema.optional(),
    model: agentModelSchema.nullish(),
  }),
  patch: patchOf({ strategy_id: idSchema.nullable(), name: nameSchema, model: agentModelSchema.nullable() }),
  document: z.object({
    ...identity,
    participant_id: z.string(),
    strategy_id: z.string().nullable(),
    name: z.string(),
    model: z.string().nullable(),
  }),
};

const hasNoCredentials = (url: string) => credentialsIn(url).length === 0;

const modelFields = {
  name: shortText,
  key: shortText.describe("the model's name at its provider"),
  provider: shortText.nullable(),
  base_url: z
    .url({ protocol: /^https?$/ })
    .max(limits.action)
    .refine(
      hasNoCredentials,
      'has no user or password, as everybody can read it: give the provider its key in the configuration',
    )
    .nullable(),
  supports_json: z.boolean(),
  supports_schema: z.boolean(),
  context_length: z.number().int().min(1).nullable(),
  prompt_price: price.nullable(),
  completion_price: price.nullable(),
  request_price: price.nullable(),
  active: z.boolean(),
  notes: text,
  score: z.number().nullable(),
};
const llmmodel = {
  create: z.strictObject({
    ...id,
    ...modelFields,
    provider: modelFields.provider.optional(),
    base_url: modelFields.base_url.optional(),
    context_length: modelFields.context_length.optional(),
    prompt_price: modelFields.prompt_price.optional(),
    completion_price: modelFields.completion_price.optional(),
    request_price: modelFields.request_price.optional(),
    active: modelFields.active.default(true),
    notes: modelFields.notes.default(''),
    score: modelFields.score.optional(),
  }),
  patch: patchOf(modelFields),
  document: z.object({ ...identity, ...modelFields, base_url: z.string().nullable() }),
};

/** Per model: what makes one, what changes one, and what is shown of it. */
export const catalogueSchemas = { arena, feature, participant, strategy, agent, llmmodel } as const;

type Schemas = typeof catalogueSchemas;
/** What a caller may send, after its check and with defaults. */
export type CatalogueCreate<Model extends CatalogueModel> = z.output<Schemas[Model]['create']>;
export type CataloguePatch<Model extends CatalogueModel> = z.output<Schemas[Model]['patch']>;
export type CatalogueDocument<Model extends CatalogueModel> = z.output<Schemas[Model]['document']>;
