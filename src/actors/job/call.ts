/** The call that a job makes, read out of its task: what it is, which host it goes to, and what is said of the try before. */
import { isChannelEndpoint } from '../../protocol/channels.ts';
import type { CallTask, ExistingJob, JobState, Task } from './state.ts';

/** The call that a task makes itself: a batch's own, or the task; null for a batch that only joins. */
export function callOf(task: Task): CallTask | null {
  return task.type === 'batch' ? task.call : task;
}

/** The URL of the host that a call goes to, or null for one that goes over the bus. Hosts may be busy: a call to one waits for its turn. */
export function hostUrlOf(task: CallTask | null): string | null {
  if (task?.type === 'http') return task.url;
  return task && 'endpoint' in task && !isChannelEndpoint(task.endpoint) ? task.endpoint : null;
}

/** The call that a job makes or will make, in whatever state it is. */
export function callOfJob(job: JobState): CallTask | null {
  return job.state === 'none' ? null : callOf(job.spec.task);
}

/** What was wrong with the answer before: that of an earlier attempt, so that the same attempt is asked alike however often it is sent. */
export function problemBefore({ faults }: ExistingJob, attempt: number): string {
  return faults.findLast((fault) => fault.kind !== 'late' && fault.attempt < attempt)?.message ?? '';
}
