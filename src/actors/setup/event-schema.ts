/** The shape of a setup's events, for those that come from elsewhere. */
import { z } from 'zod';
import { idSchema } from '../../protocol/ids.ts';
import { setupStates } from '../../protocol/states.ts';
import { countSchema, faultShape, featureShape, phaseShape, standingShape } from '../event-shapes.ts';
import { schemaOf } from '../schema-of.ts';
import type { ExistingSetup, SetupEvent } from './state.ts';

const features = z.array(featureShape).readonly();
const players = z.array(standingShape).readonly();
const faultsOfSeat = { seat: z.string(), faults: z.array(faultShape).readonly() };

const setupStateSchema = schemaOf<ExistingSetup>()(
  z.strictObject({
    ...phaseShape,
    state: z.enum(setupStates),
    features,
    players,
    narrative: z.string().nullable(),
    failed_in: z.enum(setupStates).nullable(),
    faults: z.array(z.strictObject(faultsOfSeat)).readonly(),
  }),
);

export const setupEventSchema = schemaOf<SetupEvent>()(
  z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('setup_created'), retries: countSchema }),
    z.strictObject({ type: z.literal('copied'), state: setupStateSchema }),
    z.strictObject({
      type: z.literal('moved'),
      from: z.enum(setupStates),
      to: z.enum(setupStates),
      features: features.optional(),
      players: players.optional(),
      job_id: idSchema.optional(),
      error: z.string().optional(),
    }),
    z.strictObject({ type: z.literal('features_generated'), features }),
    z.strictObject({ type: z.literal('described'), text: z.string() }),
    z.strictObject({ type: z.literal('phase_failed'), message: z.string() }),
    z.strictObject({ type: z.literal('faults_noted'), ...faultsOfSeat }),
    z.strictObject({ type: z.literal('retried'), number: countSchema, job_id: idSchema.optional() }),
    z.strictObject({ type: z.literal('halted'), state: z.enum(setupStates) }),
    z.strictObject({ type: z.literal('cancel_requested') }),
    z.strictObject({ type: z.literal('stopped') }),
  ]),
);
