/** How a job decides: one small function per command, total over its states. Pure; what depends on the contest is handed in. */
import { readAnswer, readResponse } from '../../protocol/answers.ts';
import type { Json } from '../../protocol/json.ts';
import { limits } from '../../protocol/limits.ts';
import type { AgentResponse } from '../../protocol/messages.ts';
import type { PromptType } from '../../protocol/states.ts';
import { lastSegment } from '../address.ts';
import { accept, type ChildrenSettled, type Context, type Decision, refuse, type Scope } from '../runtime/machine.ts';
import { faultEvent, faulty } from './faulty.ts';
import { callOf, isFinalJob } from './progress.ts';
import {
  type BatchTask,
  type CallTask,
  childrenLiveMax,
  type ExistingJob,
  type JobCommand,
  type JobEvent,
  type JobState,
  type PromptTask,
  type RenderedPrompt,
  type SettledChild,
  type ViewRecord,
} from './state.ts';

/** What a job needs to know of the contest that it is part of. */
export interface PromptRules {
  /** The data of a prompt as its seat may see it. */
  render(scope: Scope, task: PromptTask): RenderedPrompt;
  /** Why an answer of the right shape cannot be used in this contest, or null. */
  problemWith(scope: Scope, task: PromptTask, data: Json): string | null;
}

type Outcome = Decision<JobEvent>;
const nothing: Outcome = accept([]);

/** How long to wait after `pending`. Each time makes entries: an agent that says 0 for ten minutes must not fill the disk. */
const pendingMs = { min: 100, usual: 1_000 } as const;

export function decideJob(rules: PromptRules, state: JobState, command: JobCommand, context: Context): Outcome {
  if (state.state === 'none') {
    return command.type === 'create'
      ? create(rules, command, context)
      : refuse('not_found', `there is no job ${state.id}`);
  }
  switch (command.type) {
    case 'create':
      return nothing;
    case 'answer':
      return answer(rules, state, command, context);
    case 'fault':
      return fault(state, command, context);
    case 'wake':
      return wake(rules, state, command, context);
    case 'cancel':
      return cancel(state, command.reason);
    case 'children_settled':
      return childrenSettled(rules, state, command, context);
    default:
      return command satisfies never;
  }
}

function create(rules: PromptRules, command: Extract<JobCommand, { type: 'create' }>, context: Context): Outcome {
  const { spec, parent } = command;
  const created: JobEvent = { type: 'job_created', parent, spec };
  const job = { id: lastSegment(context.address), attempt: 0, spec, children: [] };
  if (spec.send_at !== undefined && spec.send_at > context.at) return accept([created]);
  return start(rules, job, [created], context);
}

type Startable = Pick<ExistingJob, 'id' | 'attempt' | 'spec' | 'children'>;

/** What a job does when its time has come: its children first, then its own call, else it is done. */
function start(rules: PromptRules, job: Startable, before: JobEvent[], context: Context): Outcome {
  const { task } = job.spec;
  if (task.type === 'batch' && task.children.length > 0) return accept([...before, ...firstChildren(job)]);
  return call(rules, job, job.attempt + 1, before, context);
}

/** The children that a job which waited for its time begins with; those of any other are opened by its creation. */
function firstChildren(job: Startable): JobEvent[] {
  const planned = job.children.filter((child) => child.outcome === 'planned');
  const opened = planned.slice(0, childrenLiveMax).map((child) => child.id);
  return opened.length > 0 ? [{ type: 'children_recorded', children: [], opened }] : [];
}

function call(rules: PromptRules, job: Startable, attempt: number, before: JobEvent[], context: Context): Outcome {
  const task = callOf(job.spec.task);
  if (!task) return accept([...before, { type: 'completed', data: null, message: '', usage: null }]);
  const prompt = task.type === 'prompt' ? rules.render(context.scope, task) : null;
  const view: ViewRecord | null = prompt && {
    position: context.scope.position,
    version: prompt.version,
    hash: prompt.hash,
  };
  const requested: JobEvent = { type: 'requested', attempt, deadline: context.at + job.spec.timeout_ms, view };
  return accept([...before, requested], { derived: prompt });
}

