/** What the arena takes as commands from the bus besides jobs, and what it answers to each. */
import { z } from 'zod';
import { jobResponseSchema } from './jobs.ts';
import { contestStates } from './states.ts';

export const advanceCommandSchema = z
  .unknown()
  .describe('it is not read, and may be empty: the subject says which contest is advanced, and from which state');

export const advanceReplySchema = z.union([
  z.object({
    job_id: z.string(),
    state: z.literal('complete'),
    data: z.object({ state: z.enum(contestStates).describe('that the contest is in now') }),
  }),
  z.object({ job_id: z.string(), state: z.literal('fail'), message: z.string().describe('why it was not advanced') }),
]);
export type AdvanceReply = z.infer<typeof advanceReplySchema>;

export const jobReplySchema = z.union([
  jobResponseSchema,
  z
    .object({
      error: z.object({
        status: z.number().int().describe('as HTTP would have it'),
        detail: z.string(),
        errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
      }),
    })
    .describe('why it was not made'),
]);
export type JobReply = z.infer<typeof jobReplySchema>;
