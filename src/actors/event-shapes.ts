/** What the events of several machines are made of: the documents' shapes, taken strictly, with the bounds that input has. */
import { z } from 'zod';
import {
  type ActionTaken,
  actionTakenSchema,
  type Fault,
  type Feature,
  faultSchema,
  featureSchema,
  type PlayerStanding,
  playerSchema,
  type Ruling,
  rulingSchema,
  type World,
} from '../protocol/contest.ts';
import { idSchema } from '../protocol/ids.ts';
import {
  effectsSchema,
  featureEffectSchema,
  playerEffectSchema,
  type RoundEffects,
  type Usage,
  usageSchema,
} from '../protocol/messages.ts';
import { carriedSchema, positionSchema } from '../protocol/positions.ts';
import type { PhaseResult } from './contest/phase.ts';
import type { SeatReport } from './contest/state.ts';
import { schemaOf } from './schema-of.ts';

/** A number of something, or of milliseconds. */
export const countSchema = z.int().min(0);
/** Up to the last one that has a date. */
export const timeSchema = z.int().min(0).max(8_640_000_000_000_000);
/** Below 0 where a clock was put back. */
export const latencySchema = z.int();

export const faultShape = schemaOf<Fault>()(
  z.strictObject({ ...faultSchema.shape, attempt: countSchema, at: timeSchema }),
);
export const usageShape = schemaOf<Usage>()(z.strictObject(usageSchema.shape));

const placeSchema = z.union([positionSchema, carriedSchema]);
export const featureShape = schemaOf<Feature>()(z.strictObject({ ...featureSchema.shape, position: placeSchema }));
export const actionShape = schemaOf<ActionTaken>()(z.strictObject(actionTakenSchema.shape));
export const rulingShape = schemaOf<Ruling>()(z.strictObject(rulingSchema.shape));

const { id, name, inventory, health, score, memories } = playerSchema.shape;
export const standingShape = schemaOf<PlayerStanding>()(
  z.strictObject({ id, name, position: positionSchema, inventory, health, score, memories }),
);
export const worldShape = schemaOf<World>()(
  z.strictObject({ features: z.array(featureShape), players: z.array(standingShape) }),
);
export const effectsShape = schemaOf<RoundEffects>()(
  z.strictObject({
    ...effectsSchema.shape,
    players: z.array(z.strictObject(playerEffectSchema.shape)),
    features: z.array(z.strictObject(featureEffectSchema.shape)),
  }),
);

export const seatReportShape = schemaOf<SeatReport>()(
  z.strictObject({ id: z.string(), latency_ms: latencySchema.nullable(), faults: countSchema }),
);
const phaseResultShape = schemaOf<PhaseResult>()(
  z.discriminatedUnion('ok', [
    z.strictObject({ ok: z.literal(true) }),
    z.strictObject({ ok: z.literal(false), message: z.string() }),
  ]),
);

/** What the states of all phases have in common. */
export const phaseShape = {
  contest_id: idSchema,
  job_id: idSchema.nullable(),
  settled: phaseResultShape.nullable(),
  halted: z.boolean(),
  error: z.string().nullable(),
  retries: countSchema,
  cancelling: z.boolean(),
  stopped: z.boolean(),
} as const;
