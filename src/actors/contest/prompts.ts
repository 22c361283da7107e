/** What a contest asks as jobs, prompts and checks of health: who is asked, about what, within which limits. */

import { derivedId } from '../../protocol/ids.ts';
import type { FailurePolicy } from '../../protocol/job-input.ts';
import { pendingFactor } from '../../protocol/pending.ts';
import type { PromptType } from '../../protocol/states.ts';
import { addressOf } from '../address.ts';
import type { ChildPlan, JobCommand, JobSpec } from '../job/state.ts';
import type { Address, Context, Effect } from '../runtime/machine.ts';
import type { ExistingContest, Seat } from './state.ts';

export function promptSpec(
  contest: ExistingContest,
  seat: Seat,
  promptType: PromptType,
  roundNo: number,
  about: string | null = null,
): JobSpec {
  const { response_timeout_ms: timeoutMs, max_attempts: attemptsMax } = contest.settings;
  return {
    task: {
      type: 'prompt',
      prompt_type: promptType,
      participant_id: seat.id,
      endpoint: seat.endpoint,
      round_no: roundNo,
      about,
    },
    timeout_ms: timeoutMs,
    max_attempts: attemptsMax,
    ttl_ms: pendingFactor * timeoutMs,
  };
}

/** A job that joins prompts. */
export function batchSpec(
  contest: ExistingContest,
  children: readonly ChildPlan[],
  onChildFailure: FailurePolicy,
): JobSpec {
  const { response_timeout_ms: timeoutMs } = contest.settings;
  return {
    task: { type: 'batch', on_child_failure: onChildFailure, children, call: null },
    timeout_ms: timeoutMs,
    max_attempts: 1,
    ttl_ms: pendingFactor * timeoutMs,
  };
}

/** The spec of a health check: one attempt, sent again within its time to live while nobody listens. */
export function healthCheck(participant: { id: string; endpoint: string }, timeoutMs: number): JobSpec {
  return {
    task: { type: 'health', participant_id: participant.id, endpoint: participant.endpoint },
    timeout_ms: timeoutMs,
    max_attempts: 1,
    ttl_ms: timeoutMs,
  };
}

/** The id of the job that an entry made now plans. */
export function nextJobId({ address, scope }: Context): string {
  return derivedId(address, scope.position + 1);
}

/** The job that an entry has planned comes to life below its asker. */
export function spawnJob(asker: Address, jobId: string, spec: JobSpec): Effect {
  const command: JobCommand = { type: 'create', parent: asker, spec };
  return { type: 'spawn', address: addressOf.childJob(asker, jobId), command };
}

export function cancelJob(asker: Address, jobId: string | null, reason: string): readonly Effect[] {
  if (jobId === null) return [];
  const command: JobCommand = { type: 'cancel', reason };
  return [{ type: 'tell', to: addressOf.childJob(asker, jobId), command }];
}
