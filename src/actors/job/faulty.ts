/** What comes of a fault: whose it is, and whether and when the job is tried again. When there is one is decided in `decide.ts`. */
import { backoffAfter } from '../../protocol/backoff.ts';
import type { Fault } from '../../protocol/contest.ts';
import { faultPolicies } from '../../protocol/faults.ts';
import { drawFraction } from '../../protocol/random.ts';
import { type FaultKind, type FaultOwner, roleOfPrompt } from '../../protocol/states.ts';
import { accept, type Context, type Decision } from '../runtime/machine.ts';
import { callOf } from './call.ts';
import type { ExistingJob, JobEvent } from './state.ts';

interface Blame {
  readonly kind: FaultKind;
  readonly whose?: FaultOwner;
  readonly message: string;
  readonly retryAfterMs?: number;
  readonly final?: boolean;
}

/** A fault is recorded; then it is tried again if it may pass and anything is left to try with. */
export function faulty(job: ExistingJob, before: JobEvent[], blame: Blame, context: Context): Decision<JobEvent> {
  const policy = faultPolicies[blame.kind];
  // What an agent never got is no attempt of the agent's; a URL that cannot be reached was tried.
  const keepsAttempt = policy.keepsAttempt && callOf(job.spec.task)?.type !== 'http';
  const { event } = faultEvent(job, blame, context);
  const fail: JobEvent = { type: 'failed', message: `${blame.kind}: ${blame.message}` };
  if (!policy.retried || blame.final) return accept([...before, event, fail]);
  if (job.state === 'retry' && !job.same_attempt) {
    // Another bad answer to the attempt that is over: the retry stays due when it was.
    return accept([...before, event, { type: 'retry_planned', due_at: job.due_at, same_attempt: false }]);
  }
  if (!keepsAttempt && job.attempt >= job.spec.max_attempts) return accept([...before, event, fail]);
  const dueAt = context.at + Math.max(backoff(job), blame.retryAfterMs ?? 0);
  if (dueAt > job.expires_at) return accept([...before, event, fail]);
  return accept([...before, event, { type: 'retry_planned', due_at: dueAt, same_attempt: keepsAttempt }]);
}

function backoff(job: ExistingJob): number {
  const tries = job.attempt + job.lost;
  return backoffAfter(tries, drawFraction(job.id, 'backoff', tries));
}

export function faultEvent(job: ExistingJob, blame: Blame, context: Context): { fault: Fault; event: JobEvent } {
  const fault: Fault = {
    kind: blame.kind,
    whose: ownerOf(job, blame),
    job_id: job.id,
    attempt: job.attempt,
    message: blame.message,
    at: context.at,
  };
  return { fault, event: { type: 'faulted', fault } };
}

/** Whose a fault is; what an agent would be blamed for is the judge's when the judge was asked. */
function ownerOf(job: ExistingJob, blame: Blame): FaultOwner {
  const whose = blame.whose ?? faultPolicies[blame.kind].whose;
  const { task } = job.spec;
  return whose === 'agent' && task.type === 'prompt' && roleOfPrompt[task.prompt_type] === 'judge' ? 'judge' : whose;
}
