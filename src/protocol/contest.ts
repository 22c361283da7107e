/** The contest as it is shown: to people in full (`ContestDocument`), to a seat with what it may see (`ContestView`). */
import { z } from 'zod';
import { contestStates, endReasons, faultKinds, faultOwners, participantStates, roles, roundStates } from './states.ts';

export const faultSchema = z.object({
  kind: z.enum(faultKinds),
  whose: z.enum(faultOwners),
  job_id: z.string(),
  attempt: z.number().int(),
  message: z.string(),
  at: z.number().int(),
});
export type Fault = z.infer<typeof faultSchema>;

export const featureSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  position: z.string().describe('"x,y", or "player:<id>" while it is carried'),
  origin: z.enum(['required', 'random']),
});
export type Feature = z.infer<typeof featureSchema>;

export const actionTakenSchema = z.object({
  action: z.string().describe('"none" when the player gave no usable answer'),
  target: z.string().nullable(),
  narration: z.string().nullable(),
});
export type ActionTaken = z.infer<typeof actionTakenSchema>;

export const rulingSchema = z.object({
  result: z.string(),
  reason: z.string().nullable(),
  narration: z.string().nullable(),
  memories: z.string().nullable().optional().describe("the judge's own notes; shown to the judge and to people only"),
});
export type Ruling = z.infer<typeof rulingSchema>;

export const playerSchema = z.object({
  id: z.string().describe("the participant's id"),
  name: z.string(),
  position: z.string(),
  inventory: z.array(z.string()),
  health: z.string(),
  score: z.number().int(),
  memories: z.string(),
  action: actionTakenSchema.nullable(),
  result: rulingSchema.nullable(),
  faults: z.array(faultSchema),
});
export type Player = z.infer<typeof playerSchema>;

/** A player's state between rounds: what a round starts from and what it leaves. */
export type PlayerStanding = Pick<Player, 'id' | 'name' | 'position' | 'inventory' | 'health' | 'score' | 'memories'>;

export interface World {
  features: Feature[];
  players: PlayerStanding[];
}

export const roundSchema = z.object({
  round_no: z.number().int(),
  state: z.enum(roundStates),
  narrative: z.string().nullable(),
  ending_narrative: z.string().nullable(),
  features: z.array(featureSchema),
  players: z.array(playerSchema),
  start: z.object({
    features: z.array(featureSchema),
    players: z.array(
      playerSchema.pick({
        id: true,
        name: true,
        position: true,
        inventory: true,
        health: true,
        score: true,
        memories: true,
      }),
    ),
  }),
  stats: z.object({
    actions_count: z.number().int(),
    duration_ms: z.number().int().nullable(),
    metrics: z.record(z.string(), z.number()),
  }),
});
export type RoundDocument = z.infer<typeof roundSchema>;

export const arenaOfContestSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  width: z.number().int(),
  height: z.number().int(),
  rules: z.string(),
  winning_condition: z.string(),
  max_random_features: z.number().int(),
  features: z.array(featureSchema),
});
export type ArenaOfContest = z.infer<typeof arenaOfContestSchema>;

export const seatDocumentSchema = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(roles),
  description: z.string(),
  endpoint: z.string(),
  state: z.enum(participantStates),
  faults_count: z.number().int(),
  last_latency_ms: z.number().nullable(),
});
export type SeatDocument = z.infer<typeof seatDocumentSchema>;

export const contestDocumentSchema = z.object({
  id: z.string(),
  state: z.enum(contestStates),
  paused: z.boolean(),
  arena: arenaOfContestSchema,
  participants: z.array(seatDocumentSchema),
  rounds: z.array(roundSchema),
  current_round: z.number().int().nullable(),
  auto_advance: z.boolean(),
  max_rounds: z.number().int(),
  winning_score: z.number().int(),
  seed: z.number().int(),
  winner_id: z.string().nullable(),
  end_reason: z.enum(endReasons).nullable(),
  start_time: z.number().int().nullable(),
  end_time: z.number().int().nullable(),
  error: z.string().nullable(),
  position: z.number().int().describe("the contest's own entry number that this document shows"),
});
export type ContestDocument = z.infer<typeof contestDocumentSchema>;

/** A contest in a list: the document without its rounds. */
export const contestSummarySchema = contestDocumentSchema.omit({ rounds: true });
export type ContestSummary = z.infer<typeof contestSummarySchema>;

/**
 * What one seat sees. The same shape as the document with everything left out that is not for that seat: a player
 * sees its own inventory, score, memories and faults and none of another's, no seed, nobody's endpoint, and no notes of
 * the judge; the judge sees the players in full, the seed and its own notes; announcer and arena agent see what a
 * spectator may see (positions, health, scores, inventories, no memories, no notes, no seed).
 */
const playerViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  position: z.string(),
  health: z.string(),
  inventory: z.array(z.string()).optional(),
  score: z.number().int().optional(),
  memories: z.string().optional(),
  action: actionTakenSchema.nullable(),
  result: rulingSchema.nullable(),
});
export type PlayerView = z.infer<typeof playerViewSchema>;

const roundViewSchema = z.object({
  round_no: z.number().int(),
  state: z.string(),
  narrative: z.string().nullable(),
  ending_narrative: z.string().nullable(),
  features: z.array(featureSchema),
  players: z.array(playerViewSchema),
});
export type RoundView = z.infer<typeof roundViewSchema>;

export const contestViewSchema = z.object({
  id: z.string(),
  state: z.string(),
  arena: arenaOfContestSchema.describe('its features are left out after round 0: each round has its own'),
  participants: z.array(
    z.object({ id: z.string(), name: z.string(), role: z.enum(roles), description: z.string(), out: z.boolean() }),
  ),
  rounds: z.array(roundViewSchema),
  current_round: z.number().int().nullable(),
  max_rounds: z.number().int(),
  winning_score: z.number().int(),
  seed: z.number().int().optional(),
  /** `seed` is the seat's own number to draw from: the same in every contest with the same seed, and telling nothing of that. */
  you: z.object({ id: z.string(), name: z.string(), role: z.enum(roles), seed: z.number().int() }),
});
export type ContestView = z.infer<typeof contestViewSchema>;
