/** The request that an agent was sent, derived again: its envelope from the job's entries, its data from the states that it was made of. Pure. */
import { ArenaError } from '../../protocol/errors.ts';
import type { AgentRequest } from '../../protocol/messages.ts';
import { contestOf } from '../address.ts';
import type { Entry } from '../runtime/journal.ts';
import type { Address } from '../runtime/machine.ts';
import { problemBefore } from './call.ts';
import { jobEvents } from './entries.ts';
import { evolveJob, initialJob } from './evolve.ts';
import type { ExistingJob, HealthTask, JobEvent, JobState, PromptTask, RenderedPrompt, ViewRecord } from './state.ts';

/** One attempt, as it stood when it was sent. */
export interface SentRequest {
  readonly task: PromptTask | HealthTask;
  readonly view: ViewRecord | null;
  readonly envelope: Omit<AgentRequest, 'data' | 'last_latency_ms'>;
}

/** Finds an attempt as it was last sent; the newest one when left out. `entries` are the job's own, in order. Throws `invalid` and `not_found`. */
export function sentRequest(address: Address, entries: readonly Entry[], attempt?: number): SentRequest {
  let job: JobState = initialJob(address);
  let sent: SentRequest | null = null;
  for (const entry of entries) {
    for (const event of jobEvents(entry)) {
      job = evolveJob(job, event, entry.at);
      if (event.type !== 'requested' || job.state === 'none') continue;
      if (attempt === undefined || attempt === event.attempt) sent = requestOf(job, address, event);
    }
  }
  if (sent) return sent;
  const which = attempt === undefined ? 'nothing has been asked yet' : `there was no attempt ${attempt}`;
  throw new ArenaError({ code: 'not_found', message: `job ${job.id}: ${which}` });
}

/** The whole of it, with its data. Throws `conflict` when this program would not show the same as was sent. */
export function withData({ view, envelope }: SentRequest, rendered: RenderedPrompt | null): AgentRequest {
  if (!rendered) return { ...envelope, last_latency_ms: null, data: {} };
  if (view && rendered.hash !== view.hash) {
    const versions = `it was sent with version ${view.version} of the views, this program has ${rendered.version}`;
    const message = `the request of job ${envelope.job_id} cannot be derived again as it was: ${versions}`;
    throw new ArenaError({ code: 'conflict', message });
  }
  return { ...envelope, last_latency_ms: rendered.last_latency_ms, data: JSON.parse(rendered.data.toString()) };
}

function requestOf(
  job: ExistingJob,
  address: Address,
  { attempt, deadline, view }: Extract<JobEvent, { type: 'requested' }>,
): SentRequest {
  const { task, timeout_ms } = job.spec;
  if (task.type !== 'prompt' && task.type !== 'health')
    throw new ArenaError({ code: 'invalid', message: `job ${job.id} asks no agent: it is of the type ${job.type}` });
  return {
    task,
    view,
    envelope: {
      command: task.type === 'health' ? 'health' : task.prompt_type,
      job_id: job.id,
      attempt,
      contest_id: contestOf(address),
      participant_id: task.participant_id,
      round_no: task.type === 'prompt' ? task.round_no : null,
      deadline,
      timeout_ms,
      message: problemBefore(job, attempt),
    },
  };
}
