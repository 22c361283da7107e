/** The job machine: anything that the arena asks of the world, from a health check to a batch of batches. */
import { jobDefaults } from '../../protocol/job-input.ts';
import { addressOf, contestOf } from '../address.ts';
import type { Effect, Machine, Scope } from '../runtime/machine.ts';
import type { PromptRules } from './attempt.ts';
import { callOf, hostUrlOf, problemBefore } from './call.ts';
import { childRecords, openChildren, plansOpen, plansOpened } from './children.ts';
import { createJobDecider } from './decide.ts';
import { jobResponse } from './document.ts';
import { evolveJob, initialJob } from './evolve.ts';
import { jobResult } from './result.ts';
import {
  type CallTask,
  type ChildPlan,
  type ExistingJob,
  isFinalJob,
  type JobCommand,
  type JobEvent,
  type JobState,
  type Outbound,
  type RenderedPrompt,
  type WakeReason,
} from './state.ts';

type JobEffect = Effect<Outbound>;
type Spawn = Extract<JobEffect, { type: 'spawn' }>;

export function createJobMachine(rules: PromptRules): Machine<JobState, JobCommand, JobEvent, Outbound> {
  return {
    kind: 'job',
    shape: 4,
    initialState: initialJob,
    decide: createJobDecider(rules),
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
        : atWork(job, spawns(job, plansOpen(job)));
    case 'turn_awaited':
      return turn(job);
    case 'requested':
      return request(job, event.deadline, prompt ?? null);
    case 'pended':
      return [...withdrawal(job), ...wakeAt(job, 'ask_again', event.until)];
    case 'retry_planned':
      return [...withdrawal(job), ...wakeAt(job, 'retry', event.due_at)];
    case 'children_recorded':
      return atWork(job, spawns(job, plansOpened(job, event.opened.length)));
    case 'ending_begun':
      return cancelOpen(job, event.message);
    case 'completed':
    case 'failed':
    case 'cancelled':
      return [...withdrawal(job), ...report(job)];
    case 'answered':
    case 'faulted':
    case 'late_answer':
    case 'job_removed':
      return [];
    default:
      return event satisfies never;
  }
}

function owedBy(job: ExistingJob, scope: Scope): readonly JobEffect[] {
  switch (job.state) {
    case 'idle':
      if (job.waits_for === 'time') return wakeAt(job, 'due', job.spec.send_at ?? 0);
      if (job.waits_for === 'turn') return turn(job);
      if (job.ending) return cancelOpen(job, job.ending.message);
      return atWork(
        job,
        spawns(job, plansOpen(job)).filter((effect) => !isSpawned(effect, scope)),
      );
    case 'request':
      // Sent again as the same attempt with a fresh deadline: no agent is blamed for the time that the arena was away.
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

function isSpawned(effect: Spawn, scope: Scope): boolean {
  return scope.stateOf(effect.address) !== undefined;
}

function request(job: ExistingJob, deadline: number | null, prompt: RenderedPrompt | null): readonly JobEffect[] {
  const task = callOf(job.spec.task) as CallTask;
  const outbound: Outbound = {
    kind: 'call',
    job_id: job.id,
    attempt: job.attempt,
    task,
    timeout_ms: job.spec.timeout_ms,
    deadline,
    message: problemBefore(job, job.attempt),
    view: job.view,
    prompt,
    again: job.asked_again,
    child_data: job.type === 'batch' ? childRecords(job).map((child) => child.result) : null,
  };
  const command = { type: 'wake', reason: 'deadline', attempt: job.attempt } as const;
  // Sent again, it has its timeout anew; the time to live of a URL's job stays what it was.
  const again = { afterMs: job.spec.timeout_ms, ...(task.type === 'http' ? { at: job.expires_at } : {}) };
  return [
    { type: 'send', outbound },
    { type: 'wake', command, ...(deadline === null ? again : { at: deadline }) },
  ];
}

function wakeAt(job: ExistingJob, reason: WakeReason, at: number): readonly JobEffect[] {
  const command = { type: 'wake', reason, attempt: job.attempt } as const;
  return [{ type: 'wake', command, at }];
}

/** Asks for its turn at the host that its call goes to, and waits for it until its time is over. */
function turn(job: ExistingJob): readonly JobEffect[] {
  const outbound: Outbound = {
    kind: 'turn',
    job_id: job.id,
    attempt: job.attempt,
    url: hostUrlOf(callOf(job.spec.task)) ?? '',
    priority: job.spec.priority ?? jobDefaults.priority,
    since: job.created_at,
  };
  return [{ type: 'send', outbound }, ...expiry(job)];
}

/** A job that had a slot at a host gives it back, and one that waited for a slot waits no more. */
function withdrawal(job: ExistingJob): readonly JobEffect[] {
  if (hostUrlOf(callOf(job.spec.task)) === null) return [];
  return [{ type: 'send', outbound: { kind: 'withdrawal', job_id: job.id } }];
}

/** A batch with children at work is watched for its time to live. */
function atWork(job: ExistingJob, effects: readonly JobEffect[]): readonly JobEffect[] {
  return job.type === 'batch' && job.state === 'idle' && !job.ending ? [...effects, ...expiry(job)] : effects;
}

/** What belongs to a contest goes on after the arena was away, however long: the contest ends it. */
function expiry(job: ExistingJob): readonly JobEffect[] {
  return isOfContest(job) ? [] : wakeAt(job, 'expired', job.expires_at);
}

function isOfContest(job: ExistingJob): boolean {
  return job.parent !== null && contestOf(job.parent) !== null;
}

function spawns(job: ExistingJob, plans: readonly ChildPlan[]): readonly Spawn[] {
  return plans.map((plan) => spawn(job, plan));
}

function spawn(job: ExistingJob, plan: ChildPlan): Spawn {
  const self = addressOfJob(job);
  return {
    type: 'spawn',
    address: addressOf.childJob(self, plan.id),
    command: { type: 'create', parent: self, spec: plan.spec } as JobCommand,
  };
}

function cancelOpen(job: ExistingJob, reason: string): readonly JobEffect[] {
  const self = addressOfJob(job);
  return openChildren(job).map((child) => ({
    type: 'tell',
    to: addressOf.childJob(self, child),
    command: { type: 'cancel', reason } as JobCommand,
  }));
}

/** A contest is told what it needs for its round; the batch of another program gets the response that its maker would. */
function report(job: ExistingJob): readonly JobEffect[] {
  if (!isFinalJob(job) || job.parent === null) return [];
  const result = isOfContest(job) ? jobResult(job) : jobResponse(job);
  return [
    {
      type: 'notify',
      to: job.parent,
      notice: { child: job.id, outcome: job.state, result },
    },
  ];
}

function addressOfJob(job: ExistingJob): string {
  return job.parent === null ? addressOf.topJob(job.id) : addressOf.childJob(job.parent, job.id);
}
