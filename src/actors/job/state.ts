/** The job's vocabulary: what it is made of, its states, commands and events. Deciding is `decide.ts`. */
import type { Fault } from '../../protocol/contest.ts';
import type { FailurePolicy, HttpMethod } from '../../protocol/job-input.ts';
import type { JobType } from '../../protocol/jobs.ts';
import type { Json } from '../../protocol/json.ts';
import type { Usage } from '../../protocol/messages.ts';
import {
  type FaultKind,
  type FaultOwner,
  type FinalJobState,
  isFinalJobState,
  type PromptType,
} from '../../protocol/states.ts';
import type { Address, ChildrenSettled } from '../runtime/machine.ts';
import type { Children } from './children.ts';

/** What is asked of a participant's agent. `about` is the player whose action is judged. */
export interface PromptTask {
  readonly type: 'prompt';
  readonly prompt_type: PromptType;
  readonly participant_id: string;
  readonly endpoint: string;
  readonly round_no: number;
  readonly about: string | null;
}

export interface HealthTask {
  readonly type: 'health';
  readonly participant_id: string;
  readonly endpoint: string;
}

export interface HttpTask {
  readonly type: 'http';
  readonly method: HttpMethod;
  readonly url: string;
  readonly data: Json;
}

export interface MessageTask {
  readonly type: 'message';
  readonly subject: string;
  readonly data: Json;
}

/** Joins its children, then makes its own call if it has one: with `{"job_id", "data", "child_data"}` as its body. */
export interface BatchTask {
  readonly type: 'batch';
  readonly on_child_failure: FailurePolicy;
  readonly children: readonly ChildPlan[];
  readonly call: HttpTask | MessageTask | null;
  /** What a batch without a call was given: shown with its response. */
  readonly data?: Json;
}

export type Task = PromptTask | HealthTask | HttpTask | MessageTask | BatchTask;
/** A task that is sent somewhere. */
export type CallTask = Exclude<Task, BatchTask>;

export interface JobLimits {
  readonly timeout_ms: number;
  readonly max_attempts: number;
  /** From when the job is due; after it no further try is made. */
  readonly ttl_ms: number;
  readonly send_at?: number;
}

export interface JobSpec extends JobLimits {
  readonly task: Task;
  /** Among the jobs that wait for their turn the highest goes first: 1–10, and the usual when left out. */
  readonly priority?: number;
  /** The subject on which the job's response is published when it ends. */
  readonly channel?: string;
}

export interface ChildPlan {
  readonly id: string;
  readonly spec: JobSpec;
}

/** Which view a request was made from, so that its text can be derived again. */
export interface ViewRecord {
  readonly position: number;
  readonly version: number;
  readonly hash: string;
}

export interface ChildRecord {
  readonly id: string;
  readonly outcome: 'planned' | 'open' | FinalJobState;
  readonly result: Json;
}

export interface SettledChild {
  readonly id: string;
  readonly outcome: FinalJobState;
  readonly result: Json;
}

interface JobBase {
  readonly id: string;
  readonly parent: Address | null;
  readonly type: JobType;
  readonly spec: JobSpec;
  readonly created_at: number;
  readonly expires_at: number;
  /** The number of the newest attempt; 0 before the first. */
  readonly attempt: number;
  /** Tries that were lost on the way and kept their attempt. */
  readonly lost: number;
  readonly requested_at: number | null;
  /** The other side has said pending to this attempt, so the newest request only asks whether it is done. */
  readonly asked_again: boolean;
  readonly latency_ms: number | null;
  readonly view: ViewRecord | null;
  readonly faults: readonly Fault[];
  readonly children: Children;
  readonly last_raw: string | null;
  readonly usage: Usage | null;
  /** Set when the children are being cancelled: how the job ends once they have settled. */
  readonly ending: { readonly outcome: 'fail' | 'cancelled'; readonly message: string } | null;
}

export type JobState =
  | { readonly state: 'none'; readonly id: string }
  | (JobBase & { readonly state: 'idle'; readonly waits_for: 'time' | 'children' })
  /** The attempt that it will make has a number already; `polls` when it only asks again after a pending. */
  | (JobBase & {
      readonly state: 'idle';
      readonly waits_for: 'turn';
      readonly next_attempt: number;
      readonly polls: boolean;
    })
  | (JobBase & { readonly state: 'request'; readonly deadline: number })
  | (JobBase & { readonly state: 'response' })
  | (JobBase & { readonly state: 'waiting'; readonly until: number })
  | (JobBase & { readonly state: 'retry'; readonly due_at: number; readonly same_attempt: boolean })
  | (JobBase & {
      readonly state: FinalJobState;
      readonly data: Json;
      readonly message: string;
      readonly ended_at: number;
      readonly late_recorded: boolean;
      readonly removed_at?: number;
    });

