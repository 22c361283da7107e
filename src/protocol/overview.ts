/** Every contest in a few words: what a list shows of each, and what has changed in it since a list was last looked at. */
import { z } from 'zod';
import { contestStates, endReasons } from './states.ts';

const time = z.number().int();

export const overviewRowSchema = z.object({
  id: z.string(),
  state: z.enum(contestStates),
  paused: z.boolean(),
  arena: z.string().describe('the name of its arena'),
  players: z
    .array(z.object({ id: z.string(), name: z.string(), score: z.number().int().nullable() }))
    .describe('in the order of their seats; the score is null before round 0'),
  current_round: z.number().int().nullable(),
  max_rounds: z.number().int(),
  winning_score: z.number().int(),
  auto_advance: z.boolean(),
  winner_id: z.string().nullable(),
  end_reason: z.enum(endReasons).nullable(),
  error: z.string().nullable(),
  created_at: time,
  start_time: time.nullable(),
  end_time: time.nullable(),
});
export type OverviewRow = z.infer<typeof overviewRowSchema>;

export const contestOverviewSchema = z.object({
  cursor: z.number().int().describe('give it as `after` the next time'),
  contests: z.array(overviewRowSchema).describe('those that are new or have changed, newest first'),
  removed: z.array(z.string()).describe('the ids of those that were deleted'),
});
export type ContestOverview = z.infer<typeof contestOverviewSchema>;
