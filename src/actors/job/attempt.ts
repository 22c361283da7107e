/** How a job goes on to its call, and waits for its turn first where the call goes to a host. Pure; what depends on the contest is handed in. */
import type { Json } from '../../protocol/json.ts';
import { accept, type Context, type Decision, type Scope } from '../runtime/machine.ts';
import { callOf, hostUrlOf } from './call.ts';
import type { CallTask, ExistingJob, JobEvent, PromptTask, RenderedPrompt, ViewRecord } from './state.ts';

/** What a job needs to know of the contest that it is part of. */
export interface PromptRules {
  /** The data of a prompt as its seat may see it. */
  render(scope: Scope, task: PromptTask): RenderedPrompt;
  /** Why an answer of the right shape cannot be used in this contest, or null. */
  problemWith(scope: Scope, task: PromptTask, data: Json): string | null;
}

export type JobDecision = Decision<JobEvent>;
export const nothing: JobDecision = accept([]);

/** A job that can make its call, one that is not created yet included. */
export type Callable = Pick<ExistingJob, 'id' | 'spec' | 'expires_at' | 'attempt' | 'view'>;

export interface Attempts {
  /** A job's next step in the world: its wait for a slot at a host, or its call at once; one without a call is done. */
  goOut(job: Callable, attempt: number, before: JobEvent[], context: Context): JobDecision;
  /** Makes an attempt: numbers and records it, then sends it; the same attempt in the same words. */
  call(job: Callable, task: CallTask, attempt: number, before: JobEvent[], context: Context): JobDecision;
}

export function createAttempts(rules: Pick<PromptRules, 'render'>): Attempts {
  function goOut(job: Callable, attempt: number, before: JobEvent[], context: Context): JobDecision {
    const task = callOf(job.spec.task);
    if (!task) return accept([...before, { type: 'completed', data: null, message: '', usage: null }]);
    if (hostUrlOf(task) !== null) return accept([...before, { type: 'turn_awaited', attempt }]);
    return call(job, task, attempt, before, context);
  }

  function call(job: Callable, task: CallTask, attempt: number, before: JobEvent[], context: Context): JobDecision {
    const deadline = deadlineOf(job, task, context.at);
    const requested = (view: ViewRecord | null): JobEvent => ({ type: 'requested', attempt, deadline, view });
    if (task.type !== 'prompt') return accept([...before, requested(null)]);
    const prompt = rules.render(context.scope, task);
    const shown = attempt === job.attempt ? job.view : null;
    // The contest may have taken a step meanwhile: what was sent before is derived again.
    if (shown && shown.version === prompt.version && shown.hash !== prompt.hash)
      return accept([...before, requested(shown)], { derived: null });
    const { version, hash } = prompt;
    return accept([...before, requested({ position: context.scope.position, version, hash })], { derived: prompt });
  }

  return { goOut, call };
}

/** An agent has its whole time for every attempt; the call of a URL ends with the job's time to live. */
function deadlineOf({ spec, expires_at }: Callable, task: CallTask, at: number): number {
  const deadline = at + spec.timeout_ms;
  return task.type === 'http' ? Math.min(deadline, Math.max(at, expires_at)) : deadline;
}
