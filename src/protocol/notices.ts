/**
 * The bodies of what the arena tells everybody on the bus. Each is derived from one journal entry: `contest_id` says of which
 * contest and `position` the entry's number in it, so that a reader can order notices and notice a gap or a repeat.
 */
import { z } from 'zod';
import { actionTakenSchema, faultSchema } from './contest.ts';
import { jsonSchema } from './json.ts';
import { responseSchema } from './messages.ts';
import { contestStates, endReasons, participantStates, roundStates, setupStates } from './states.ts';

/** The machines whose transitions are told. */
export const toldMachines = ['contest', 'setup', 'round'] as const;
export type ToldMachine = (typeof toldMachines)[number];

/** Every state that a transition can leave or enter, each name once. */
export const toldStates = [...new Set([...contestStates, ...setupStates, ...roundStates])] as const;
export type ToldState = (typeof toldStates)[number];

const source = {
  contest_id: z.string(),
  position: z.number().int().min(1).describe("the number of the contest's entry that this was told from"),
};
const roundNumber = z.number().int().min(0).nullable().describe('null before there is a round');

export const contestFlowNoticeSchema = z.object({
  ...source,
  machine: z.enum(toldMachines),
  from: z.enum(toldStates),
  to: z.enum(toldStates),
  contest_state: z.enum(contestStates),
  setup_state: z.enum(setupStates).optional(),
  round_state: z.enum(roundStates).optional(),
  round_no: roundNumber,
});
export type ContestFlowNotice = z.infer<typeof contestFlowNoticeSchema>;

export const roleCallNoticeSchema = z.object({
  ...source,
  state: z.enum(['began', 'complete', 'fail']),
  participants: z.array(
    z.object({ participant_id: z.string(), name: z.string(), role: z.string(), state: z.enum(participantStates) }),
  ),
  message: z.string().describe('the names of those that are absent, or empty'),
});
export type RoleCallNotice = z.infer<typeof roleCallNoticeSchema>;

export const roleCallAnswerNoticeSchema = z.object({
  ...source,
  participant_id: z.string(),
  state: z.enum(participantStates),
  latency_ms: z.number().nullable(),
  fault: faultSchema.nullable(),
});
export type RoleCallAnswerNotice = z.infer<typeof roleCallAnswerNoticeSchema>;

export const descriptionNoticeSchema = z.object({
  ...source,
  round_no: roundNumber,
  state: z.enum(['requested', 'received']),
  description: z.string().nullable().describe('null while it is only requested'),
});
export type DescriptionNotice = z.infer<typeof descriptionNoticeSchema>;

export const actionNoticeSchema = z.object({
  ...source,
  participant_id: z.string(),
  round_no: z.number().int().min(0),
  action: actionTakenSchema,
  fault: faultSchema.nullable().describe('why the action is "none", when the player gave no usable answer'),
});
export type ActionNotice = z.infer<typeof actionNoticeSchema>;

export const completeNoticeSchema = z.object({
  ...source,
  machine: z.enum(toldMachines),
  state: z.enum([
    'complete',
    'fail',
    'cancelled',
    'setup_complete',
    'setup_fail',
    'round_complete',
    'round_fail',
  ] satisfies ToldState[]),
  round_no: roundNumber,
  winner_id: z.string().nullable(),
  end_reason: z.enum(endReasons).nullable(),
  error: z.string().nullable(),
  standing: z
    .array(
      z.object({
        participant_id: z.string(),
        name: z.string(),
        score: z.number().int(),
        position: z.string().nullable().describe('null while no round has ended'),
        health: z.string().nullable().describe('null while no round has ended'),
        out: z.boolean(),
      }),
    )
    .describe('the players, the highest score first'),
});
export type CompleteNotice = z.infer<typeof completeNoticeSchema>;

export const pauseNoticeSchema = z.object({
  ...source,
  machine: z.enum(toldMachines),
  state: z.enum(toldStates).describe('the state that is not left until the contest is advanced or resumed'),
  round_no: roundNumber,
});
export type PauseNotice = z.infer<typeof pauseNoticeSchema>;

export const healthSeenNoticeSchema = z.object({
  participant_id: z.string(),
  contest_id: z.string().nullable().describe('null for a check outside of a contest'),
  position: z.number().int().min(1),
  state: z.enum(participantStates),
  latency_ms: z.number().nullable(),
  response: responseSchema.nullable().describe('null when there was none'),
});
export type HealthSeenNotice = z.infer<typeof healthSeenNoticeSchema>;

export const modelActions = ['create', 'update', 'delete'] as const;

/** What is told of every change of a model; `detail` is the model as it is shown, without keys and secrets. */
export const modelChangeSchema = z.object({
  action: z.enum(modelActions),
  model_id: z.string(),
  detail: z.record(z.string(), jsonSchema),
});
export type ModelChange = z.infer<typeof modelChangeSchema>;
