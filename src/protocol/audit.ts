/** What an audit of a contest's journal finds: how much was checked, and every entry that does not hold. */
import { z } from 'zod';

export const auditSchema = z.object({
  contest_id: z.string(),
  ok: z.boolean(),
  entries: z.number().int().describe('entries whose hash follows from the one before, and that were folded again'),
  requests: z.number().int().describe('requests to agents that were decided again from the state before them'),
  views: z.number().int().describe('views that were made again and have the hash on record'),
  views_of_other_versions: z
    .number()
    .int()
    .describe('views that another version of the program made, whose hash this one cannot make again'),
  problems: z.array(
    z.object({
      position: z.number().int().describe('the first entry that does not hold'),
      stream: z.string().nullable(),
      problem: z.string(),
    }),
  ),
});
export type Audit = z.infer<typeof auditSchema>;
