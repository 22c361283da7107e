/**
 * What the arena and an agent say to each other: the request, the response, and the data expected for each prompt type.
 * Reading what an agent really wrote into these shapes is `responses.ts` and `answers.ts`.
 */
import { z } from 'zod';
import { jsonSchema } from './json.ts';
import { limits } from './limits.ts';
import { carriedSchema, positionSchema } from './positions.ts';
import { askTypes, failureCauses } from './states.ts';

export const requestSchema = z.object({
  command: z.enum(askTypes),
  job_id: z.string(),
  attempt: z.number().int().min(1),
  contest_id: z.string().nullable(),
  participant_id: z.string(),
  round_no: z.number().int().nullable(),
  deadline: z.number().int().describe('milliseconds since the epoch'),
  timeout_ms: z.number().int(),
  last_latency_ms: z.number().nullable(),
  message: z.string().describe('what was wrong with the answer before, or empty'),
  model: z.string().optional(),
  data: z.record(z.string(), jsonSchema),
});
export type AgentRequest = z.infer<typeof requestSchema>;

export const usageSchema = z.object({
  model: z.string().optional(),
  input_tokens: z.number().optional(),
  output_tokens: z.number().optional(),
  cost_usd: z.number().optional(),
});
export type Usage = z.infer<typeof usageSchema>;

export const responseSchema = z.looseObject({
  job_id: z.string().optional(),
  state: z.enum(['complete', 'pending', 'fail']),
  data: jsonSchema.optional(),
  message: z.string().optional(),
  delay: z.number().min(0).optional().describe('milliseconds to wait when pending'),
  usage: usageSchema.optional(),
  // Agents may say something else under this name, as they may of every field that is not known.
  fault: z
    .enum(failureCauses)
    .optional()
    .catch(undefined)
    .describe(
      'what a failure comes of: the agent itself, a budget that is used up (it is not asked again), or the provider of its model ' +
        '(the turn is no fault of the agent). When left out, the message is searched for the words budget and provider',
    ),
});
export type AgentResponse = z.infer<typeof responseSchema>;

const healthDataSchema = z.object({
  name: z.string().optional(),
  state: z.literal('OK'),
  version: z.string().optional(),
});

const text = z.string().max(limits.text);

export const playerActionSchema = z.object({
  action: z.string().trim().min(1).max(limits.action),
  target: z.string().max(limits.target).nullish(),
  narration: text.nullish(),
  memories: text.nullish(),
});
export type PlayerAction = z.infer<typeof playerActionSchema>;

export const judgementSchema = z.object({
  result: z.string().trim().min(1).max(limits.text),
  reason: text.nullish(),
  narration: text.nullish(),
  memories: text.nullish(),
});
export type Judgement = z.infer<typeof judgementSchema>;

export const playerEffectSchema = z.object({
  id: z.string(),
  position: positionSchema.optional(),
  health: text.optional(),
  score: z.number().int().optional(),
  inventory: z.array(z.string().max(limits.action)).max(1_000).optional(),
});
export type PlayerEffect = z.infer<typeof playerEffectSchema>;

export const featureEffectSchema = z.object({
  id: z.string(),
  position: z.union([positionSchema, carriedSchema]).optional(),
  description: text.optional(),
});
export type FeatureEffect = z.infer<typeof featureEffectSchema>;

export const effectsSchema = z.object({
  players: z.array(playerEffectSchema).default([]),
  features: z.array(featureEffectSchema).default([]),
  winner_id: z.string().nullish(),
});
export type RoundEffects = z.infer<typeof effectsSchema>;

export const generatedFeatureSchema = z.object({
  name: z.string().trim().min(1).max(limits.name),
  description: text.default(''),
  position: positionSchema,
  end_position: positionSchema.nullish(),
});
const generatedFeaturesSchema = z.array(generatedFeatureSchema);
export type GeneratedFeature = z.infer<typeof generatedFeatureSchema>;

const plainTextSchema = z.string().trim().min(1).max(limits.text);

/** The shape of `data` for each thing an agent can be asked. */
export const answerSchemas = {
  health: healthDataSchema,
  player_player_action: playerActionSchema,
  judge_player_action_judgement: judgementSchema,
  judge_apply_effects: effectsSchema,
  announcer_describe_arena: plainTextSchema,
  announcer_describe_results: plainTextSchema,
  arena_generate_features: generatedFeaturesSchema,
} as const;
