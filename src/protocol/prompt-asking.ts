/** Asking an agent over HTTP: a request of which everything may be left out that the host can say itself, and the prompt text it would give. */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import { jsonSchema } from './json.ts';
import { limits } from './limits.ts';
import { requestSchema } from './messages.ts';
import { promptTypes } from './states.ts';

/** What everybody who answers reads of a contest; what else a template or a game asks for, it says itself. */
const contestViewSchema = z.looseObject({
  you: z.looseObject({ id: z.string() }),
  arena: z.looseObject({}),
  participants: z.array(z.looseObject({ id: z.string() })),
  rounds: z.array(
    z.looseObject({
      round_no: z.number().int(),
      features: z.array(z.looseObject({ id: z.string(), position: z.string() })),
      players: z.array(z.looseObject({ id: z.string(), position: z.string() })),
    }),
  ),
});

/** A request as the arena sends it, or only its command and data. */
export const requestToAgentSchema = z.object({
  command: z.enum(promptTypes),
  job_id: idSchema.optional(),
  attempt: requestSchema.shape.attempt.default(1),
  contest_id: z.string().nullable().default(null),
  participant_id: z.string().optional().describe('the one in the path'),
  round_no: z.number().int().nullable().default(null),
  deadline: z.number().int().optional(),
  timeout_ms: z.number().int().min(1).max(86_400_000).default(60_000),
  last_latency_ms: z.number().nullable().default(null),
  message: z.string().default(''),
  model: z.string().min(1).max(limits.text).optional().describe("instead of the agent's own"),
  data: z.looseObject({ contest: contestViewSchema }).and(z.record(z.string(), jsonSchema)),
});
export type RequestToAgent = z.output<typeof requestToAgentSchema>;

/** The same, where the command is in the path. */
export const promptRequestSchema = requestToAgentSchema.omit({ command: true });

export const promptShownSchema = z.object({
  participant_id: z.string(),
  job_id: z.string(),
  prompt_type: z.enum(promptTypes),
  model: z.string().nullable().describe('null when the agent names none and there is no default'),
  template: z.string().describe('a bundled one, or `strategy:<id>/<prompt type>`'),
  system: z.string().nullable(),
  prompt: z.string(),
  schema: z.record(z.string(), jsonSchema).nullable().describe('of the answer, for models that follow one'),
});
export type PromptShown = z.output<typeof promptShownSchema>;
