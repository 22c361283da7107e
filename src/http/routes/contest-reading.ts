/** What is inside a contest over HTTP: views, rounds, jobs, past states, its entries once or live, and the next request. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Contests } from '../../actors/contests.ts';
import { contestDocumentSchema, contestViewSchema, roundSchema } from '../../protocol/contest.ts';
import { entrySchema } from '../../protocol/entries.ts';
import { jobNodeSchema } from '../../protocol/jobs.ts';
import { requestSchema } from '../../protocol/messages.ts';
import { promptTypes } from '../../protocol/states.ts';
import type { EventStreams } from '../event-stream.ts';
import { eventExample } from '../examples/texts.ts';
import { bodyRefusals, idParameter, idParameters, journalRefusals, refusals, textTypes } from '../schemas.ts';
import { refuseBody } from '../validation.ts';

const tags = ['contest'];
const position = z.coerce.number().int().min(0);
const promptParameters = idParameters.extend({ prompt_type: z.enum(promptTypes) });

const eventHeaders = z.looseObject({
  accept: z.string().optional().describe('`text/event-stream` for a live stream'),
  'last-event-id': position.optional().describe('the position to go on after; stronger than `after`'),
});

export function contestReadingRoutes(contests: Contests, streams: EventStreams): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/contest/:id/view/:participant_id',
      {
        schema: {
          tags,
          summary: 'Show a contest as one seat sees it',
          params: idParameters.extend({ participant_id: idParameter }),
          response: { 200: contestViewSchema, ...refusals(...journalRefusals) },
        },
      },
      async (request) => contests.view(request.params.id, request.params.participant_id),
    );

    app.get(
      '/contest/:id/round/:round_no',
      {
        schema: {
          tags,
          summary: 'Show one round',
          params: idParameters.extend({ round_no: z.coerce.number().int().min(0) }),
          response: { 200: roundSchema, ...refusals(...journalRefusals) },
        },
      },
      async (request) => contests.round(request.params.id, request.params.round_no),
    );

    app.get(
      '/contest/:id/job',
      {
        schema: {
          tags,
          summary: 'Show the jobs of a contest as a tree, oldest first',
          params: idParameters,
          response: { 200: z.array(jobNodeSchema), ...refusals(...journalRefusals) },
        },
      },
      async (request) => contests.jobs(request.params.id),
    );

    app.get(
      '/contest/:id/state',
      {
        schema: {
          tags,
          summary: 'Show the contest as it was after one of its entries',
          params: idParameters,
          querystring: z.strictObject({ at: position.min(1).describe('the position of the entry') }),
          response: { 200: contestDocumentSchema, ...refusals(...journalRefusals, 'invalid') },
        },
      },
      async (request) => contests.stateAt(request.params.id, request.query.at),
    );

    app.get(
      '/contest/:id/events',
      {
        exposeHeadRoute: false,
        schema: {
          tags,
          summary: 'List all entries of a contest, or follow them live',
          description:
            'A JSON array, in order of `position`. With `Accept: text/event-stream` the same entries as server-sent events, and then ' +
            'each new one as it is committed; the `id` of an event is its position, and `Last-Event-ID` goes on after it.',
          params: idParameters,
          headers: eventHeaders,
          querystring: z.strictObject({ after: position.default(0).describe('leave out entries up to this position') }),
          response: {
            200: {
              description: 'List of Entry, or one event for each',
              content: {
                'application/json': { schema: z.array(entrySchema) },
                ...textTypes({ 'text/event-stream': eventExample }),
              },
            },
            ...refusals(...journalRefusals, 'invalid'),
          },
        },
      },
      async (request, reply) => {
        const { id } = request.params;
        if (!request.headers.accept?.includes('text/event-stream')) return contests.entries(id, request.query.after);
        await streams.open(reply, id, request.headers['last-event-id'] ?? request.query.after);
        return reply;
      },
    );

    const promptRoute = {
      tags,
      summary: 'Show the request that would be sent now, without sending it',
      response: { 200: requestSchema, ...refusals(...bodyRefusals, 'not_found', 'conflict') },
    };
    app.post(
      '/contest/:id/prompt/:prompt_type',
      { preValidation: refuseBody, schema: { ...promptRoute, params: promptParameters } },
      async (request) => contests.request(request.params.id, request.params.prompt_type),
    );
    app.post(
      '/contest/:id/prompt/:prompt_type/:participant_id',
      {
        preValidation: refuseBody,
        schema: { ...promptRoute, params: promptParameters.extend({ participant_id: idParameter }) },
      },
      async (request) => {
        const { id, prompt_type, participant_id } = request.params;
        return contests.request(id, prompt_type, participant_id);
      },
    );
  };
}
