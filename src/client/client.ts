/**
 * A typed client of the arena's HTTP interface, for programs and pages: nothing but `fetch`. The types are those of the arena's
 * schemas; what comes is trusted to be what the arena says it is.
 */
import type {
  AgentAsk,
  AgentRequest,
  AgentResponse,
  BatchInput,
  CatalogueChange,
  CatalogueInput,
  CatalogueItem,
  CatalogueModel,
  ContestAction,
  ContestDocument,
  ContestInput,
  ContestOverview,
  ContestPatch,
  ContestSummary,
  EntryDocument,
  EvaluationDocument,
  EvaluationReport,
  GenerateJobDocument,
  JobInput,
  JobNode,
  JobResponse,
  JobSummary,
  JobTransition,
  PromptType,
  RoundDocument,
} from './documents.ts';
import { type FollowOptions, followEntries } from './entry-stream.ts';
import { type Pause, pauseByTimer } from './pause.ts';
import { createRequests, queryOf } from './requests.ts';

export { ClientError } from './client-error.ts';
export type * from './documents.ts';
export type { FollowOptions } from './entry-stream.ts';
export type { Pause } from './pause.ts';

export interface ClientOptions {
  /** Where the arena is, such as `http://127.0.0.1:8000`; empty for the page's own server. */
  readonly url: string;
  readonly fetch?: typeof fetch;
  readonly pause?: Pause;
}

/** Which rows of a list: any field of the model may be asked for by its value. */
export type ListQuery = Readonly<Record<string, string | number | boolean | undefined>> & {
  readonly order?: 'oldest' | 'newest';
  readonly limit?: number;
  readonly offset?: number;
};

type Success = { success: true };

/** Every method rejects with `ClientError` when the arena refuses or cannot be reached. */
export type Client = ReturnType<typeof createClient>;

