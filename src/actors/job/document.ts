/** A job as its caller sees it, and the jobs of a root as a forest. Pure. */
import type { JobNode, JobResponse, JobSummary } from '../../protocol/jobs.ts';
import type { Json } from '../../protocol/json.ts';
import { withoutCredentials } from '../../protocol/urls.ts';
import { contestOf, kindOf, lastSegment, parentOf } from '../address.ts';
import type { FoldedRoot } from '../runtime/fold.ts';
import type { Address } from '../runtime/machine.ts';
import { callOf } from './call.ts';
import { childRecords } from './children.ts';
import { unbegunChildren } from './reading.ts';
import { type ExistingJob, isFinalJob, type JobState } from './state.ts';

export function jobResponse(job: ExistingJob): JobResponse {
  const isFinal = isFinalJob(job);
  return {
    job_id: job.id,
    type: job.type,
    state: !isFinal ? 'pending' : job.state === 'complete' ? 'complete' : 'fail',
    data: isFinal ? job.data : null,
    message: isFinal ? job.message : '',
    ...jobAddressing(job),
    request_data: requestData(job),
    child_data: job.type === 'batch' ? childData(job) : null,
    attempts: job.attempt,
    faults: [...job.faults],
  };
}

/** How and where a job calls, and where it answers, as its maker said it. */
function jobAddressing({ spec }: ExistingJob): Pick<JobResponse, 'channel' | 'method' | 'url'> {
  const call = callOf(spec.task);
  const channel = spec.channel ?? null;
  switch (call?.type) {
    case 'http':
      return { channel, method: call.method, url: withoutCredentials(call.url) };
    case 'message':
      return channel === null
        ? { channel: call.subject, method: 'MESSAGE', url: null }
        : { channel, method: 'MESSAGE', url: call.subject };
    case undefined:
      return { channel, method: 'FINAL', url: null };
    default:
      return { channel, method: null, url: null };
  }
}

function requestData({ spec: { task } }: ExistingJob): JobResponse['request_data'] {
  const call = callOf(task);
  if (call?.type === 'http' || call?.type === 'message') return call.data;
  return task.type === 'batch' ? (task.data ?? null) : null;
}

/** What the children came to, in the order of the plan; null for one that has not settled. */
function childData(job: ExistingJob): JobResponse['child_data'] {
  const { task } = job.spec;
  if (!isFinalJob(job) || task.type !== 'batch') return childRecords(job).map(({ result }) => result);
  const unbegun = new Map(
    unbegunChildren(job, '').map(({ job: child }): [string, Json] => [child.id, jobResponse(child)]),
  );
  return childRecords(job).map(({ id, result }) => unbegun.get(id) ?? result);
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
  for (const [address, node] of [...nodes]) {
    const job = root.stateOf(address) as ExistingJob;
    node.children.push(...unbegunNodes(job, address));
  }
  return forest;
}

function unbegunNodes(parent: ExistingJob, address: Address): JobNode[] {
  return unbegunChildren(parent, address).map((child) => ({
    ...jobNode(child.address, child.job),
    children: unbegunNodes(child.job, child.address),
  }));
}

/** The node of a job with what is below it; null when the root has none of this address. */
export function jobTree(root: FoldedRoot, address: Address): JobNode | null {
  const levels = [jobForest(root)];
  for (let level = levels.pop(); level; level = levels.pop()) {
    const found = level.find(({ stream }) => stream === address);
    if (found) return found;
    for (const { children } of level) if (children.length > 0) levels.push(children);
  }
  return null;
}

/** A job as it stands in a list. */
export function jobSummary(stream: Address, job: ExistingJob): JobSummary {
  const { job_id, type, state, prompt_type, participant_id, attempts, created_at, ended_at, latency_ms, message } =
    jobNode(stream, job);
  return {
    job_id,
    type,
    state,
    parent_id: job.parent !== null && kindOf(job.parent) === 'job' ? lastSegment(job.parent) : null,
    contest_id: contestOf(stream),
    participant_id,
    prompt_type,
    ...jobAddressing(job),
    attempts,
    message,
    created_at,
    ended_at,
    latency_ms,
    usage: job.usage,
  };
}

function jobNode(stream: Address, job: ExistingJob): JobNode {
  const call = callOf(job.spec.task);
  const { method, url } = jobAddressing(job);
  return {
    job_id: job.id,
    stream,
    type: job.type,
    state: job.state,
    prompt_type: call?.type === 'prompt' ? call.prompt_type : null,
    participant_id: call && 'participant_id' in call ? call.participant_id : null,
    method,
    url,
    attempts: job.attempt,
    created_at: job.created_at,
    ended_at: isFinalJob(job) ? job.ended_at : null,
    latency_ms: job.latency_ms,
    message: isFinalJob(job) ? job.message : '',
    faults: [...job.faults],
    children: [],
  };
}
