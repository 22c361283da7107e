/**
 * A typed client of the arena's HTTP interface, for programs and pages: nothing but `fetch`. The types are those of the arena's
 * schemas; what comes is trusted to be what the arena says it is.
 */
import { createCalls } from './calls.ts';
import { contestCalls } from './contest-calls.ts';
import type { CatalogueModel } from './documents.ts';
import { jobCalls } from './job-calls.ts';
import { catalogueCalls, evaluationCalls, generationCalls, participantCalls } from './model-calls.ts';
import { type Pause, pauseByTimer } from './pause.ts';
import { createRequests } from './requests.ts';

export type { ListQuery } from './calls.ts';
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

/** Every method rejects with `ClientError` when the arena refuses or cannot be reached. */
export type Client = ReturnType<typeof createClient>;

export function createClient(options: ClientOptions) {
  const requests = createRequests(options);
  const calls = createCalls(requests);
  return {
    url: requests.url,
    contests: contestCalls(calls, requests, options.pause ?? pauseByTimer),
    jobs: jobCalls(calls),
    /** Arenas, features, participants, strategies, agents and models. */
    catalogue: <Model extends CatalogueModel>(model: Model) => catalogueCalls(calls, model),
    participants: participantCalls(calls),
    generations: generationCalls(calls),
    evaluations: evaluationCalls(calls),

    /** For routes that have no method here. */
    get: calls.get,
    post: calls.post,
    delete: calls.delete,
    bytes: calls.bytes,
  };
}
