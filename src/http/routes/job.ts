/** Jobs over HTTP: making one or a tree of them, asking how they are, waiting for their end, steering them. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Launch } from '../../actors/contests.ts';
import type { Jobs } from '../../actors/jobs.ts';
import { createBatchSchema, createJobSchema } from '../../protocol/job-input.ts';
import {
  type JobResponse,
  jobListStates,
  jobNodeSchema,
  jobResponseSchema,
  jobSummarySchema,
  jobTransitionSchema,
  jobTypes,
} from '../../protocol/jobs.ts';
import { limits } from '../../protocol/limits.ts';
import { requestSchema, responseSchema } from '../../protocol/messages.ts';
import { jobNode, jobResponse, jobTransition } from '../examples/job.ts';
import { jobMarkdown } from '../job-markdown.ts';
import { deleted, deletionOptions, markdownOptions } from '../route-options.ts';
import {
  bodyRefusals,
  flag,
  idParameter,
  idParameters,
  journalRefusals,
  listOrder,
  paging,
  refusals,
} from '../schemas.ts';
import { refuseBody } from '../validation.ts';
import { waitingOf, waitingQuery } from '../waiting.ts';

const tags = ['job'];

const filters = z.strictObject({
  state: z.enum(jobListStates).optional().describe('`pending` for all that are not final'),
  type: z
    .enum(jobTypes)
    .optional()
    .describe(
      '`generate` for what agents have asked models, each with the job that it answers as `parent_id`; it is listed only where it is asked ' +
        'for, and shown whole at `/api/generatejob/{id}`',
    ),
  contest_id: idParameter.optional(),
  parent_id: idParameter.optional(),
  top: flag.optional().describe('only those that are neither below another job nor of a contest'),
  order: listOrder,
  ...paging,
});

interface Action {
  /** In the path. */
  readonly name: string;
  readonly summary: string;
  readonly launches?: 'job';
  readonly carryOut: (jobs: Jobs, id: string, launch: Launch) => Promise<JobResponse>;
}

const actions: readonly Action[] = [
  {
    name: 'cancel',
    summary: 'Cancel a job and what is below it',
    carryOut: (jobs, id) => jobs.cancel(id),
  },
  {
    name: 'retry',
    summary: 'Make a new job from one that has failed or was cancelled; the answer says its id',
    launches: 'job',
    carryOut: (jobs, id, launch) => jobs.retry(id, launch),
  },
  {
    name: 'clone',
    summary: 'Make a new job with the same content; the answer says its id',
    launches: 'job',
    carryOut: (jobs, id, launch) => jobs.clone(id, launch),
  },
];

/** Once `closing` is aborted, nobody waits for a job any more. */
export function jobRoutes(jobs: Jobs, closing: AbortSignal): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/job',
      {
        config: { launches: 'job' },
        schema: {
          tags,
          summary: 'Make a job: one call, made as often as it takes',
          description:
            'Answered with its response, which is `pending`. With an `id` of yours the same job is made once: the same content again is ' +
            'answered with the job that there is, other content is refused.',
          body: createJobSchema,
          response: { 200: jobResponseSchema, ...refusals(...bodyRefusals, 'conflict') },
        },
      },
      async (request) => jobs.create(request.body, { causedBy: request.cause }),
    );

    app.post(
      '/job/batch',
      {
        config: { launches: 'job' },
        bodyLimit: limits.bulkBodyBytes,
        schema: {
          tags,
          summary: 'Make a tree of jobs: children, and a call that is made with their results',
          description:
            'When all children have ended, the batch makes its own call with `{"job_id", "data", "child_data"}`: what it was given, and the ' +
            'responses of its children in the order of the plan, with those of theirs inside.',
          body: createBatchSchema,
          response: { 200: jobResponseSchema, ...refusals(...bodyRefusals, 'conflict') },
        },
      },
      async (request) => jobs.create(request.body, { causedBy: request.cause }),
    );

    app.get(
      '/job',
      {
        schema: {
          tags,
          summary: 'List jobs, those of contests too',
          description:
            'Of a contest whose journal is damaged only the jobs that have ended are listed; the contest itself says what is wrong (409).',
          querystring: filters,
          response: { 200: z.array(jobSummarySchema), ...refusals('invalid') },
        },
      },
      async (request) => jobs.list(request.query),
    );

    app.get(
      '/job/:id',
      {
        schema: {
          tags,
          summary: 'Show the response of a job, or wait for it',
          params: idParameters,
          querystring: waitingQuery,
          response: { 200: jobResponseSchema, ...refusals(...journalRefusals, 'invalid') },
        },
      },
      async (request, reply) => jobs.get(request.params.id, waitingOf(request.query, reply, closing)),
    );

    app.get(
      '/job/:id.md',
      markdownOptions({
        tags,
        summary: 'Show a job with what is below it as Markdown, for people',
        params: idParameters,
        example: jobMarkdown(jobResponse, jobNode, [jobTransition]),
        refused: journalRefusals,
      }),
      async (request) => {
        const { id } = request.params;
        const [response, tree, history] = await Promise.all([jobs.get(id), jobs.tree(id), jobs.history(id)]);
        return jobMarkdown(response, tree, history);
      },
    );

    app.get(
      '/job/:id/tree',
      {
        schema: {
          tags,
          summary: 'Show a job with what is below it as a tree',
          params: idParameters,
          response: { 200: jobNodeSchema, ...refusals(...journalRefusals) },
        },
      },
      async (request) => jobs.tree(request.params.id),
    );

    app.get(
      '/job/:id/history',
      {
        schema: {
          tags,
          summary: 'Show every transition of a job, with time and reason',
          params: idParameters,
          response: { 200: z.array(jobTransitionSchema), ...refusals(...journalRefusals) },
        },
      },
      async (request) => jobs.history(request.params.id),
    );

    app.get(
      '/job/:id/request',
      {
        schema: {
          tags,
          summary: 'Show what the agent was sent',
          description:
            'The request of a prompt or a health check, derived again from the journal: the same `job_id`, attempt and data. A job that asked ' +
            'no agent has none (422).',
          params: idParameters,
          querystring: z.strictObject({
            attempt: z.coerce.number().int().min(1).optional().describe('the newest when left out'),
          }),
          response: { 200: requestSchema, ...refusals('not_found', 'invalid', 'conflict') },
        },
      },
      async (request) => jobs.request(request.params.id, request.query.attempt),
    );

    app.post(
      '/job/:id/response',
      {
        schema: {
          tags,
          summary: 'Answer a job by hand, in the place of the one who was asked',
          params: idParameters,
          body: responseSchema,
          response: { 200: jobResponseSchema, ...refusals(...bodyRefusals, 'not_found', 'conflict') },
        },
      },
      async (request) => jobs.answer(request.params.id, request.body),
    );

    for (const { name, summary, launches, carryOut } of actions) {
      app.post(
        `/job/:id/${name}`,
        {
          config: { launches },
          preValidation: refuseBody,
          schema: {
            tags,
            summary,
            params: idParameters,
            response: { 200: jobResponseSchema, ...refusals(...bodyRefusals, 'not_found', 'conflict') },
          },
        },
        async (request) => carryOut(jobs, request.params.id, { causedBy: request.cause }),
      );
    }

    app.delete(
      '/job/:id',
      deletionOptions({ tags, summary: 'Delete a job that has ended, with what is below it', params: idParameters }),
      async (request) => deleted(jobs.remove(request.params.id)),
    );
  };
}
