/** The history of a job: a view over its entries, or its batch's where it never began; one line for each transition. Pure. */
import type { Fault } from '../../protocol/contest.ts';
import type { JobTransition } from '../../protocol/jobs.ts';
import type { Entry } from '../runtime/journal.ts';
import type { Address } from '../runtime/machine.ts';
import { jobEvents } from './entries.ts';
import { evolveJob, initialJob } from './evolve.ts';
import { type ExistingJob, isFinalJob, type JobEvent, type JobState } from './state.ts';

/** `entries` are those of the job, in order. */
export function jobHistory(address: Address, entries: readonly Entry[]): JobTransition[] {
  const transitions: JobTransition[] = [];
  let job: JobState = initialJob(address);
  for (const entry of entries) {
    let fault: Fault | null = null;
    for (const event of jobEvents(entry)) {
      const before: JobState = job;
      job = evolveJob(before, event, entry.at);
      if (event.type === 'faulted') fault = event.fault;
      if (job.state === 'none' || job.state === before.state) continue;
      transitions.push({
        from: before.state === 'none' ? null : before.state,
        to: job.state,
        at: entry.at,
        attempt: job.attempt,
        reason: reasonOf(event, job, fault),
        due_at: dueAt(job),
        fault,
      });
    }
  }
  return transitions;
}

/** Of a job that never began and has no entries: what is known of it from the batch above it that did begin. */
export function unbegunHistory(job: ExistingJob, batch: ExistingJob): JobTransition[] {
  const still = { attempt: 0, due_at: null, fault: null };
  const planned = `planned with batch ${batch.id}, and not begun`;
  const made: JobTransition = { ...still, from: null, to: 'idle', at: job.created_at, reason: planned };
  if (!isFinalJob(job) || !isFinalJob(batch)) return [made];
  const why = batch.message === '' ? '' : `: ${batch.message}`;
  const reason = `never begun, for batch ${batch.id} ended before its turn (${batch.state}${why})`;
  return [made, { ...still, from: 'idle', to: job.state, at: job.ended_at, reason }];
}

function reasonOf(event: JobEvent, job: ExistingJob, fault: Fault | null): string {
  switch (event.type) {
    case 'job_created':
      return job.state === 'idle' && job.waits_for === 'time' ? 'made; waits for its time' : 'made';
    case 'turn_awaited':
      return 'waits for its turn at the host';
    case 'requested':
      return job.asked_again ? 'asked whether it is done' : `attempt ${event.attempt} was sent`;
    case 'answered':
      return `answered after ${event.latency_ms} ms`;
    case 'completed':
    case 'pended':
    case 'failed':
    case 'cancelled':
      return event.message || event.type;
    case 'retry_planned':
      return `${fault ? `${fault.kind}: ${fault.message}` : 'tried again'}${event.same_attempt ? ' (keeps its attempt)' : ''}`;
    case 'faulted':
    case 'late_answer':
      return event.fault.message;
    default:
      return event.type;
  }
}

/** Until when a job stays in its state at the latest. */
function dueAt(job: ExistingJob): number | null {
  switch (job.state) {
    case 'idle':
      return job.waits_for === 'time' ? (job.spec.send_at ?? null) : null;
    case 'request':
      return job.deadline;
    case 'waiting':
      return job.until;
    case 'retry':
      return job.due_at;
    default:
      return null;
  }
}
