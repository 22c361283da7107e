/**
 * Which generations under way nobody wants any more: the arena has told that their job has ended (cancelled, expired, answered by somebody
 * else), or their job has come to a later attempt, at whichever host. What is done with those is the caller's.
 */
import { z } from 'zod';
import type { BusConnection } from '../bridge/bus.ts';
import { jobStates } from '../protocol/states.ts';
import { subjects } from '../protocol/subjects.ts';
import { bodyAs } from './bus-body.ts';
import type { ExistingGeneration, GenerationSpec } from './generation/state.ts';

type Underway = Pick<ExistingGeneration, 'id' | 'spec'>;

export interface UnwantedGenerations {
  /** It has begun, or was brought back. */
  underway(generation: Underway): void;
  ended(generation: Underway): void;
  close(): void;
}

export interface UnwantedGenerationsOptions {
  readonly bus: BusConnection;
  readonly giveUp: (id: string, reason: string) => void;
}

const jobEndedSchema = z.object({ model_id: z.string(), detail: z.looseObject({ state: z.enum(jobStates) }) });
const begunSchema = z.object({
  detail: z.looseObject({ participant_id: z.string().nullable(), attempt: z.number().int() }),
});

export function createUnwantedGenerations({ bus, giveUp }: UnwantedGenerationsOptions): UnwantedGenerations {
  /** By the job that they answer, which is what is told. */
  const byJob = new Map<string, Map<string, GenerationSpec>>();

  const jobs = bus.subscribe(subjects.arenaModelChange.build({ arenaModel: 'job', action: 'update' }), ({ data }) => {
    // Most jobs are of agents without a model; of these nothing need be read.
    const told = byJob.size === 0 ? null : bodyAs(jobEndedSchema, data);
    for (const id of byJob.get(told?.model_id ?? '')?.keys() ?? []) giveUp(id, `its job is ${told?.detail.state}`);
  });
  const beginnings = bus.subscribe(subjects.generation.wildcard, ({ subject, data }) => {
    const those = byJob.get(subjects.generation.parse(subject)?.job ?? '');
    const begun = those && bodyAs(begunSchema, data)?.detail;
    for (const [id, { participant_id: participantId, attempt }] of begun ? those : [])
      if (participantId === begun?.participant_id && attempt < begun.attempt)
        giveUp(id, `its job has come to attempt ${begun.attempt}`);
  });

  return {
    underway({ id, spec }) {
      if (spec.job_id === null) return;
      const those = byJob.get(spec.job_id) ?? new Map<string, GenerationSpec>();
      byJob.set(spec.job_id, those.set(id, spec));
    },
    ended({ id, spec }) {
      const those = byJob.get(spec.job_id ?? '');
      those?.delete(id);
      if (those?.size === 0) byJob.delete(spec.job_id ?? '');
    },
    close() {
      jobs.unsubscribe();
      beginnings.unsubscribe();
    },
  };
}
