/** What an answer to a job means, whatever carried it: complete, pending, or a fault. Pure; what depends on the contest is handed in. */
import { readAnswer } from '../../protocol/answers.ts';
import { failureOf } from '../../protocol/faults.ts';
import type { Json } from '../../protocol/json.ts';
import { limits } from '../../protocol/limits.ts';
import type { AgentResponse } from '../../protocol/messages.ts';
import { pendingWaitMs } from '../../protocol/pending.ts';
import { readResponse } from '../../protocol/responses.ts';
import type { PromptType } from '../../protocol/states.ts';
import { accept, type Context, refuse } from '../runtime/machine.ts';
import { type JobDecision, nothing, type PromptRules } from './attempt.ts';
import { callOf } from './call.ts';
import { faultEvent, faulty } from './faulty.ts';
import { type CallTask, type ExistingJob, isFinalJob, type JobCommand, type JobEvent } from './state.ts';

type Answering = (job: ExistingJob, command: Extract<JobCommand, { type: 'answer' }>, context: Context) => JobDecision;

export function createAnswering(rules: Pick<PromptRules, 'problemWith'>): Answering {
  function answer(job: ExistingJob, command: Extract<JobCommand, { type: 'answer' }>, context: Context): JobDecision {
    const task = callOf(job.spec.task);
    if (command.from !== null && task && 'participant_id' in task && command.from !== task.participant_id) {
      return refuse(
        'conflict',
        `an answer of ${command.from} for job ${job.id}, which was asked of ${task.participant_id}`,
      );
    }
    if (isFinalJob(job)) return lateAnswer(job, command.body, context);
    if (!task || (job.state === 'idle' && job.waits_for !== 'turn'))
      return refuse('conflict', `job ${job.id} is idle: it has not asked yet`);
    const raw = keptText(command.body);
    if (job.state === 'retry' && raw === job.last_raw) return nothing;

    const read = readResponse(command.body, command.compare_job ? { jobId: job.id } : {});
    const latencyMs = context.at - (job.requested_at ?? context.at);
    const answered: JobEvent = { type: 'answered', attempt: job.attempt, latency_ms: latencyMs, raw };
    // A program that answers with something else than a response object would do so again; a model may not.
    if (!read.ok) return faulty(job, [answered], { ...read.fault, final: task.type === 'http' }, context);

    const { response } = read;
    switch (response.state) {
      case 'pending':
        return pended(job, { ...answered, raw: null }, response, context);
      case 'fail': {
        const message = response.message || 'the agent said fail without a message';
        return faulty(job, [answered], { ...failureOf(response), message }, context);
      }
      case 'complete':
        return judged(job, task, answered, response, read.altered, context);
      default:
        return response.state satisfies never;
    }
  }

  /** An answer that was read is judged: of the right shape, and possible in this contest. */
  function judged(
    job: ExistingJob,
    task: CallTask,
    answered: Extract<JobEvent, { type: 'answered' }>,
    response: AgentResponse,
    altered: boolean,
    context: Context,
  ): JobDecision {
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

  return answer;
}

/** What is kept of an answer's text: all of it, and of one that is too large the beginning, which shows what it was. */
function keptText(body: string): string {
  return body.length > limits.answerBytes ? body.slice(0, limits.text) : body;
}

function pended(job: ExistingJob, answered: JobEvent, response: AgentResponse, context: Context): JobDecision {
  const waitMs = pendingWaitMs(response.delay);
  const until = context.at + waitMs;
  if (until > job.expires_at) {
    const message = `it said pending and wants to be asked again in ${waitMs} ms; by then the job's time is over (ttl_ms: ${job.spec.ttl_ms})`;
    const { event } = faultEvent(job, { kind: 'timeout', message }, context);
    return accept([answered, event, { type: 'failed', message }]);
  }
  if (job.state === 'waiting' && job.until === until) return nothing;
  return accept([answered, { type: 'pended', until, message: response.message ?? '' }]);
}

function lateAnswer(job: ExistingJob, body: string, context: Context): JobDecision {
  if (!isFinalJob(job) || job.late_recorded || job.state === 'complete') return nothing;
  // A check of health goes out again while it is unanswered: an agent that was slow to say fail says it once for each.
  if (job.type === 'health' && job.latency_ms !== null) return nothing;
  const { fault } = faultEvent(
    job,
    { kind: 'late', message: `an answer came after the job had ended (${job.state})` },
    context,
  );
  return accept([{ type: 'late_answer', fault, raw: body.slice(0, limits.text) }]);
}
