/** Batches to specify from: three children and perhaps a call of its own, and what can be said of them. */
import { createJobMachine } from '../../src/actors/job/machine.ts';
import type {
  BatchTask,
  ExistingJob,
  HttpTask,
  JobCommand,
  JobSpec,
  JobState,
  MessageTask,
} from '../../src/actors/job/state.ts';
import type { ChildNotice } from '../../src/actors/runtime/machine.ts';
import type { FailurePolicy } from '../../src/protocol/job-input.ts';
import { scopeOf } from './making.ts';
import { specify } from './specification.ts';

export const machine = createJobMachine({
  render: () => ({ data: Buffer.from('{}'), version: 1, hash: 'a-hash', last_latency_ms: null }),
  problemWith: () => null,
});
export const parent = 'contest/calm-cedar-climbs-1/round/0';
export const id = 'bright-bear-gathers-1';
export const { given, when } = specify(machine, `${parent}/${id}`, scopeOf({}));

export const limits = { timeout_ms: 1_000, max_attempts: 3, ttl_ms: 10_000 };
export const ownCall: MessageTask = { type: 'message', subject: 'the.end', data: null };
export const urlCall: HttpTask = { type: 'http', method: 'POST', url: 'http://127.0.0.1/', data: null };
export const childId = (index: number): string => `small-child-number-${index}`;

export interface BatchChanges {
  readonly count?: number;
  readonly policy?: FailurePolicy;
  readonly call?: BatchTask['call'];
  readonly sendAt?: number;
}

export function create({ count = 3, policy = 'wait_all', call = null, sendAt }: BatchChanges = {}): JobCommand {
  const task: BatchTask = {
    type: 'batch',
    on_child_failure: policy,
    children: Array.from({ length: count }, (_, index) => ({ id: childId(index), spec: { ...limits, task: ownCall } })),
    call,
  };
  const spec: JobSpec = { ...limits, task, ...(sendAt === undefined ? {} : { send_at: sendAt }) };
  return { type: 'create', parent, spec };
}

export const settled = (...children: ChildNotice[]): JobCommand => ({ type: 'children_settled', children });
export const ended = (index: number, outcome: ChildNotice['outcome'] = 'complete'): ChildNotice => ({
  child: childId(index),
  outcome,
  result: { index },
});
export const cancel: JobCommand = { type: 'cancel', reason: 'no longer wanted' };

export function jobAfter(...commands: JobCommand[]): ExistingJob {
  const state = commands.reduce<JobState>((before, command) => when(before, command).state, given());
  if (state.state === 'none') throw new Error('no job was created');
  return state;
}
