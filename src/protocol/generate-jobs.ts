/** A generation by a model as it is shown: what was asked, what came back, what it cost. They are made by agents; nobody posts one. */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import { limits } from './limits.ts';
import { faultKinds, faultOwners, promptTypes } from './states.ts';

/** `request`: asked, or waiting for its turn at the provider. `retry`: will ask again. The others are final. */
export const generateJobStates = ['request', 'retry', 'complete', 'fail', 'cancelled'] as const;
export type GenerateJobState = (typeof generateJobStates)[number];

/** What generations can be asked for: what contests ask, and free text for whoever wants something else of a model. */
export const generatedTypes = [...promptTypes, 'text'] as const;
export type GeneratedType = (typeof generatedTypes)[number];

export const generationFaultSchema = z.object({
  kind: z.enum(faultKinds),
  whose: z.enum(faultOwners),
  try: z.number().int().min(0).describe('the number of the call to the model, from 1; 0 before any was made'),
  message: z.string(),
  at: z.number().int(),
});
export type GenerationFault = z.infer<typeof generationFaultSchema>;

export const generationUsageSchema = z.object({
  model: z.string(),
  input_tokens: z.number().int().min(0),
  output_tokens: z.number().int().min(0),
  cost_usd: z.number().min(0).nullable().describe('null where the price of the model is not known'),
});
export type GenerationUsage = z.infer<typeof generationUsageSchema>;

const milliseconds = z.number().int().min(0);

export const generateJobSchema = z.object({
  id: z.string(),
  job_id: z.string().nullable().describe('the job of the arena that it answers; null when it was asked outside of one'),
  prompt_type: z.enum(generatedTypes),
  attempt: z.number().int().min(1).describe("the job's attempt"),
  participant_id: z.string().nullable(),
  contest_id: z.string().nullable(),
  agent_id: z.string().nullable(),
  original_id: z.string().nullable().describe('the generation that this one repeats'),
  model: z.string(),
  system: z.string().nullable(),
  prompt: z.string(),
  generated: z.string().nullable().describe('the text as the model wrote it'),
  state: z.enum(generateJobStates),
  tries: z.number().int().describe('calls to the model'),
  faults: z.array(generationFaultSchema),
  usage: generationUsageSchema.nullable(),
  time_to_first_token_ms: milliseconds.nullable(),
  latency_ms: milliseconds.nullable(),
  message: z.string(),
  started_at: z.number().int(),
  finished_at: z.number().int().nullable(),
});
export type GenerateJobDocument = z.infer<typeof generateJobSchema>;

const modelName = z.string().min(1).max(limits.action);
const promptText = z.string().min(1).max(limits.answerBytes);

/** The body of `POST /api/generatejob/repeat`. */
export const repeatGenerationSchema = z.strictObject({
  original_id: idSchema,
  model: modelName.optional(),
  prompt: promptText.optional(),
});
export type RepeatGeneration = z.output<typeof repeatGenerationSchema>;

/** Which generations a list shows. */
export interface GenerationFilter {
  readonly state?: GenerateJobState;
  readonly job_id?: string;
  readonly contest_id?: string;
  readonly participant_id?: string;
  readonly agent_id?: string;
  readonly model?: string;
  readonly prompt_type?: GeneratedType;
  readonly original_id?: string;
  /** Oldest first when left out. */
  readonly order?: 'oldest' | 'newest';
  /** At most 1,000 when left out. */
  readonly limit?: number;
  readonly offset?: number;
}

/** What several generations have used up together. */
export const spendingSchema = z.object({
  tokens: z.number(),
  cost_usd: z.number().describe('where the price of a model is not known, its calls count as nothing'),
});
export type Spending = z.infer<typeof spendingSchema>;
