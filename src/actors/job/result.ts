/** What a settled job of a contest tells its parent, and how the parent reads it. A batch of another program is told the job's document instead. */
import type { AnswerData } from '../../protocol/answers.ts';
import type { Fault } from '../../protocol/contest.ts';
import type { Json } from '../../protocol/json.ts';
import type { Usage } from '../../protocol/messages.ts';
import type { PromptType } from '../../protocol/states.ts';
import type { ChildNotice } from '../runtime/machine.ts';
import { callOf } from './call.ts';
import { childRecords } from './children.ts';
import type { FinalJob } from './state.ts';

export interface JobResult {
  readonly job_id: string;
  readonly participant_id: string | null;
  readonly about: string | null;
  readonly data: Json;
  readonly message: string;
  readonly attempts: number;
  readonly latency_ms: number | null;
  readonly faults: readonly Fault[];
  readonly usage: Usage | null;
  readonly children: readonly ChildResult[];
}

/** `result` is null for a child that was planned and never begun. */
interface ChildResult {
  readonly outcome: ChildNotice['outcome'];
  readonly result: JobResult | null;
}

export function jobResult(job: FinalJob): JobResult {
  const task = callOf(job.spec.task);
  return {
    job_id: job.id,
    participant_id: task && 'participant_id' in task ? task.participant_id : null,
    about: task?.type === 'prompt' ? task.about : null,
    data: job.data,
    message: job.message,
    attempts: job.attempt,
    latency_ms: job.latency_ms,
    faults: job.faults,
    usage: job.usage,
    children: childRecords(job).map(({ outcome, result }) => ({
      // One that was never begun was cancelled with the rest.
      outcome: outcome === 'planned' || outcome === 'open' ? 'cancelled' : outcome,
      result: result as JobResult | null,
    })),
  };
}

/** What the job has told that this notice is of. */
export function resultOfJob({ result }: ChildNotice): JobResult {
  return result as JobResult;
}

/** The data of a prompt that is complete: it was read in this shape when it came. */
export function answerData<Prompt extends PromptType>(data: unknown): AnswerData<Prompt> {
  return data as AnswerData<Prompt>;
}
