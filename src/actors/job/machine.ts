/** The job machine: anything that the arena asks of the world, from a health check to a batch of batches. */
import type { Json } from '../../protocol/json.ts';
import { addressOf } from '../address.ts';
import type { Effect, Machine, Scope } from '../runtime/machine.ts';
import { decideJob, type PromptRules } from './decide.ts';
import { callOf, evolveJob, initialJob, isFinalJob, jobResult } from './progress.ts';
import type {
  CallTask,
  ChildPlan,
  ExistingJob,
  JobCommand,
  JobEvent,
  JobState,
  OutboundCall,
  RenderedPrompt,
} from './state.ts';

type JobEffect = Effect<OutboundCall>;

export function createJobMachine(rules: PromptRules): Machine<JobState, JobCommand, JobEvent, OutboundCall> {
  return {
    kind: 'job',
    shape: 2,
    initialState: initialJob,
    decide: (state, command, context) => decideJob(rules, state, command, context),
    evolve: evolveJob,
    effects: (state, event, derived) =>
      state.state === 'none' ? [] : effectsOf(state, event, derived as RenderedPrompt | null | undefined),
    owed: (state, scope) => (state.state === 'none' ? [] : owedBy(state, scope)),
    activity: (state) => (state.state === 'none' || isFinalJob(state) ? 'final' : 'active'),
  };
}

function effectsOf(job: ExistingJob, event: JobEvent, prompt: RenderedPrompt | null | undefined): readonly JobEffect[] {
  switch (event.type) {
    case 'job_created':
      return job.state === 'idle' && job.waits_for === 'time'
        ? wakeAt(job, 'due', job.spec.send_at ?? 0)
        : births(job, null);
    case 'requested':
      return request(job, event.deadline, prompt ?? null);
    case 'pended':
      return wakeAt(job, 'ask_again', event.until);
    case 'retry_planned':
      return wakeAt(job, 'retry', event.due_at);
    case 'children_recorded':
      return births(job, event.opened);
    case 'ending_begun':
      return cancelOpen(job, event.message);
    case 'completed':
    case 'failed':
    case 'cancelled':
      return report(job);
    case 'answered':
    case 'faulted':
    case 'late_answer':
      return [];
    default:
      return event satisfies never;
  }
}

function owedBy(job: ExistingJob, scope: Scope): readonly JobEffect[] {
  switch (job.state) {
    case 'idle':
      if (job.waits_for === 'time') return wakeAt(job, 'due', job.spec.send_at ?? 0);
      return job.ending
        ? cancelOpen(job, job.ending.message)
        : births(job, null).filter((effect) => isUnborn(effect, scope));
    case 'request':
      // Sent again as the same attempt with a fresh deadline: nobody is blamed for the time that the arena was away.
      return request(job, null, null);
    case 'waiting':
      return wakeAt(job, 'ask_again', job.until);
    case 'retry':
      return wakeAt(job, 'retry', job.due_at);
    case 'response':
      return [];
    case 'complete':
    case 'fail':
    case 'cancelled':
      return report(job);
    default:
      return job satisfies never;
  }
}

function isUnborn(effect: JobEffect, scope: Scope): boolean {
  return effect.type === 'spawn' && scope.stateOf(effect.address) === undefined;
}

function request(job: ExistingJob, deadline: number | null, prompt: RenderedPrompt | null): readonly JobEffect[] {
  const task = callOf(job.spec.task) as CallTask;
  const outbound: OutboundCall = {
    job_id: job.id,
    attempt: job.attempt,
    task,
    timeout_ms: job.spec.timeout_ms,
    deadline,
    message: job.faults.findLast((fault) => fault.kind !== 'late')?.message ?? '',
    view: job.view,
    prompt,
    again: job.asked_again,
    child_data: job.children.map((child) => child.result),
  };
  const wake = { type: 'wake', reason: 'deadline', attempt: job.attempt } as const;
  return [
    { type: 'send', outbound },
    deadline === null
      ? { type: 'wake', command: wake, afterMs: job.spec.timeout_ms }
      : { type: 'wake', command: wake, at: deadline },
  ];
}

function wakeAt(job: ExistingJob, reason: 'due' | 'ask_again' | 'retry', at: number): readonly JobEffect[] {
  const command = { type: 'wake', reason, attempt: job.attempt } as const;
  return [{ type: 'wake', command, at }];
}

/** The births of the children that are open, or of those just opened. */
function births(job: ExistingJob, opened: readonly string[] | null): readonly JobEffect[] {
  const { task } = job.spec;
  if (task.type !== 'batch') return [];
  const due = opened ?? job.children.filter((child) => child.outcome === 'open').map((child) => child.id);
  if (due.length === 0) return [];
  const wanted = new Set(due);
  return task.children.filter((plan) => wanted.has(plan.id)).map((plan) => birth(job, plan));
}

function birth(job: ExistingJob, plan: ChildPlan): JobEffect {
  const self = addressOfJob(job);
  return {
    type: 'spawn',
    address: addressOf.childJob(self, plan.id),
    command: { type: 'create', parent: self, spec: plan.spec } as JobCommand,
  };
}

function cancelOpen(job: ExistingJob, reason: string): readonly JobEffect[] {
  const self = addressOfJob(job);
  return job.children
    .filter((child) => child.outcome === 'open')
    .map((child) => ({
      type: 'tell',
      to: addressOf.childJob(self, child.id),
      command: { type: 'cancel', reason } as JobCommand,
    }));
}

function report(job: ExistingJob): readonly JobEffect[] {
  if (!isFinalJob(job) || job.parent === null) return [];
  return [
    {
      type: 'notify',
      to: job.parent,
      notice: { child: job.id, outcome: job.state, result: jobResult(job) as unknown as Json },
    },
  ];
}

function addressOfJob(job: ExistingJob): string {
  return job.parent === null ? addressOf.topJob(job.id) : addressOf.childJob(job.parent, job.id);
}
