/** How the picture of a job, with each of its attempts, follows from its events. Pure. */
import type { JobEvent } from './journal.ts';
import type { Attempt, Job } from './picture.ts';

type Created = Extract<JobEvent, { type: 'job_created' }>;

export function newJob(stream: string, place: string, { spec }: Created, at: number): Job {
  const { task } = spec;
  return {
    id: stream.slice(stream.lastIndexOf('/') + 1),
    stream,
    place,
    type: task.type,
    promptType: task.prompt_type ?? null,
    participantId: task.participant_id ?? null,
    about: task.about ?? null,
    state: 'idle',
    createdAt: at,
    endedAt: null,
    dueAt: null,
    attemptsMax: spec.max_attempts,
    attempts: [],
    data: null,
    message: '',
    usage: null,
    lateAnswers: [],
  };
}

type Table = {
  readonly [Type in Exclude<JobEvent['type'], 'job_created'>]: (
    job: Job,
    event: Extract<JobEvent, { type: Type }>,
    at: number,
  ) => Job;
};

export const evolveJob: Table = {
  turn_awaited: (job) => ({ ...job, state: 'idle' }),
  requested: (job, { attempt, deadline }, at) => {
    const isSame = job.attempts.at(-1)?.number === attempt;
    const next: Attempt = {
      number: attempt,
      requestedAt: at,
      deadline,
      latencyMs: null,
      raw: null,
      answered: false,
      faults: [],
    };
    const attempts = isSame ? changeLast(job, { deadline }) : [...job.attempts, next];
    return { ...job, state: 'request', dueAt: deadline, attempts };
  },
  answered: (job, { latency_ms, raw }) => ({
    ...job,
    state: 'response',
    attempts: changeLast(job, { latencyMs: latency_ms, raw, answered: true }),
  }),
  completed: (job, { data, message, usage }, at) => ({
    ...job,
    state: 'complete',
    data,
    message,
    usage,
    dueAt: null,
    endedAt: at,
  }),
  pended: (job, { until, message }) => ({ ...job, state: 'waiting', dueAt: until, message }),
  faulted: (job, { fault }) => ({
    ...job,
    attempts: changeLast(job, { faults: [...(job.attempts.at(-1)?.faults ?? []), fault] }),
  }),
  retry_planned: (job, { due_at }) => ({ ...job, state: 'retry', dueAt: due_at }),
  failed: (job, { message }, at) => ({ ...job, state: 'fail', message, dueAt: null, endedAt: at }),
  cancelled: (job, { message }, at) => ({ ...job, state: 'cancelled', message, dueAt: null, endedAt: at }),
  late_answer: (job, { raw }) => ({ ...job, lateAnswers: [...job.lateAnswers, raw] }),
};

function changeLast(job: Job, change: Partial<Attempt>): readonly Attempt[] {
  const last = job.attempts.at(-1);
  return last ? [...job.attempts.slice(0, -1), { ...last, ...change }] : job.attempts;
}