export function createClient(options: ClientOptions) {
  const requests = createRequests(options);
  const pause = options.pause ?? pauseByTimer;
  const get = <Result>(path: string) => requests.json<Result>('GET', path);
  const post = <Result>(path: string, body?: unknown) => requests.json<Result>('POST', path, { body });

  return {
    url: requests.url,

    contests: {
      list: (query: ListQuery = {}) => get<ContestSummary[]>(`/api/contest${queryOf(query)}`),
      /** A short row of each contest that changed after a cursor (0: of every contest), and the cursor to go on from. */
      overview: (after = 0) => get<ContestOverview>(`/api/contest/overview${queryOf({ after })}`),
      get: (id: string) => get<ContestDocument>(contestPath(id)),
      create: (input: ContestInput) => post<ContestDocument>('/api/contest', input),
      patch: (id: string, patch: ContestPatch) =>
        requests.json<ContestDocument>('PATCH', contestPath(id), { body: patch }),
      remove: (id: string) => requests.json<Success>('DELETE', contestPath(id)),
      /** The same key twice acts once, so that a call whose answer was lost can be made again. */
      act: (id: string, action: ContestAction, key?: string) =>
        requests.json<ContestDocument>('POST', `${contestPath(id)}/${action}`, {
          ...(key === undefined ? {} : { headers: { 'idempotency-key': key } }),
        }),
      clone: (id: string) => post<ContestDocument>(`${contestPath(id)}/clone`),
      /** A new contest with the rounds up to and with that one. */
      fork: (id: string, input: { round_no: number; overrides?: object }) =>
        post<ContestDocument>(`${contestPath(id)}/fork`, input),
      /** Plays the newest round again from its start. */
      restartRound: (id: string, roundNo: number) =>
        post<ContestDocument>(`${contestPath(id)}/round/${roundNo}/restart`),
      verify: (id: string) => post<JobResponse>(`${contestPath(id)}/verify`),
      round: (id: string, roundNo: number) => get<RoundDocument>(`${contestPath(id)}/round/${roundNo}`),
      jobs: (id: string) => get<JobNode[]>(`${contestPath(id)}/job`),
      stateAt: (id: string, position: number) =>
        get<ContestDocument>(`${contestPath(id)}/state${queryOf({ at: position })}`),
      entries: (id: string, after = 0) => get<EntryDocument[]>(`${contestPath(id)}/events${queryOf({ after })}`),
      /** Every entry above `after`, once and in order, until the signal is aborted. */
      follow: (id: string, follow: FollowOptions) => followEntries(requests, pause, id, follow),
      /** The request that would be sent now, without sending it. */
      prompt: (id: string, promptType: PromptType, participantId?: string) =>
        post<AgentRequest>(
          `${contestPath(id)}/prompt/${promptType}${participantId ? `/${segment(participantId)}` : ''}`,
        ),
    },

    jobs: {
      list: (query: ListQuery = {}) => get<JobSummary[]>(`/api/job${queryOf(query)}`),
      /** Its response; with `waitMs` once it is final, or after that time. */
      get: (id: string, waitMs?: number) => get<JobResponse>(`${jobPath(id)}${queryOf({ wait_ms: waitMs })}`),
      create: (input: JobInput) => post<JobResponse>('/api/job', input),
      createBatch: (input: BatchInput) => post<JobResponse>('/api/job/batch', input),
      tree: (id: string) => get<JobNode>(`${jobPath(id)}/tree`),
      history: (id: string) => get<JobTransition[]>(`${jobPath(id)}/history`),
      /** What the agent was sent, in its newest attempt when none is named. */
      request: (id: string, attempt?: number) => get<AgentRequest>(`${jobPath(id)}/request${queryOf({ attempt })}`),
      answer: (id: string, response: AgentResponse) => post<JobResponse>(`${jobPath(id)}/response`, response),
      cancel: (id: string) => post<JobResponse>(`${jobPath(id)}/cancel`),
      retry: (id: string) => post<JobResponse>(`${jobPath(id)}/retry`),
      clone: (id: string) => post<JobResponse>(`${jobPath(id)}/clone`),
      remove: (id: string) => requests.json<Success>('DELETE', jobPath(id)),
    },

    /** Arenas, features, participants, strategies, agents and models. */
    catalogue<Model extends CatalogueModel>(model: Model) {
      const path = (id: string) => `/api/${model}/${segment(id)}`;
      return {
        list: (query: ListQuery = {}) => get<CatalogueItem<Model>[]>(`/api/${model}${queryOf(query)}`),
        get: (id: string) => get<CatalogueItem<Model>>(path(id)),
        create: (input: CatalogueInput<Model>) => post<CatalogueItem<Model>>(`/api/${model}`, input),
        patch: (id: string, patch: CatalogueChange<Model>) =>
          requests.json<CatalogueItem<Model>>('PATCH', path(id), { body: patch }),
        remove: (id: string) => requests.json<Success>('DELETE', path(id)),
      };
    },

    participants: {
      /** Asks a participant now whether it is well: the job is still pending. */
      verify: (id: string) => post<JobResponse>(`/api/participant/${segment(id)}/verify`),
      /** Hands a request to the agent of a participant, outside of any contest. */
      ask: (id: string, request: AgentAsk) => post<AgentResponse>(`/api/agent/${segment(id)}/request`, request),
    },

    generations: {
      list: (query: ListQuery = {}) => get<GenerateJobDocument[]>(`/api/generatejob${queryOf(query)}`),
    },

    evaluations: {
      /** Scored answers, one row for each. */
      list: (query: ListQuery = {}) => get<EvaluationDocument[]>(`/api/evaluation${queryOf(query)}`),
      /** What a run comes to, per model and prompt type. */
      report: (run: string) => get<EvaluationReport>(`/api/evaluation/${segment(run)}/report`),
    },

    /** For routes that have no method here. */
    get,
    post,
    delete: <Result>(path: string) => requests.json<Result>('DELETE', path),
    /** What is at a path, as it is. */
    bytes: async (path: string) => new Uint8Array(await (await requests.open('GET', path)).arrayBuffer()),
  };
}

function segment(text: string): string {
  return encodeURIComponent(text);
}

function contestPath(id: string): string {
  return `/api/contest/${segment(id)}`;
}

function jobPath(id: string): string {
  return `/api/job/${segment(id)}`;
}
