/** The entries of a job, read as what they are: its events, and what it is to do after them. Pure. */
import type { Entry } from '../runtime/journal.ts';
import type { JobEvent, JobState, Task } from './state.ts';

export function jobEvents({ events }: Pick<Entry, 'events'>): readonly JobEvent[] {
  return events as readonly unknown[] as readonly JobEvent[];
}

/** The task of a job when these events follow its state; null for one that was not made. */
export function taskAfter(before: JobState | undefined, events: readonly JobEvent[]): Task | null {
  const created = events.find((event) => event.type === 'job_created');
  if (created) return created.spec.task;
  return before && before.state !== 'none' ? before.spec.task : null;
}