export type ExistingJob = Exclude<JobState, { state: 'none' }>;
export type FinalJob = Extract<ExistingJob, { state: FinalJobState }>;

export function isFinalJob(job: JobState): job is FinalJob {
  return isFinalJobState(job.state);
}

/** What a job is woken for: its time, its turn, or that time is over, of one attempt or (`expired`) of all of it. */
export type WakeReason = 'due' | 'turn' | 'deadline' | 'ask_again' | 'retry' | 'expired';

export type JobCommand =
  | { readonly type: 'create'; readonly parent: Address | null; readonly spec: JobSpec }
  /** An answer, whatever carried it. `from` is the participant on whose subject it came, null where that is not known. */
  | { readonly type: 'answer'; readonly from: string | null; readonly body: string; readonly compare_job: boolean }
  | {
      readonly type: 'fault';
      readonly attempt: number;
      readonly kind: FaultKind;
      readonly whose?: FaultOwner;
      readonly message: string;
      readonly retry_after_ms?: number;
      readonly final?: boolean;
    }
  | { readonly type: 'wake'; readonly reason: WakeReason; readonly attempt: number }
  | { readonly type: 'cancel'; readonly reason: string }
  /** It is final, and is to be shown no more. */
  | { readonly type: 'remove' }
  | ChildrenSettled;

export type JobEvent =
  | { readonly type: 'job_created'; readonly parent: Address | null; readonly spec: JobSpec }
  /** Its next call goes to a host that may be busy: it waits until it is its turn. */
  | { readonly type: 'turn_awaited'; readonly attempt: number }
  | {
      readonly type: 'requested';
      readonly attempt: number;
      readonly deadline: number;
      readonly view: ViewRecord | null;
    }
  | { readonly type: 'answered'; readonly attempt: number; readonly latency_ms: number; readonly raw: string | null }
  | { readonly type: 'completed'; readonly data: Json; readonly message: string; readonly usage: Usage | null }
  | { readonly type: 'pended'; readonly until: number; readonly message: string }
  | { readonly type: 'faulted'; readonly fault: Fault }
  | { readonly type: 'retry_planned'; readonly due_at: number; readonly same_attempt: boolean }
  | { readonly type: 'failed'; readonly message: string }
  /** Children that have settled, and the planned ones that take their places. */
  | {
      readonly type: 'children_recorded';
      readonly children: readonly SettledChild[];
      readonly opened: readonly string[];
    }
  | { readonly type: 'ending_begun'; readonly outcome: 'fail' | 'cancelled'; readonly message: string }
  | { readonly type: 'cancelled'; readonly message: string }
  | { readonly type: 'job_removed' }
  | { readonly type: 'late_answer'; readonly fault: Fault; readonly raw: string };

/** What a job asks of the bridge. */
export type Outbound = OutboundCall | TurnRequest | CallWithdrawal;

/** It wants to call a host, and is woken for its `turn` when it may. */
export interface TurnRequest {
  readonly kind: 'turn';
  readonly job_id: string;
  readonly attempt: number;
  readonly url: string;
  readonly priority: number;
  /** Of the same priority, the oldest goes first. */
  readonly since: number;
}

/** It waits for its turn no more, and for no answer: its place is free for others. */
export interface CallWithdrawal {
  readonly kind: 'withdrawal';
  readonly job_id: string;
}

/** A call that leaves the arena. */
export interface OutboundCall {
  readonly kind: 'call';
  readonly job_id: string;
  readonly attempt: number;
  readonly task: CallTask;
  readonly timeout_ms: number;
  /** Null when it counts from the moment of sending. */
  readonly deadline: number | null;
  readonly message: string;
  readonly view: ViewRecord | null;
  /** Null when it must be derived again. */
  readonly prompt: RenderedPrompt | null;
  /** After `pending`: an HTTP endpoint is asked with GET. */
  readonly again: boolean;
  /** What the children of a batch have come to; null for a call that is no batch's. */
  readonly child_data: readonly Json[] | null;
}

/** A prompt's data as derived from the root's states: JSON in UTF-8, as it is hashed and sent. */
export interface RenderedPrompt {
  readonly data: Buffer;
  readonly version: number;
  readonly hash: string;
  readonly last_latency_ms: number | null;
}