function answer(
  rules: PromptRules,
  job: ExistingJob,
  command: Extract<JobCommand, { type: 'answer' }>,
  context: Context,
): Outcome {
  const task = callOf(job.spec.task);
  if (command.from !== null && task && 'participant_id' in task && command.from !== task.participant_id) {
    return refuse(
      'conflict',
      `an answer of ${command.from} for job ${job.id}, which was asked of ${task.participant_id}`,
    );
  }
  if (isFinalJob(job)) return lateAnswer(job, command.body, context);
  if (!task || job.state === 'idle') return refuse('conflict', `job ${job.id} is idle: it has not asked yet`);
  const raw = keptText(command.body);
  if (job.state === 'retry' && raw === job.last_raw) return nothing;

  const read = readResponse(command.body, command.compare_job ? { jobId: job.id } : {});
  const latencyMs = context.at - (job.requested_at ?? context.at);
  const answered: JobEvent = { type: 'answered', attempt: job.attempt, latency_ms: latencyMs, raw };
  if (!read.ok) return faulty(job, [answered], read.fault, context);

  const { response } = read;
  switch (response.state) {
    case 'pending':
      return pended(job, { ...answered, raw: null }, response, context);
    case 'fail': {
      const kind = /\bbudget\b/i.test(response.message ?? '') ? 'budget' : 'refused';
      return faulty(
        job,
        [answered],
        { kind, message: response.message || 'the agent said fail without a message' },
        context,
      );
    }
    case 'complete':
      return judged(rules, job, task, answered, response, read.altered, context);
    default:
      return response.state satisfies never;
  }
}

/** What is kept of an answer's text: all of it, and of one that is too large the beginning, which shows what it was. */
function keptText(body: string): string {
  return body.length > limits.answerBytes ? body.slice(0, limits.text) : body;
}

function pended(job: ExistingJob, answered: JobEvent, response: AgentResponse, context: Context): Outcome {
  const until = context.at + Math.max(pendingMs.min, Math.round(response.delay ?? pendingMs.usual));
  if (until > job.expires_at) {
    const message = `still pending, and its ${job.spec.ttl_ms} ms are over`;
    const { event } = faultEvent(job, { kind: 'timeout', message }, context);
    return accept([answered, event, { type: 'failed', message }]);
  }
  if (job.state === 'waiting' && job.until === until) return nothing;
  return accept([answered, { type: 'pended', until, message: response.message ?? '' }]);
}

/** An answer that was read is judged: of the right shape, and possible in this contest. */
function judged(
  rules: PromptRules,
  job: ExistingJob,
  task: CallTask,
  answered: Extract<JobEvent, { type: 'answered' }>,
  response: AgentResponse,
  altered: boolean,
  context: Context,
): Outcome {
  const usage = response.usage ?? null;
  const message = response.message ?? '';
  if (task.type === 'http' || task.type === 'message') {
    return accept([
      { ...answered, raw: null },
      { type: 'completed', data: response.data ?? null, message, usage },
    ]);
  }
  const asked: PromptType | 'health' = task.type === 'health' ? 'health' : task.prompt_type;
  const read = readAnswer(asked, response.data);
  if (!read.ok) return faulty(job, [answered], read.fault, context);
  const data = read.data as Json;
  const problem = task.type === 'prompt' ? rules.problemWith(context.scope, task, data) : null;
  if (problem) return faulty(job, [answered], { kind: 'invalid', message: problem }, context);
  // The raw text is kept where it says more than what was read from it.
  const raw = altered || read.altered ? answered.raw : null;
  return accept([
    { ...answered, raw },
    { type: 'completed', data, message, usage },
  ]);
}

function fault(job: ExistingJob, command: Extract<JobCommand, { type: 'fault' }>, context: Context): Outcome {
  if (job.state !== 'request' || command.attempt !== job.attempt) return nothing;
  const { kind, whose, message, retry_after_ms: retryAfterMs, final } = command;
  return faulty(job, [], { kind, whose, message, retryAfterMs, final }, context);
}

