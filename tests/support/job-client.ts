/** Jobs over HTTP as a test needs them: made, waited for, read and steered. */
import { z } from 'zod';
import {
  type JobNode,
  type JobResponse,
  type JobSummary,
  type JobTransition,
  jobNodeSchema,
  jobResponseSchema,
  jobSummarySchema,
  jobTransitionSchema,
} from '../../src/protocol/jobs.ts';
import { createContestClient, type HttpAnswer } from './contest-client.ts';

export interface JobClient {
  send(method: string, path: string, body?: unknown): Promise<HttpAnswer>;
  create(body: object): Promise<JobResponse>;
  batch(body: object): Promise<JobResponse>;
  get(id: string, waitMs?: number): Promise<JobResponse>;
  /** Waits as long as it takes. */
  ended(id: string): Promise<JobResponse>;
  history(id: string): Promise<JobTransition[]>;
  tree(id: string): Promise<JobNode>;
  list(query?: string): Promise<JobSummary[]>;
  act(id: string, action: string, body?: object): Promise<JobResponse>;
}

export function createJobClient(url: string): JobClient {
  const { send } = createContestClient(url);

  async function good<T>(schema: z.ZodType<T>, method: string, path: string, body?: unknown): Promise<T> {
    const answer = await send(method, path, body);
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return schema.parse(answer.body);
  }

  const client: JobClient = {
    send,
    create: (body) => good(jobResponseSchema, 'POST', '/api/job', body),
    batch: (body) => good(jobResponseSchema, 'POST', '/api/job/batch', body),
    get: (id, waitMs = 0) => good(jobResponseSchema, 'GET', `/api/job/${id}?wait_ms=${waitMs}`),
    async ended(id) {
      for (;;) {
        const job = await client.get(id, 30_000);
        if (job.state !== 'pending') return job;
      }
    },
    history: (id) => good(z.array(jobTransitionSchema), 'GET', `/api/job/${id}/history`),
    tree: (id) => good(jobNodeSchema, 'GET', `/api/job/${id}/tree`),
    list: (query = '') => good(z.array(jobSummarySchema), 'GET', `/api/job?${query}`),
    act: (id, action, body) => good(jobResponseSchema, 'POST', `/api/job/${id}/${action}`, body),
  };
  return client;
}
