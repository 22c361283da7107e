/** Jobs as a program handles them: handed over, waited for, looked into, answered. */
import { type Calls, type ListQuery, pathOf, type Success } from './calls.ts';
import type {
  AgentRequest,
  AgentResponse,
  BatchInput,
  JobInput,
  JobNode,
  JobResponse,
  JobSummary,
  JobTransition,
} from './documents.ts';
import { queryOf } from './requests.ts';

export function jobCalls({ get, post, delete: remove, text }: Calls) {
  const at = (id: string, inside = '') => `${pathOf('job', id)}${inside}`;
  return {
    list: (query: ListQuery = {}): Promise<JobSummary[]> => get(`/api/job${queryOf(query)}`),
    /** Its response; with `waitMs` once it is final, or after that time. */
    get: (id: string, waitMs?: number): Promise<JobResponse> => get(at(id, queryOf({ wait_ms: waitMs }))),
    /** The same as a page of Markdown. */
    markdown: (id: string): Promise<string> => text(at(id, '.md')),
    create: (input: JobInput): Promise<JobResponse> => post('/api/job', input),
    createBatch: (input: BatchInput): Promise<JobResponse> => post('/api/job/batch', input),
    tree: (id: string): Promise<JobNode> => get(at(id, '/tree')),
    history: (id: string): Promise<JobTransition[]> => get(at(id, '/history')),
    /** What the agent was sent, in its newest attempt when none is named. */
    request: (id: string, attempt?: number): Promise<AgentRequest> => get(at(id, `/request${queryOf({ attempt })}`)),
    /** Answers it in the place of the one who was asked. */
    answer: (id: string, response: AgentResponse): Promise<JobResponse> => post(at(id, '/response'), response),
    cancel: (id: string): Promise<JobResponse> => post(at(id, '/cancel')),
    /** A new job in the place of one that has failed. */
    retry: (id: string): Promise<JobResponse> => post(at(id, '/retry')),
    clone: (id: string): Promise<JobResponse> => post(at(id, '/clone')),
    remove: (id: string): Promise<Success> => remove(at(id)),
  };
}
