/** How a job's state follows from its events. */
import type { Json } from '../../protocol/json.ts';
import type { FinalJobState } from '../../protocol/states.ts';
import { lastSegment } from '../address.ts';
import type { Address } from '../runtime/machine.ts';
import { plannedChildren, plansOf, recorded } from './children.ts';
import { type ExistingJob, isFinalJob, type JobEvent, type JobSpec, type JobState } from './state.ts';

export function initialJob(address: Address): JobState {
  return { state: 'none', id: lastSegment(address) };
}

export function evolveJob(state: JobState, event: JobEvent, at: number): JobState {
  if (event.type === 'job_created') return created(state.id, event, at);
  if (state.state === 'none') throw new Error(`job ${state.id}: ${event.type} before it was created`);
  switch (event.type) {
    case 'turn_awaited':
      return {
        ...state,
        state: 'idle',
        waits_for: 'turn',
        next_attempt: event.attempt,
        polls: state.state === 'waiting',
      };
    case 'requested':
      return {
        ...state,
        state: 'request',
        attempt: event.attempt,
        deadline: event.deadline,
        view: event.view,
        requested_at: polls(state) ? state.requested_at : at,
        asked_again: polls(state) || (state.asked_again && event.attempt === state.attempt),
      };
    case 'answered':
      return { ...state, state: 'response', latency_ms: event.latency_ms, last_raw: event.raw };
    case 'completed':
      return final(state, 'complete', at, event.message, event.data, event.usage);
    case 'pended':
      return { ...state, state: 'waiting', until: event.until };
    case 'faulted':
      return { ...state, faults: [...state.faults, event.fault] };
    case 'retry_planned':
      return {
        ...state,
        state: 'retry',
        due_at: event.due_at,
        same_attempt: event.same_attempt,
        lost: state.lost + (event.same_attempt ? 1 : 0),
      };
    case 'failed':
      return final(state, 'fail', at, event.message, null, null);
    case 'cancelled':
      return final(state, 'cancelled', at, event.message, null, null);
    case 'children_recorded':
      return {
        ...state,
        ...(state.state === 'idle' && state.waits_for === 'time' ? { waits_for: 'children' } : {}),
        children: recorded(state.children, event.children, event.opened.length),
      };
    case 'ending_begun':
      return { ...state, ending: { outcome: event.outcome, message: event.message } };
    case 'job_removed':
      return isFinalJob(state) ? { ...state, removed_at: at } : state;
    case 'late_answer':
      return isFinalJob(state) ? { ...state, faults: [...state.faults, event.fault], late_recorded: true } : state;
    default:
      return event satisfies never;
  }
}

/** The other side has said pending: what follows asks for the same again. */
function polls(job: ExistingJob): boolean {
  return job.state === 'waiting' || (job.state === 'idle' && job.waits_for === 'turn' && job.polls);
}

function created(id: string, event: Extract<JobEvent, { type: 'job_created' }>, at: number): JobState {
  const { spec, parent } = event;
  const { task } = spec;
  const waitsForTime = spec.send_at !== undefined && spec.send_at > at;
  return {
    state: 'idle',
    waits_for: waitsForTime ? 'time' : 'children',
    id,
    parent,
    type: task.type,
    spec,
    created_at: at,
    expires_at: expiryOf(spec, at),
    attempt: 0,
    lost: 0,
    requested_at: null,
    asked_again: false,
    latency_ms: null,
    view: null,
    faults: [],
    children: plannedChildren(plansOf(task), waitsForTime),
    last_raw: null,
    usage: null,
    ending: null,
  };
}

/** From when a job is due it has its time to live. */
export function expiryOf(spec: JobSpec, at: number): number {
  return Math.max(at, spec.send_at ?? at) + spec.ttl_ms;
}

function final(
  job: ExistingJob,
  outcome: FinalJobState,
  at: number,
  message: string,
  data: Json,
  usage: ExistingJob['usage'],
): JobState {
  return { ...job, state: outcome, data, message, usage, ended_at: at, last_raw: null, late_recorded: false };
}
