/** A job as its caller sees it, and the jobs of a root as a forest. Pure. */
import type { JobNode, JobResponse } from '../../protocol/jobs.ts';
import { parentOf } from '../address.ts';
import type { FoldedRoot } from '../runtime/fold.ts';
import type { Address } from '../runtime/machine.ts';
import { callOf, isFinalJob } from './progress.ts';
import type { ExistingJob, JobState } from './state.ts';

export function jobResponse(job: ExistingJob): JobResponse {
  const call = callOf(job.spec.task);
  const isFinal = isFinalJob(job);
  return {
    job_id: job.id,
    type: job.type,
    state: !isFinal ? 'pending' : job.state === 'complete' ? 'complete' : 'fail',
    data: isFinal ? job.data : null,
    message: isFinal ? job.message : '',
    channel: null,
    method: call?.type === 'http' ? call.method : null,
    url: call?.type === 'http' ? call.url : null,
    request_data: call?.type === 'http' || call?.type === 'message' ? call.data : null,
    child_data: job.type === 'batch' ? job.children.map((child) => child.result) : null,
    attempts: job.attempt,
    faults: [...job.faults],
  };
}

/** The jobs of a root, oldest first, children below their batch. */
export function jobForest(root: FoldedRoot): JobNode[] {
  const nodes = new Map<Address, JobNode>();
  const forest: JobNode[] = [];
  for (const { address, machine, state } of root.actors.values()) {
    const job = state as JobState;
    if (machine.kind !== 'job' || job.state === 'none') continue;
    const node = jobNode(address, job);
    nodes.set(address, node);
    const parent = nodes.get(parentOf(address) ?? '');
    (parent ? parent.children : forest).push(node);
  }
  return forest;
}

function jobNode(stream: Address, job: ExistingJob): JobNode {
  const call = callOf(job.spec.task);
  return {
    job_id: job.id,
    stream,
    type: job.type,
    state: job.state,
    prompt_type: call?.type === 'prompt' ? call.prompt_type : null,
    participant_id: call && 'participant_id' in call ? call.participant_id : null,
    attempts: job.attempt,
    created_at: job.created_at,
    ended_at: isFinalJob(job) ? job.ended_at : null,
    latency_ms: job.latency_ms,
    message: isFinalJob(job) ? job.message : '',
    faults: [...job.faults],
    children: [],
  };
}
