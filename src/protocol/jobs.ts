/** A job as its caller sees it, in a list, as a node of a tree of jobs, and its transitions. What callers may say is `job-input.ts`. */
import { z } from 'zod';
import { faultSchema } from './contest.ts';
import { jsonSchema } from './json.ts';
import { usageSchema } from './messages.ts';
import { jobStates } from './states.ts';

export const jobTypes = ['health', 'prompt', 'http', 'message', 'batch', 'generate'] as const;
export type JobType = (typeof jobTypes)[number];

/** What a caller sees: `cancelled` shows as `fail`, with the reason in `message`. */
const callerStates = ['pending', 'complete', 'fail'] as const;

export const jobResponseSchema = z.object({
  job_id: z.string(),
  type: z.enum(jobTypes),
  state: z.enum(callerStates),
  data: jsonSchema.nullable(),
  message: z.string(),
  channel: z.string().nullable(),
  method: z.string().nullable(),
  url: z.string().nullable(),
  request_data: jsonSchema.nullable(),
  child_data: z
    .array(jsonSchema)
    .nullable()
    .describe('of a batch: the responses of its children in the order of the plan; null for one that has not ended'),
  attempts: z.number().int(),
  faults: z.array(faultSchema),
});
export type JobResponse = z.infer<typeof jobResponseSchema>;

export const jobNodeSchema = z.object({
  job_id: z.string(),
  stream: z.string(),
  type: z.enum(jobTypes),
  state: z.enum(jobStates),
  prompt_type: z.string().nullable(),
  participant_id: z.string().nullable(),
  method: z.string().nullable(),
  url: z.string().nullable(),
  attempts: z.number().int(),
  created_at: z.number().int(),
  ended_at: z.number().int().nullable(),
  latency_ms: z.number().nullable(),
  message: z.string(),
  faults: z.array(faultSchema),
  get children() {
    return z.array(jobNodeSchema);
  },
});
export type JobNode = z.infer<typeof jobNodeSchema>;

/** All jobs of some trees, each before what is below it. */
export function flatJobs(trees: readonly JobNode[]): JobNode[] {
  return trees.flatMap((node) => [node, ...flatJobs(node.children)]);
}

/** What a list of jobs can be of: one state, or all that are not final. */
export const jobListStates = ['pending', ...jobStates] as const;
export type JobListState = (typeof jobListStates)[number];

export const jobSummarySchema = z.object({
  job_id: z.string(),
  type: z.enum(jobTypes),
  state: z.enum(jobStates),
  parent_id: z.string().nullable(),
  contest_id: z.string().nullable(),
  participant_id: z.string().nullable(),
  prompt_type: z.string().nullable(),
  method: z.string().nullable(),
  url: z.string().nullable(),
  channel: z.string().nullable(),
  attempts: z.number().int(),
  message: z.string(),
  created_at: z.number().int(),
  ended_at: z.number().int().nullable(),
  latency_ms: z.number().nullable(),
  usage: usageSchema.nullable().describe('what it took, as far as the one who answered has said so'),
});
export type JobSummary = z.infer<typeof jobSummarySchema>;

export const jobTransitionSchema = z.object({
  from: z.enum(jobStates).nullable().describe('null when it was made'),
  to: z.enum(jobStates),
  at: z.number().int(),
  attempt: z.number().int(),
  reason: z.string(),
  due_at: z.number().int().nullable().describe('until when it stays there at the latest, where that is known'),
  fault: faultSchema.nullable(),
});
export type JobTransition = z.infer<typeof jobTransitionSchema>;
