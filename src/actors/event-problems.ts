/** Whether the events of an entry are such as its machine makes: each held against its schema, in today's shape. */
import { z } from 'zod';
import type { InputProblem } from '../protocol/errors.ts';
import { inputProblems } from '../protocol/input-problems.ts';
import { type Kind, kindOf } from './address.ts';
import { contestEventSchema } from './contest/event-schema.ts';
import { jobEventSchema } from './job/event-schema.ts';
import { machineOf } from './machines.ts';
import { participantEventSchema } from './participant/event-schema.ts';
import { roundEventSchema } from './round/event-schema.ts';
import { upcast } from './runtime/fold.ts';
import type { Entry } from './runtime/journal.ts';
import { setupEventSchema } from './setup/event-schema.ts';

const schemas: Readonly<Record<Kind, z.ZodType>> = {
  contest: z.array(contestEventSchema),
  setup: z.array(setupEventSchema),
  participant: z.array(participantEventSchema),
  round: z.array(roundEventSchema),
  job: z.array(jobEventSchema),
};

/** Everything that is wrong with them; paths begin with `events`. */
export function eventProblems({ stream, events }: Pick<Entry, 'stream' | 'events'>): InputProblem[] {
  const machine = machineOf(stream);
  const read = schemas[kindOf(stream)].safeParse(events.map((event) => upcast(machine, event)));
  return read.success ? [] : inputProblems(read.error, ['events']);
}
