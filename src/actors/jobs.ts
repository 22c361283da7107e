/**
 * The port through which the edges (HTTP, the bus) make, steer and read jobs: their own, and those of contests. `job/service.ts`
 * carries it out. Every method rejects with `ArenaError` when it is refused; what resolves is committed.
 */
import type { CreateBatch, CreateJob } from '../protocol/job-input.ts';
import type { JobListState, JobNode, JobResponse, JobSummary, JobTransition } from '../protocol/jobs.ts';
import type { AgentRequest, AgentResponse } from '../protocol/messages.ts';
import type { Launch } from './contests.ts';

export interface JobFilter {
  /** One state, or `pending` for all that are not final. */
  readonly state?: JobListState;
  readonly type?: string;
  readonly contest_id?: string;
  readonly parent_id?: string;
  /** Only those that are neither below another job nor of a contest. */
  readonly top?: boolean;
  readonly order: 'oldest' | 'newest';
  readonly limit: number;
  readonly offset: number;
}

export interface Jobs {
  /** The same id with the same content is the same job; with other content it is refused with `conflict`. */
  create(input: CreateJob | CreateBatch, launch?: Launch): Promise<JobResponse>;
  /** The same, from a body that was not checked. */
  makeJob(body: unknown, launch?: Launch): Promise<JobResponse>;
  /** Waits until the job is final, for so long at most and until the signal is aborted. */
  get(id: string, wait?: { waitMs: number; signal?: AbortSignal }): Promise<JobResponse>;
  /** The job with what is below it. */
  tree(id: string): Promise<JobNode>;
  history(id: string): Promise<JobTransition[]>;
  /** What its agent was sent, derived again from the journal; the newest attempt when none is named. */
  request(id: string, attempt?: number): Promise<AgentRequest>;
  list(filter: JobFilter): Promise<JobSummary[]>;
  /** Runs down the tree. */
  cancel(id: string): Promise<JobResponse>;
  /** A new job, planned anew from one that has failed or was cancelled. */
  retry(id: string, launch?: Launch): Promise<JobResponse>;
  clone(id: string, launch?: Launch): Promise<JobResponse>;
  /** Answers it in the place of the one who was asked. */
  answer(id: string, response: AgentResponse): Promise<JobResponse>;
  /** With what is below it. Refused with `conflict` while it runs. */
  remove(id: string): Promise<void>;
}

/** A job as the table knows it. */
export interface KeptJob {
  readonly stream: string;
  readonly summary: JobSummary;
  readonly response: JobResponse;
}

/** What the service asks of the table: every final job, and from the beginning those outside of contests. */
export interface JobTable {
  /** Null when there is none, or it was deleted. */
  job(id: string): Promise<KeptJob | null>;
  /** Where jobs of these ids are or were; those of no job are left out. */
  streamsOf(ids: readonly string[]): Promise<{ id: string; stream: string }[]>;
  list(filter: JobFilter): Promise<JobSummary[]>;
}
