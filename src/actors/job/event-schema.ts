/** The shape of a job's events, for those that come from elsewhere. */
import { z } from 'zod';
import { idSchema } from '../../protocol/ids.ts';
import { failurePolicies, httpMethods } from '../../protocol/job-input.ts';
import { jsonSchema } from '../../protocol/json.ts';
import { finalJobStates, promptTypes } from '../../protocol/states.ts';
import { countSchema, faultShape, latencySchema, timeSchema, usageShape } from '../event-shapes.ts';
import { schemaOf } from '../schema-of.ts';
import type {
  BatchTask,
  ChildPlan,
  HealthTask,
  HttpTask,
  JobEvent,
  JobSpec,
  MessageTask,
  PromptTask,
  Task,
  ViewRecord,
} from './state.ts';

const whom = { participant_id: z.string(), endpoint: z.string() };
const prompt = schemaOf<PromptTask>()(
  z.strictObject({
    type: z.literal('prompt'),
    prompt_type: z.enum(promptTypes),
    ...whom,
    round_no: countSchema,
    about: z.string().nullable(),
  }),
);
const health = schemaOf<HealthTask>()(z.strictObject({ type: z.literal('health'), ...whom }));
const http = schemaOf<HttpTask>()(
  z.strictObject({ type: z.literal('http'), method: z.enum(httpMethods), url: z.string(), data: jsonSchema }),
);
const message = schemaOf<MessageTask>()(
  z.strictObject({ type: z.literal('message'), subject: z.string(), data: jsonSchema }),
);
const batch = schemaOf<BatchTask>()(
  z.strictObject({
    type: z.literal('batch'),
    on_child_failure: z.enum(failurePolicies),
    get children(): z.ZodType<readonly ChildPlan[]> {
      return z.array(z.strictObject({ id: idSchema, spec })).readonly();
    },
    call: z.discriminatedUnion('type', [http, message]).nullable(),
    data: jsonSchema.optional(),
  }),
);
const task = schemaOf<Task>()(z.discriminatedUnion('type', [prompt, health, http, message, batch]));

const spec = schemaOf<JobSpec>()(
  z.strictObject({
    task,
    timeout_ms: countSchema,
    max_attempts: countSchema,
    ttl_ms: countSchema,
    send_at: timeSchema.optional(),
    priority: countSchema.optional(),
    channel: z.string().optional(),
  }),
);

const view = schemaOf<ViewRecord>()(
  z.strictObject({ position: countSchema, version: countSchema, hash: z.string() }),
).nullable();

const why = z.string();
const attempt = countSchema;

export const jobEventSchema = schemaOf<JobEvent>()(
  z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('job_created'), parent: z.string().nullable(), spec }),
    z.strictObject({ type: z.literal('turn_awaited'), attempt }),
    z.strictObject({ type: z.literal('requested'), attempt, deadline: timeSchema, view }),
    z.strictObject({
      type: z.literal('answered'),
      attempt,
      latency_ms: latencySchema,
      raw: z.string().nullable(),
    }),
    z.strictObject({ type: z.literal('completed'), data: jsonSchema, message: why, usage: usageShape.nullable() }),
    z.strictObject({ type: z.literal('pended'), until: timeSchema, message: why }),
    z.strictObject({ type: z.literal('faulted'), fault: faultShape }),
    z.strictObject({ type: z.literal('retry_planned'), due_at: timeSchema, same_attempt: z.boolean() }),
    z.strictObject({ type: z.literal('failed'), message: why }),
    z.strictObject({
      type: z.literal('children_recorded'),
      children: z
        .array(z.strictObject({ id: z.string(), outcome: z.enum(finalJobStates), result: jsonSchema }))
        .readonly(),
      opened: z.array(z.string()).readonly(),
    }),
    z.strictObject({ type: z.literal('ending_begun'), outcome: z.enum(['fail', 'cancelled']), message: why }),
    z.strictObject({ type: z.literal('cancelled'), message: why }),
    z.strictObject({ type: z.literal('job_removed') }),
    z.strictObject({ type: z.literal('late_answer'), fault: faultShape, raw: z.string() }),
  ]),
);
