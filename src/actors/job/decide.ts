/** How a job decides: one small function per command, total over its states. Pure; what depends on the contest is handed in. */
import { lastSegment } from '../address.ts';
import { accept, type Context, refuse } from '../runtime/machine.ts';
import { createAnswering } from './answering.ts';
import { createAttempts, type JobDecision, nothing, type PromptRules } from './attempt.ts';
import { callOf } from './call.ts';
import { plansOf } from './children.ts';
import { expiryOf } from './evolve.ts';
import { faultEvent, faulty } from './faulty.ts';
import { createJoining, end, firstChildren } from './joining.ts';
import { type ExistingJob, isFinalJob, type JobCommand, type JobEvent, type JobState } from './state.ts';

type CommandOf<Type extends JobCommand['type']> = Extract<JobCommand, { type: Type }>;

type JobDecider = (state: JobState, command: JobCommand, context: Context) => JobDecision;

export function createJobDecider(rules: PromptRules): JobDecider {
  const attempts = createAttempts(rules);
  const answer = createAnswering(rules);
  const childrenSettled = createJoining(attempts);

  function decideJob(state: JobState, command: JobCommand, context: Context): JobDecision {
    if (state.state === 'none') {
      return command.type === 'create' ? create(command, context) : refuse('not_found', `there is no job ${state.id}`);
    }
    switch (command.type) {
      case 'create':
        return nothing;
      case 'answer':
        return answer(state, command, context);
      case 'fault':
        return fault(state, command, context);
      case 'wake':
        return wake(state, command, context);
      case 'cancel':
        return end(state, { outcome: 'cancelled', message: command.reason });
      case 'remove':
        return remove(state);
      case 'children_settled':
        return childrenSettled(state, command, context);
      default:
        return command satisfies never;
    }
  }

  /** What a job does first: it waits for its time, for its children, or it goes out. */
  function create(command: CommandOf<'create'>, context: Context): JobDecision {
    const { spec, parent } = command;
    const created: JobEvent = { type: 'job_created', parent, spec };
    if (spec.send_at !== undefined && spec.send_at > context.at) return accept([created]);
    if (plansOf(spec.task).length > 0) return accept([created]);
    const expires_at = expiryOf(spec, context.at);
    const job = { id: lastSegment(context.address), spec, expires_at, attempt: 0, view: null };
    return attempts.goOut(job, 1, [created], context);
  }

  function wake(job: ExistingJob, command: CommandOf<'wake'>, context: Context): JobDecision {
    if (command.attempt !== job.attempt) return nothing;
    switch (command.reason) {
      case 'due':
        return due(job, context);
      case 'turn':
        return turn(job, context);
      case 'deadline':
        if (job.state !== 'request') return nothing;
        return faulty(job, [], { kind: 'timeout', message: overdue(job, context.at) }, context);
      case 'ask_again':
        return job.state === 'waiting' ? attempts.goOut(job, job.attempt, [], context) : nothing;
      case 'retry':
        if (job.state !== 'retry') return nothing;
        return attempts.goOut(job, job.same_attempt ? job.attempt : job.attempt + 1, [], context);
      case 'expired':
        return expired(job, context);
      default:
        return command.reason satisfies never;
    }
  }

  function due(job: ExistingJob, context: Context): JobDecision {
    if (job.state !== 'idle' || job.waits_for !== 'time') return nothing;
    return job.children.count > 0 ? firstChildren(job) : attempts.goOut(job, 1, [], context);
  }

  function turn(job: ExistingJob, context: Context): JobDecision {
    const task = callOf(job.spec.task);
    if (job.state !== 'idle' || job.waits_for !== 'turn' || !task) return nothing;
    return attempts.call(job, task, job.next_attempt, [], context);
  }

  return decideJob;
}

function remove(job: ExistingJob): JobDecision {
  if (!isFinalJob(job)) return refuse('conflict', `job ${job.id} is ${job.state}: cancel it first`);
  return job.removed_at === undefined ? accept([{ type: 'job_removed' }]) : nothing;
}

function fault(job: ExistingJob, command: CommandOf<'fault'>, context: Context): JobDecision {
  if (job.state !== 'request' || command.attempt !== job.attempt) return nothing;
  const { kind, whose, message, retry_after_ms: retryAfterMs } = command;
  // A program whose answer is too large would give it again; a model may not.
  const final = command.final || (kind === 'too_large' && callOf(job.spec.task)?.type === 'http');
  return faulty(job, [], { kind, whose, message, retryAfterMs, final }, context);
}

/** Which time was over: that of the attempt, or all of the job's, with which the call of a URL ends. */
function overdue({ spec, expires_at }: ExistingJob, at: number): string {
  return callOf(spec.task)?.type === 'http' && at >= expires_at
    ? `no answer before its ${spec.ttl_ms} ms were over`
    : `no answer within ${spec.timeout_ms} ms`;
}

/** The time to live is over for what waits for its turn or its children; whatever else it does ends by itself. */
function expired(job: ExistingJob, context: Context): JobDecision {
  if (job.state !== 'idle' || job.waits_for === 'time') return nothing;
  const message = `its ${job.spec.ttl_ms} ms were over before`;
  if (job.waits_for === 'children')
    return end(job, { outcome: 'fail', message: `${message} all its children had ended` });
  const { event } = faultEvent(
    job,
    { kind: 'timeout', whose: 'arena', message: `${message} it had its turn` },
    context,
  );
  return accept([event, { type: 'failed', message: `timeout: ${message} it had its turn` }]);
}
