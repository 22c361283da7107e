/** The shape of a seat's events, for those that come from elsewhere. */
import { z } from 'zod';
import { idSchema } from '../../protocol/ids.ts';
import { participantStates } from '../../protocol/states.ts';
import { countSchema, faultShape, latencySchema } from '../event-shapes.ts';
import { schemaOf } from '../schema-of.ts';
import type { ExistingParticipant, ParticipantEvent } from './state.ts';

/** Null for the setup. */
const playedRound = countSchema.nullable();

const participantStateSchema = schemaOf<ExistingParticipant>()(
  z.strictObject({
    state: z.enum(participantStates),
    contest_id: idSchema,
    id: idSchema,
    /** One less than the next: -1 where it was asked in another contest only. */
    check_no: z.int().min(-1),
    job_id: idSchema.nullable(),
    message: z.string(),
    last_latency_ms: latencySchema.nullable(),
    noted: z.strictObject({ round_no: playedRound, play: countSchema, faults: countSchema }).nullable(),
    faults: countSchema,
    failures: countSchema,
  }),
);

export const participantEventSchema = schemaOf<ParticipantEvent>()(
  z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('registered') }),
    z.strictObject({ type: z.literal('copied'), state: participantStateSchema }),
    z.strictObject({
      type: z.literal('moved'),
      from: z.enum(participantStates),
      to: z.enum(participantStates),
      check_no: countSchema.optional(),
      job_id: idSchema.optional(),
      message: z.string().optional(),
      latency_ms: latencySchema.nullable().optional(),
      fault: faultShape.optional(),
    }),
    z.strictObject({
      type: z.literal('round_noted'),
      round_no: playedRound,
      play: countSchema,
      latency_ms: latencySchema.nullable(),
      faults: z.int(),
      failures: countSchema,
    }),
  ]),
);
