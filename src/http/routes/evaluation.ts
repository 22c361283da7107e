/** Evaluation over HTTP: runs of recorded requests against several models, their rows, what they come to, and contests with a model exchanged. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Evaluations } from '../../agents/evaluation/evaluations.ts';
import { contestDocumentSchema } from '../../protocol/contest.ts';
import {
  createEvaluationSchema,
  evaluationReportSchema,
  evaluationRunSchema,
  evaluationSchema,
  evaluationStates,
  exchangeSchema,
} from '../../protocol/evaluation.ts';
import { promptTypes } from '../../protocol/states.ts';
import { evaluationMarkdown } from '../evaluation-markdown.ts';
import { evaluationReport } from '../examples/models.ts';
import { deleted, deletionOptions, markdownOptions } from '../route-options.ts';
import { bodyRefusals, idParameter, listOrder, paging, refusals } from '../schemas.ts';
import { refuseBody } from '../validation.ts';

const tags = ['evaluation'];
const runParameters = z.object({ run: idParameter });

const filters = z.strictObject({
  run: idParameter.optional(),
  model: z.string().min(1).optional(),
  prompt_type: z.enum(promptTypes).optional(),
  contest_id: idParameter.optional(),
  state: z.enum(evaluationStates).optional(),
  order: listOrder,
  ...paging,
});

export function evaluationRoutes(evaluations: Evaluations): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/evaluation',
      {
        schema: {
          tags,
          summary: 'Put the requests of a contest, or others, to several models',
          description:
            'Answered with the report of the run, which is `running`: ask for it again until it is `complete`. Every answer is a generation ' +
            'and a row, scored as it comes.',
          body: createEvaluationSchema,
          response: { 200: evaluationReportSchema, ...refusals(...bodyRefusals, 'not_found', 'conflict') },
        },
      },
      async (request) => evaluations.create(request.body),
    );

    app.get(
      '/evaluation',
      {
        schema: {
          tags,
          summary: 'List scored answers, one row for each',
          querystring: filters,
          response: { 200: z.array(evaluationSchema), ...refusals('invalid') },
        },
      },
      async (request) => evaluations.list(request.query),
    );

    app.get(
      '/evaluation/run',
      {
        schema: {
          tags,
          summary: 'List the runs, each with how far it is',
          querystring: z.strictObject({ order: listOrder, ...paging }),
          response: { 200: z.array(evaluationRunSchema), ...refusals('invalid') },
        },
      },
      async (request) => evaluations.runs(request.query),
    );

    app.get(
      '/evaluation/:run/report',
      {
        schema: {
          tags,
          summary: 'Show what a run comes to, per model and prompt type',
          params: runParameters,
          response: { 200: evaluationReportSchema, ...refusals('not_found') },
        },
      },
      async (request) => evaluations.report(request.params.run),
    );

    app.get(
      '/evaluation/:run.md',
      markdownOptions({
        tags,
        summary: 'Show what a run comes to as Markdown, for people',
        params: runParameters,
        example: evaluationMarkdown(evaluationReport),
        refused: ['not_found'],
      }),
      async (request) => evaluationMarkdown(await evaluations.report(request.params.run)),
    );

    app.post(
      '/evaluation/:run/cancel',
      {
        preValidation: refuseBody,
        schema: {
          tags,
          summary: 'Give up what has not been answered yet',
          params: runParameters,
          response: { 200: evaluationReportSchema, ...refusals(...bodyRefusals, 'not_found') },
        },
      },
      async (request) => evaluations.cancel(request.params.run),
    );

    app.delete(
      '/evaluation/:run',
      deletionOptions({ tags, summary: 'Delete a run that has ended, with its rows', params: runParameters }),
      async (request) => deleted(evaluations.remove(request.params.run)),
    );

    app.post(
      '/evaluation/exchange',
      {
        config: { launches: 'contest' },
        schema: {
          tags,
          summary: 'Play a contest again with another model in one seat',
          description:
            'Answered with the copy: the same arena, seed and settings, and in that seat a new participant with the same strategy. What differs ' +
            'from then on follows from the answers.',
          body: exchangeSchema,
          response: { 200: contestDocumentSchema, ...refusals(...bodyRefusals, 'not_found', 'conflict') },
        },
      },
      async (request) => evaluations.exchange(request.body, { causedBy: request.cause }),
    );
  };
}
