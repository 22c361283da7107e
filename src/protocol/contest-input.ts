/** What callers may say about a contest: making it, changing it, steering it. Unknown fields are refused. */
import { z } from 'zod';
import { channelProblem, isChannelEndpoint } from './channels.ts';
import { idSchema } from './ids.ts';
import { jsonProblem } from './json-problem.ts';
import { limits } from './limits.ts';
import { nameSchema } from './names.ts';
import { positionSchema } from './positions.ts';
import { roles } from './states.ts';
import { chosenSubjectProblem } from './subject-rules.ts';

const text = z.string().max(limits.text);

/** An array, or JSON text of one: people paste either. */
function arrayOrJson<T extends z.ZodType>(items: T) {
  return z.preprocess((value, context) => {
    if (typeof value !== 'string') return value;
    try {
      return JSON.parse(value) as unknown;
    } catch (error) {
      const message = `this text is not JSON: ${jsonProblem(value, error)}`;
      context.issues.push({ code: 'custom', message, input: value });
      return z.NEVER;
    }
  }, z.array(items));
}

export const inlineFeatureSchema = z.strictObject({
  name: nameSchema,
  description: text.default(''),
  position: positionSchema,
  end_position: positionSchema.nullish(),
  origin: z.enum(['required', 'random']).default('required'),
});

export const inlineArenaSchema = z.strictObject({
  name: nameSchema,
  description: text.default(''),
  width: z.number().int().min(1).max(limits.gridMax),
  height: z.number().int().min(1).max(limits.gridMax),
  rules: text,
  winning_condition: text,
  max_random_features: z.number().int().min(0).max(1_000).default(0),
  features: z.array(inlineFeatureSchema).max(10_000).default([]),
});

export const agentModelSchema = z.string().min(1).max(limits.text);
const agentOfParticipantSchema = z.strictObject({
  model: agentModelSchema.optional().describe("when left out the strategy's, else the configured one"),
  strategy_id: idSchema.optional(),
});

export const endpointSchema = z
  .string()
  .max(2_000)
  .regex(/^(channel:\/\/[^\s*>]+|https?:\/\/\S+)$/, 'an endpoint is channel://<subject prefix>, http://… or https://…')
  .superRefine((endpoint, context) => {
    const problem = isChannelEndpoint(endpoint) ? channelProblem(endpoint) : urlProblem(endpoint);
    if (problem) context.addIssue({ code: 'custom', message: problem });
  });

/** An endpoint is shown to everybody and kept in the journal, so it holds no secret. */
function urlProblem(endpoint: string): string | null {
  const url = URL.parse(endpoint);
  if (!url) return 'this URL cannot be read: an endpoint is http://host:port/path or https://…';
  const hasSecret = url.username !== '' || url.password !== '';
  return hasSecret ? 'an endpoint has no user or password, as everybody can read it: give an api_key instead' : null;
}

export const inlineParticipantSchema = z.strictObject({
  id: idSchema.optional(),
  name: nameSchema,
  role: z.enum(roles),
  description: text.default(''),
  endpoint: endpointSchema.default('channel://actor.agent.$AGENT_ID$'),
  api_key: z.string().max(2_000).optional(),
  agent: agentOfParticipantSchema.optional(),
});

const whole = z.number().int();
const settings = {
  auto_advance: z.boolean().default(true),
  max_rounds: whole.min(1).max(limits.rounds).default(20),
  winning_score: whole.default(100),
  seed: whole.min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  response_timeout_ms: whole.min(1).max(86_400_000).default(60_000),
  max_attempts: whole.min(1).max(100).default(3),
  max_faults: whole.min(1).max(1_000_000).default(3),
  health_timeout_ms: whole.min(1).max(86_400_000).default(5_000),
  completion_channel: z
    .string()
    .max(500)
    .superRefine((subject, context) => {
      const problem = chosenSubjectProblem(subject);
      if (problem) context.addIssue({ code: 'custom', message: `this is no subject for a result: it ${problem}` });
    })
    .optional(),
};

export const createContestSchema = z.strictObject({
  id: idSchema.optional(),
  arena_id: idSchema.optional(),
  arena: inlineArenaSchema.optional(),
  participant_ids: z.array(idSchema).max(1_000).optional(),
  participants: z.array(inlineParticipantSchema).max(1_000).optional(),
  player_positions: arrayOrJson(positionSchema).optional(),
  player_inventories: arrayOrJson(z.array(z.string().max(limits.action)).max(1_000)).optional(),
  ...settings,
  start: z.boolean().default(false),
});
export type CreateContest = z.infer<typeof createContestSchema>;

/** Said when nothing else is wrong: fields that are not known are problems of their own. */
export const changesNothing = {
  error: 'nothing to change was given',
  when: ({ issues }: { issues: readonly unknown[] }) => issues.length === 0,
};

export const patchContestSchema = z
  .strictObject({
    auto_advance: z.boolean().optional(),
    max_rounds: settings.max_rounds.unwrap().optional(),
    winning_score: whole.optional(),
  })
  .refine((patch) => Object.keys(patch).length > 0, changesNothing);
export type PatchContest = z.infer<typeof patchContestSchema>;

/** All settings of a contest, each without its default. */
export const contestSettingsSchema = z.strictObject({
  auto_advance: z.boolean(),
  max_rounds: settings.max_rounds.unwrap(),
  winning_score: whole,
  seed: settings.seed.unwrap(),
  response_timeout_ms: settings.response_timeout_ms.unwrap(),
  max_attempts: settings.max_attempts.unwrap(),
  max_faults: settings.max_faults.unwrap(),
  health_timeout_ms: settings.health_timeout_ms.unwrap(),
  completion_channel: settings.completion_channel.unwrap().nullable(),
});

export const forkContestSchema = z.strictObject({
  round_no: whole.min(0).describe('the last round that the new contest has in common with this one'),
  overrides: contestSettingsSchema
    .extend({
      participants: z
        .record(idSchema, idSchema)
        .describe('who takes over from whom, by ids: a participant of the catalogue, of the same role'),
      arena: z.strictObject({ name: nameSchema, description: text, rules: text, winning_condition: text }).partial(),
    })
    .partial()
    .default({}),
});
export type ForkContest = z.infer<typeof forkContestSchema>;

/** The body of `POST /api/contest/<id>/clone`, which may be left out. */
export const cloneContestSchema = z.strictObject({
  participants: z
    .record(idSchema, idSchema)
    .default({})
    .describe("by the seat's participant id: who takes that seat in the copy"),
});

export const contestActions = ['start', 'advance', 'pause', 'resume', 'cancel', 'retry'] as const;
export type ContestAction = (typeof contestActions)[number];
