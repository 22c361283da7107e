/** One turn of a contest as it is exported for analysis and training: what a seat was asked, what it said, and what came of it. */
import { z } from 'zod';
import { actionTakenSchema, faultSchema, rulingSchema } from './contest.ts';
import { jsonSchema } from './json.ts';
import { featureEffectSchema, playerEffectSchema } from './messages.ts';
import { promptTypes, roles } from './states.ts';

export const turnFormats = ['jsonl', 'csv', 'parquet'] as const;
export type TurnFormat = (typeof turnFormats)[number];

export const turnSchema = z.object({
  contest_id: z.string(),
  round_no: z.number().int(),
  prompt_type: z.enum(promptTypes),
  participant_id: z.string(),
  participant_name: z.string(),
  role: z.enum(roles),
  about: z.string().nullable().describe('the player whose action is judged'),
  job_id: z.string(),
  outcome: z.enum(['complete', 'fail', 'cancelled', 'open']),
  attempts: z.number().int(),
  asked_at: z.number().int(),
  ended_at: z.number().int().nullable(),
  latency_ms: z.number().nullable().describe('of the attempt that was answered'),
  position: z.number().int().describe('the entry by which the newest attempt was asked'),
  view_version: z.number().int(),
  view_hash: z.string(),
  view: jsonSchema
    .nullable()
    .describe('the data that was sent with the newest attempt; null when another version of the program made it'),
  raw: z.string().nullable().describe('the answer as it came, where it said more than `answer`'),
  answer: jsonSchema.nullable().describe('what was read from the answer'),
  action: actionTakenSchema.nullable().describe("a player's action; none when it gave no usable answer"),
  ruling: rulingSchema.nullable().describe("how the player's action was ruled"),
  effects: z
    .object({ player: playerEffectSchema.nullable(), features: z.array(featureEffectSchema) })
    .nullable()
    .describe('what the judge made of the player in this round, and of the features'),
  message: z.string(),
  model: z.string().nullable(),
  input_tokens: z.number().nullable(),
  output_tokens: z.number().nullable(),
  cost_usd: z.number().nullable(),
  faults: z.array(faultSchema),
});
export type Turn = z.infer<typeof turnSchema>;
