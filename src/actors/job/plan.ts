/** From what a caller said to what the machine is given: one call, or a tree of them with an id for each. Pure. */
import { derivedId } from '../../protocol/ids.ts';
import { type CreateBatch, type CreateJob, isBatch, jobDefaults } from '../../protocol/job-input.ts';
import type { BatchTask, ChildPlan, HttpTask, JobSpec, MessageTask } from './state.ts';

/** `at` is when a `delay` begins. Children without an id get one that follows from their parent's. */
export function planOf(input: CreateJob | CreateBatch, id: string, at: number): JobSpec {
  const own = isBatch(input) ? input.batch : input;
  const call = callFor(own);
  if (!isBatch(input)) return specOf(own, call ?? joining(own, 'fail_fast', []), at);
  const children = input.children.map((child, index): ChildPlan => {
    const childId = idOf(child) ?? childIdOf(id, index);
    return { id: childId, spec: planOf(child, childId, at) };
  });
  return specOf(own, { ...joining(own, input.on_child_failure, children), call }, at);
}

/** The same job once more: its children get ids that follow from its new one. */
export function planAnew(spec: JobSpec, id: string): JobSpec {
  if (spec.task.type !== 'batch') return spec;
  const children = spec.task.children.map((child, index) => {
    const childId = childIdOf(id, index);
    return { id: childId, spec: planAnew(child.spec, childId) };
  });
  return { ...spec, task: { ...spec.task, children } };
}

/** The id that the caller chose for a job, or for the batch that a tree is. */
export function idOf(input: CreateJob | CreateBatch): string | undefined {
  return isBatch(input) ? input.batch.id : input.id;
}

/** All ids that the caller chose, in the order of the tree. */
export function givenIds(input: CreateJob | CreateBatch): string[] {
  const own = idOf(input);
  return [...(own === undefined ? [] : [own]), ...(isBatch(input) ? input.children.flatMap(givenIds) : [])];
}

/** The ids of a job and of all that are planned below it. */
export function idsIn(id: string, { task }: JobSpec): string[] {
  return [id, ...(task.type === 'batch' ? task.children.flatMap((child) => idsIn(child.id, child.spec)) : [])];
}

/** Whether anything in it is asked as part of a contest, and means nothing outside of it. */
export function belongsToContest({ task }: JobSpec): boolean {
  return task.type === 'prompt' || (task.type === 'batch' && task.children.some(({ spec }) => belongsToContest(spec)));
}

function childIdOf(parent: string, index: number): string {
  return derivedId(parent, 1, index);
}

function callFor({ method, url, channel, data }: CreateJob): HttpTask | MessageTask | null {
  if (method === 'FINAL') return null;
  if (method === 'MESSAGE') return { type: 'message', subject: url ?? channel ?? '', data: data ?? null };
  return { type: 'http', method, url: url ?? '', data: data ?? null };
}

function joining(
  { data }: CreateJob,
  policy: BatchTask['on_child_failure'],
  children: readonly ChildPlan[],
): BatchTask {
  return { type: 'batch', on_child_failure: policy, children, call: null, ...(data === undefined ? {} : { data }) };
}

/** What has its usual value is left out. */
function specOf(job: CreateJob, task: JobSpec['task'], at: number): JobSpec {
  const sendAt = job.delay === undefined ? job.send_at : at + job.delay;
  const isItsSubject = job.method === 'MESSAGE' && job.url === undefined;
  return {
    task,
    timeout_ms: job.timeout_ms,
    max_attempts: job.max_attempts,
    ttl_ms: job.ttl_ms,
    ...(sendAt === undefined ? {} : { send_at: sendAt }),
    ...(job.priority === jobDefaults.priority ? {} : { priority: job.priority }),
    ...(job.channel === undefined || isItsSubject ? {} : { channel: job.channel }),
  };
}
