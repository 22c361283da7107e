/** What hosts of agents tell each other about a generation, so that it is made once and no budget is spent twice. */
import { z } from 'zod';
import { spendingSchema } from './generate-jobs.ts';
import { responseSchema } from './messages.ts';

const host = z.string().describe('the host that says so; it has another id after a restart');

/** What an agent and a contest have used up. */
const spentSchema = z.object({ agent: spendingSchema, contest: spendingSchema });
export type Spent = z.infer<typeof spentSchema>;

/** Whose budgets a generation is paid from. Agents have other ids at every host; participants have not. */
const payerSchema = z.object({ participant_id: z.string(), contest_id: z.string().nullable() });
export type Payer = Readonly<z.infer<typeof payerSchema>>;

export const hostQuestionSchema = z.object({
  host,
  generation: z.string(),
  payer: payerSchema.optional().describe('whose spending is asked for too'),
});
export type HostQuestion = z.infer<typeof hostQuestionSchema>;

const spent = spentSchema.optional().describe('what the payer of the question has spent there');
export const hostReplySchema = z.discriminatedUnion('state', [
  z.object({
    host,
    state: z
      .enum(['none', 'doubting', 'working'])
      .describe(
        'of the generation; `doubting` of one that the host worked on before it was away, and asks about itself',
      ),
    spent,
  }),
  z.object({ host, state: z.literal('answered'), response: responseSchema, spent }),
]);
export type HostReply = z.infer<typeof hostReplySchema>;

export const hostPresenceSchema = z.object({ host, state: z.enum(['here', 'gone']) });