function wake(
  rules: PromptRules,
  job: ExistingJob,
  command: Extract<JobCommand, { type: 'wake' }>,
  context: Context,
): Outcome {
  if (command.attempt !== job.attempt) return nothing;
  switch (command.reason) {
    case 'due':
      return job.state === 'idle' && job.waits_for === 'time' ? start(rules, job, [], context) : nothing;
    case 'deadline':
      if (job.state !== 'request') return nothing;
      return faulty(job, [], { kind: 'timeout', message: `no answer within ${job.spec.timeout_ms} ms` }, context);
    case 'ask_again':
      return job.state === 'waiting' ? call(rules, job, job.attempt, [], context) : nothing;
    case 'retry':
      if (job.state !== 'retry') return nothing;
      return call(rules, job, job.same_attempt ? job.attempt : job.attempt + 1, [], context);
    default:
      return command.reason satisfies never;
  }
}

function lateAnswer(job: ExistingJob, body: string, context: Context): Outcome {
  if (!isFinalJob(job) || job.late_recorded || job.state === 'complete') return nothing;
  const { fault } = faultEvent(
    job,
    { kind: 'late', message: `an answer came after the job had ended (${job.state})` },
    context,
  );
  return accept([{ type: 'late_answer', fault, raw: body.slice(0, limits.text) }]);
}

function cancel(job: ExistingJob, reason: string): Outcome {
  if (isFinalJob(job) || job.ending) return nothing;
  if (job.children.some((child) => child.outcome === 'open')) {
    return accept([{ type: 'ending_begun', outcome: 'cancelled', message: reason }]);
  }
  return accept([{ type: 'cancelled', message: reason }]);
}

function childrenSettled(rules: PromptRules, job: ExistingJob, command: ChildrenSettled, context: Context): Outcome {
  const { task } = job.spec;
  if (task.type !== 'batch' || isFinalJob(job)) return nothing;
  const open = new Set(job.children.filter((child) => child.outcome === 'open').map((child) => child.id));
  const news = command.children
    .filter(({ child }) => open.delete(child))
    .map(({ child, outcome, result }) => ({ id: child, outcome, result }));
  if (news.length === 0) return nothing;

  const failed = news.find((child) => child.outcome !== 'complete');
  const ending = job.ending ?? (failed && task.on_child_failure === 'fail_fast' ? failureOf(failed) : null);
  if (ending) {
    const recorded: JobEvent = { type: 'children_recorded', children: news, opened: [] };
    if (open.size === 0) return accept([recorded, ended(ending)]);
    return accept(job.ending ? [recorded] : [recorded, { type: 'ending_begun', ...ending }]);
  }
  const planned = job.children.filter((child) => child.outcome === 'planned');
  const opened = planned.slice(0, news.length).map((child) => child.id);
  const recorded: JobEvent = { type: 'children_recorded', children: news, opened };
  if (open.size > 0 || opened.length > 0) return accept([recorded]);
  return joined(rules, job, task, recorded, news, context);
}

interface Ending {
  readonly outcome: 'fail' | 'cancelled';
  readonly message: string;
}

function failureOf(child: SettledChild): Ending {
  return { outcome: 'fail', message: `child ${child.id} ended as ${child.outcome}` };
}

function ended({ outcome, message }: Ending): JobEvent {
  return outcome === 'fail' ? { type: 'failed', message } : { type: 'cancelled', message };
}

/** All children have settled: fail if the policy says so, else the batch's own call. */
function joined(
  rules: PromptRules,
  job: ExistingJob,
  task: BatchTask,
  recorded: JobEvent,
  news: readonly { outcome: string }[],
  context: Context,
): Outcome {
  const failures =
    news.filter((child) => child.outcome !== 'complete').length +
    job.children.filter((child) => child.outcome === 'fail' || child.outcome === 'cancelled').length;
  if (failures > 0 && task.on_child_failure === 'wait_all') {
    return accept([
      recorded,
      { type: 'failed', message: `${failures} of ${job.children.length} children did not complete` },
    ]);
  }
  return call(rules, job, 1, [recorded], context);
}
