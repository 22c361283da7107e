/** Jobs to specify from: one prompt to a player, and what can be said to it. */
import { createJobMachine } from '../../src/actors/job/machine.ts';
import type { ExistingJob, JobCommand, JobSpec, JobState, PromptTask } from '../../src/actors/job/state.ts';
import type { FaultKind } from '../../src/protocol/states.ts';
import { ada, scopeOf } from './making.ts';
import { specify } from './specification.ts';

export const machine = createJobMachine({
  render: () => ({ data: Buffer.from('{"contest":{}}'), version: 1, hash: 'a-hash', last_latency_ms: null }),
  problemWith: (_scope, _task, data) => (JSON.stringify(data).includes('fly') ? 'nobody can fly here' : null),
});
export const id = 'swift-otter-asks-1';
const parent = 'contest/calm-cedar-climbs-1/round/0';
export const { given, when } = specify(machine, `${parent}/${id}`, scopeOf({}));

export const actionTask: PromptTask = {
  type: 'prompt',
  prompt_type: 'player_player_action',
  participant_id: ada.id,
  endpoint: ada.endpoint,
  round_no: 0,
  about: null,
};
const specOf = (more: Partial<JobSpec> = {}): JobSpec => ({
  task: actionTask,
  timeout_ms: 1_000,
  max_attempts: 3,
  ttl_ms: 10_000,
  ...more,
});
export const create = (more: Partial<JobSpec> = {}): JobCommand => ({ type: 'create', parent, spec: specOf(more) });
export const said = (body: unknown, from: string | null = ada.id): JobCommand => ({
  type: 'answer',
  from,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  compare_job: true,
});
export const good = said({ state: 'complete', data: { action: 'walk' } });
export const bad = said({ state: 'complete', data: { action: 'fly' } });
export const rubbish = said('I would rather not.');
export const pending = said({ state: 'pending', delay: 200 });
export const faultOf = (kind: FaultKind, attempt = 1): JobCommand => ({
  type: 'fault',
  attempt,
  kind,
  message: 'so it was',
});
export const wake = (reason: Extract<JobCommand, { type: 'wake' }>['reason'], attempt = 1): JobCommand => ({
  type: 'wake',
  reason,
  attempt,
});
export const cancel: JobCommand = { type: 'cancel', reason: 'no longer wanted' };

/** The state that these commands lead to, one after another. */
export function jobAfter(...commands: JobCommand[]): ExistingJob {
  const state = commands.reduce<JobState>((before, command) => when(before, command).state, given());
  if (state.state === 'none') throw new Error('no job was created');
  return state;
}
