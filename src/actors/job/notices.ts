/** What is published of a job: that it was made, that it is final, and for a health check how the agent is; and to its maker its response. */
import { limits } from '../../protocol/limits.ts';
import type { HealthSeenNotice } from '../../protocol/notices.ts';
import { subjects } from '../../protocol/subjects.ts';
import type { Publication } from '../runtime/publication.ts';
import { arenaChange, chosenPublication, publication, type Source } from '../telling.ts';
import { callOf } from './call.ts';
import { jobResponse } from './document.ts';
import { type ExistingJob, isFinalJob, type JobEvent } from './state.ts';

export function jobNotices(source: Source, contest: string | null, job: ExistingJob, event: JobEvent): Publication[] {
  const detail = { type: job.type, state: job.state, contest_id: contest, attempts: job.attempt };
  if (event.type === 'job_created')
    return [
      arenaChange('job', { action: 'create', model_id: job.id, detail: { ...detail, state: 'idle', attempts: 0 } }),
    ];
  if (event.type === 'job_removed') return [arenaChange('job', { action: 'delete', model_id: job.id, detail })];
  if (!isFinalJob(job) || event.type === 'late_answer') return [];
  if (event.type !== 'completed' && event.type !== 'failed' && event.type !== 'cancelled') return [];
  return [
    arenaChange('job', { action: 'update', model_id: job.id, detail }),
    ...healthSeen(source, contest, job),
    ...responseOn(job.spec.channel, job),
  ];
}

/** One that no bus would carry is told without what makes it large: its receiver can ask for the job. */
function responseOn(channel: string | undefined, job: ExistingJob): Publication[] {
  if (channel === undefined) return [];
  const response = jobResponse(job);
  const whole = chosenPublication(channel, response);
  if (Buffer.byteLength(whole.body) <= limits.bodyBytes) return [whole];
  const message = `${response.message} (its data is too large for a message: ask for the job)`.trimStart();
  return [chosenPublication(channel, { ...response, data: null, request_data: null, child_data: null, message })];
}

function healthSeen(source: Source, contest: string | null, job: ExistingJob): Publication[] {
  const task = callOf(job.spec.task);
  if (task?.type !== 'health' || !isFinalJob(job) || job.state === 'cancelled') return [];
  const isWell = job.state === 'complete';
  const body: HealthSeenNotice = {
    participant_id: task.participant_id,
    contest_id: contest,
    position: source.position,
    state: isWell ? 'ready' : 'absent',
    latency_ms: job.latency_ms,
    response: isWell ? { job_id: job.id, state: 'complete', data: job.data } : null,
  };
  return [publication(subjects.healthSeen.build({ participant: task.participant_id }), body)];
}
