/** Generations over HTTP: what language models were asked and answered, waiting for one, giving one up, asking again. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Generations } from '../../agents/generations.ts';
import {
  generatedTypes,
  generateJobSchema,
  generateJobStates,
  repeatGenerationSchema,
} from '../../protocol/generate-jobs.ts';
import { generation } from '../examples/models.ts';
import { generationMarkdown } from '../generation-markdown.ts';
import { deleted, deletionOptions, markdownOptions } from '../route-options.ts';
import { bodyRefusals, idParameter, idParameters, journalRefusals, listOrder, paging, refusals } from '../schemas.ts';
import { refuseBody } from '../validation.ts';
import { waitingOf, waitingQuery } from '../waiting.ts';

const tags = ['generatejob'];

const filters = z.strictObject({
  state: z.enum(generateJobStates).optional(),
  job_id: idParameter.optional(),
  contest_id: idParameter.optional(),
  participant_id: idParameter.optional(),
  agent_id: idParameter.optional(),
  model: z.string().min(1).optional(),
  prompt_type: z.enum(generatedTypes).optional(),
  original_id: idParameter.optional(),
  order: listOrder,
  ...paging,
});

/** Once `closing` is aborted, nobody waits any more. */
export function generateJobRoutes(generations: Generations, closing: AbortSignal): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/generatejob',
      {
        schema: {
          tags,
          summary: 'List what language models were asked',
          description:
            'One that has not ended and whose journal is damaged is listed as it was last known, without its texts and with what is wrong as ' +
            'its `message`; asked for by itself it is refused (409).',
          querystring: filters,
          response: { 200: z.array(generateJobSchema), ...refusals('invalid') },
        },
      },
      async (request) => generations.list(request.query),
    );

    app.get(
      '/generatejob/:id',
      {
        schema: {
          tags,
          summary: 'Show a generation, or wait for its end',
          params: idParameters,
          querystring: waitingQuery,
          response: { 200: generateJobSchema, ...refusals(...journalRefusals, 'invalid') },
        },
      },
      async (request, reply) => generations.get(request.params.id, waitingOf(request.query, reply, closing)),
    );

    app.get(
      '/generatejob/:id.md',
      markdownOptions({
        tags,
        summary: 'Show a generation as Markdown, for people',
        params: idParameters,
        example: generationMarkdown(generation),
        refused: journalRefusals,
      }),
      async (request) => generationMarkdown(await generations.get(request.params.id)),
    );

    app.post(
      '/generatejob/repeat',
      {
        schema: {
          tags,
          summary: 'Ask again, of another model or with another prompt if you like; a new generation',
          body: repeatGenerationSchema,
          response: { 200: generateJobSchema, ...refusals(...bodyRefusals, ...journalRefusals) },
        },
      },
      async (request) => generations.repeat(request.body),
    );

    app.post(
      '/generatejob/:id/cancel',
      {
        preValidation: refuseBody,
        schema: {
          tags,
          summary: 'Give up a generation that has not ended',
          params: idParameters,
          response: { 200: generateJobSchema, ...refusals(...bodyRefusals, ...journalRefusals) },
        },
      },
      async (request) => generations.cancel(request.params.id),
    );

    app.delete(
      '/generatejob/:id',
      deletionOptions({
        tags,
        summary: 'Delete a generation that has ended',
        description: 'It is not shown any more. What it has cost still counts for budgets.',
        params: idParameters,
      }),
      async (request) => deleted(generations.remove(request.params.id)),
    );
  };
}
