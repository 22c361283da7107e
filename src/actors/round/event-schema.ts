/** The shape of a round's events, for those that come from elsewhere. */
import { z } from 'zod';
import { idSchema } from '../../protocol/ids.ts';
import { roundStates } from '../../protocol/states.ts';
import {
  actionShape,
  countSchema,
  effectsShape,
  faultShape,
  latencySchema,
  phaseShape,
  rulingShape,
  timeSchema,
  usageShape,
  worldShape,
} from '../event-shapes.ts';
import { schemaOf } from '../schema-of.ts';
import type { ExistingRound, RoundEvent } from './state.ts';

const actions = z
  .array(z.strictObject({ id: z.string(), action: actionShape, memories: z.string().nullable() }))
  .readonly();
const rulings = z.array(z.strictObject({ id: z.string(), ruling: rulingShape })).readonly();
const seats = z
  .array(
    z.strictObject({
      id: z.string(),
      latency_ms: latencySchema.nullable(),
      faults: z.array(faultShape).readonly(),
      usage: usageShape.nullable(),
      failed: z.boolean(),
    }),
  )
  .readonly();
const failure = z.string().nullable();

const roundStateSchema = schemaOf<ExistingRound>()(
  z.strictObject({
    ...phaseShape,
    state: z.enum(roundStates),
    round_no: countSchema,
    start: worldShape,
    started_at: timeSchema,
    ended_at: timeSchema.nullable(),
    actions,
    rulings,
    effects: effectsShape.nullable(),
    ending_narrative: z.string().nullable(),
    seats,
    failed_in: z.enum(roundStates).nullable(),
    play: countSchema,
    restarting: countSchema.nullable(),
  }),
);

export const roundEventSchema = schemaOf<RoundEvent>()(
  z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('round_created'), start: worldShape, retries: countSchema }),
    z.strictObject({ type: z.literal('copied'), state: roundStateSchema }),
    z.strictObject({
      type: z.literal('moved'),
      from: z.enum(roundStates),
      to: z.enum(roundStates),
      job_id: idSchema.optional(),
      error: z.string().optional(),
    }),
    z.strictObject({ type: z.literal('actions_taken'), actions, seats, failure: z.string().optional() }),
    z.strictObject({ type: z.literal('rulings_made'), rulings, seats, failure }),
    z.strictObject({ type: z.literal('effects_applied'), effects: effectsShape.nullable(), seats, failure }),
    z.strictObject({ type: z.literal('results_described'), text: z.string().nullable(), seats, failure }),
    z.strictObject({
      type: z.literal('retried'),
      number: countSchema,
      to: z.enum(roundStates),
      job_id: idSchema,
    }),
    z.strictObject({ type: z.literal('restart_requested'), play: countSchema }),
    z.strictObject({
      type: z.literal('restarted'),
      from: z.enum(roundStates),
      to: z.literal('idle'),
      play: countSchema,
      retries: countSchema,
    }),
    z.strictObject({ type: z.literal('halted'), state: z.enum(roundStates) }),
    z.strictObject({ type: z.literal('cancel_requested') }),
    z.strictObject({ type: z.literal('stopped') }),
  ]),
);
