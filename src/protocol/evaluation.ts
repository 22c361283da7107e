/** Evaluation: the same requests put to several models, each answer scored and kept as a row; and what a run comes to. */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import { jsonSchema } from './json.ts';
import { limits } from './limits.ts';
import { requestSchema } from './messages.ts';
import { requestToAgentSchema } from './prompt-asking.ts';
import { promptTypes } from './states.ts';

const modelName = z.string().min(1).max(limits.action);

/** Answers of one run. */
export const evaluationAnswersMax = 2_000;

/** The body of `POST /api/evaluation`: recorded requests of a contest, or given ones, and who is to answer them. */
export const createEvaluationSchema = z
  .strictObject({
    run: idSchema.optional(),
    models: z.array(modelName).min(1).max(50),
    contest_id: idSchema.optional().describe('take the requests that were sent in this contest'),
    prompt_types: z.array(z.enum(promptTypes)).min(1).optional().describe('of these, only such'),
    rounds: z.array(z.number().int().min(0)).min(1).optional().describe('and of these rounds'),
    participant_ids: z.array(idSchema).min(1).optional().describe('and to these seats'),
    requests: z.array(requestToAgentSchema).min(1).max(500).optional().describe('instead of those of a contest'),
    strategy_id: idSchema.optional().describe("whose prompts are used, for requests of its role; else the agent's own"),
    judge_model: modelName.optional().describe('marks each answer from 0 to 10, and says why'),
  })
  .refine(({ contest_id, requests }) => (contest_id === undefined) !== (requests === undefined), {
    error: 'give either contest_id or requests',
    path: ['contest_id'],
    when: ({ issues }: { issues: readonly unknown[] }) => issues.length === 0,
  });
export type CreateEvaluation = z.output<typeof createEvaluationSchema>;

/** `asked`: the model is at it. `judged`: it has answered, and the judge model is at it. The others are final. */
export const evaluationStates = ['planned', 'asked', 'judged', 'complete', 'fail', 'cancelled'] as const;
export type EvaluationState = (typeof evaluationStates)[number];

export const evaluationSchema = z.object({
  id: z.string(),
  run: z.string(),
  model: z.string(),
  prompt_type: z.enum(promptTypes),
  contest_id: z.string().nullable(),
  round_no: z.number().int().nullable(),
  participant_id: z.string().nullable(),
  job_id: z.string().nullable().describe('whose request it was'),
  state: z.enum(evaluationStates),
  template: z.string().nullable(),
  answer: z.string().nullable().describe('the text as the model wrote it'),
  readable: z.boolean().nullable().describe('there is an answer in the text'),
  shaped: z.boolean().nullable().describe('it has the shape that was asked for'),
  legal: z.boolean().nullable().describe("by the game's referee, else by the judge model; null when nobody ruled"),
  mark: z.number().nullable().describe('from 0 to 10, by the judge model'),
  reason: z.string().nullable().describe('why: of what was not readable, shaped or legal, and of the mark'),
  judge_model: z.string().nullable(),
  generation_id: z.string().nullable(),
  judge_generation_id: z.string().nullable(),
  input_tokens: z.number().int().nullable(),
  output_tokens: z.number().int().nullable(),
  cost_usd: z.number().nullable(),
  latency_ms: z.number().int().nullable(),
  time_to_first_token_ms: z.number().int().nullable(),
  message: z.string().describe('why there is no answer'),
  created_at: z.number().int(),
  ended_at: z.number().int().nullable(),
});
export type EvaluationDocument = z.output<typeof evaluationSchema>;

/** What is asked, kept with what it comes to. */
export const plannedEvaluationSchema = evaluationSchema.extend({
  system: z.string().nullable(),
  prompt: z.string(),
  schema: z.record(z.string(), jsonSchema).nullable(),
  request: requestSchema,
});
export type PlannedEvaluation = z.output<typeof plannedEvaluationSchema>;

export interface EvaluationFilter extends RunFilter {
  readonly run?: string;
  readonly model?: string;
  readonly prompt_type?: (typeof promptTypes)[number];
  readonly contest_id?: string;
  readonly state?: EvaluationState;
}

/** A run in a list of runs. */
export const evaluationRunSchema = z.object({
  run: z.string(),
  state: z.enum(['running', 'complete']),
  contest_id: z.string().nullable().describe('whose requests were taken'),
  judge_model: z.string().nullable(),
  answers: z.number().int().describe('that were asked for'),
  ended: z.number().int(),
  created_at: z.number().int(),
});
export type EvaluationRun = z.output<typeof evaluationRunSchema>;

export interface RunFilter {
  readonly order?: 'oldest' | 'newest';
  readonly limit?: number;
  readonly offset?: number;
}

/** Several answers together. Shares are of those that were ruled on, null where none was. */
const summed = {
  answers: z.number().int().describe('that were asked for'),
  ended: z.number().int(),
  failed: z.number().int().describe('of those ended: without any answer'),
  readable: z.number().nullable().describe('share, from 0 to 1'),
  shaped: z.number().nullable(),
  legal: z.number().nullable(),
  mark: z.number().nullable().describe('mean'),
  cost_usd: z.number().nullable().describe('sum; null where no price is known'),
  input_tokens: z.number().int(),
  output_tokens: z.number().int(),
  latency_ms: z.number().nullable().describe('median'),
};

export const evaluationReportSchema = z.object({
  run: z.string(),
  state: z.enum(['running', 'complete']),
  judge_model: z.string().nullable(),
  created_at: z.number().int(),
  models: z.array(z.object({ model: z.string(), ...summed })),
  prompt_types: z.array(z.object({ model: z.string(), prompt_type: z.enum(promptTypes), ...summed })),
});
export type EvaluationReport = z.output<typeof evaluationReportSchema>;

/** The body of `POST /api/evaluation/exchange`: a contest again, with one seat's model exchanged. */
export const exchangeSchema = z.strictObject({
  contest_id: idSchema,
  participant_id: idSchema,
  model: modelName,
  start: z.boolean().default(true),
});
export type Exchange = z.output<typeof exchangeSchema>;
