/** The shape of a contest's events, for those that come from elsewhere. What a contest is made from has the bounds that input has. */
import { z } from 'zod';
import { type ArenaOfContest, arenaOfContestSchema } from '../../protocol/contest.ts';
import { contestSettingsSchema, endpointSchema, inlineArenaSchema } from '../../protocol/contest-input.ts';
import { idSchema } from '../../protocol/ids.ts';
import { limits } from '../../protocol/limits.ts';
import { positionSchema } from '../../protocol/positions.ts';
import { contestStates, endReasons, roles } from '../../protocol/states.ts';
import { countSchema, featureShape, seatReportShape, timeSchema } from '../event-shapes.ts';
import { schemaOf } from '../schema-of.ts';
import type {
  ChildOutcome,
  ContestEvent,
  ContestOrigin,
  ContestSettings,
  PlayerStandingReport,
  RoundOutcome,
  Seat,
} from './state.ts';

const { width, height, max_random_features } = inlineArenaSchema.shape;
const arena = schemaOf<ArenaOfContest>()(
  z.strictObject({
    ...arenaOfContestSchema.shape,
    width,
    height,
    max_random_features: max_random_features.unwrap(),
    features: z.array(featureShape),
  }),
);

const seat = schemaOf<Seat>()(
  z.strictObject({
    id: idSchema,
    name: z.string(),
    role: z.enum(roles),
    description: z.string(),
    endpoint: endpointSchema,
    position: positionSchema.nullable(),
    inventory: z.array(z.string()).readonly(),
  }),
);

/** A result may be told on a subject that was taken when the contest was made, and is reserved by now. */
const settings = schemaOf<ContestSettings>()(
  contestSettingsSchema.extend({ completion_channel: z.string().nullable() }),
);

const position = z.int().min(1);
const origin = schemaOf<ContestOrigin>()(
  z.union([
    z.strictObject({ clone_of: idSchema }),
    z.strictObject({ copy_of: idSchema, position, copied_at: timeSchema.optional() }),
    z.strictObject({ fork_of: idSchema, round_no: countSchema, position }),
  ]),
);

/** Readers of a contest read all its rounds up to the newest. */
const roundNo = countSchema.max(limits.rounds);
const seats = z.array(seatReportShape).readonly();
const standing = schemaOf<PlayerStandingReport>()(
  z.strictObject({ id: z.string(), score: z.int(), position: z.string(), health: z.string() }),
);
const result = schemaOf<RoundOutcome>()(
  z.strictObject({
    round_no: countSchema,
    play: countSchema,
    winner_id: z.string().nullable(),
    standing: z.array(standing).readonly(),
    failed_seats: z.array(z.string()).readonly(),
    seats,
  }),
);

const outcome = schemaOf<ChildOutcome>()(
  z.discriminatedUnion('outcome', [
    z.strictObject({ outcome: z.literal('complete') }),
    z.strictObject({ outcome: z.literal('fail'), message: z.string() }),
    z.strictObject({ outcome: z.literal('cancelled') }),
  ]),
);

export const contestEventSchema = schemaOf<ContestEvent>()(
  z.discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('contest_created'),
      origin: origin.nullable(),
      arena,
      seats: z.array(seat).readonly(),
      settings,
    }),
    z.strictObject({
      type: z.literal('past_given'),
      round_no: roundNo,
      last_round: result.nullable(),
      failures: z.record(z.string(), countSchema),
    }),
    z.strictObject({
      type: z.literal('moved'),
      from: z.enum(contestStates),
      to: z.enum(contestStates),
      round_no: roundNo.optional(),
      error: z.string().optional(),
      winner_id: z.string().nullable().optional(),
      end_reason: z.enum(endReasons).optional(),
    }),
    z.strictObject({
      type: z.literal('seats_checked'),
      seats: z.array(z.strictObject({ id: z.string(), ready: z.boolean(), message: z.string() })).readonly(),
    }),
    z.strictObject({ type: z.literal('setup_settled'), outcome, seats: seats.optional() }),
    z.strictObject({
      type: z.literal('round_settled'),
      outcome,
      result: result.nullable(),
      seats: seats.optional(),
    }),
    z.strictObject({ type: z.literal('round_restarted'), round_no: roundNo, play: countSchema }),
    z.strictObject({ type: z.literal('halted'), state: z.enum(contestStates) }),
    z.strictObject({ type: z.literal('paused') }),
    z.strictObject({ type: z.literal('removed') }),
    z.strictObject({ type: z.literal('resumed') }),
    z.strictObject({ type: z.literal('cancel_requested'), command_id: z.string() }),
    z.strictObject({ type: z.literal('adjusted'), settings: settings.partial() }),
  ]),
);
