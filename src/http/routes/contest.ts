/** Contests over HTTP: launching, listing, changing and steering them. Reading inside one is `contest-reading.ts`. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Contests } from '../../actors/contests.ts';
import { contestDocumentSchema, contestSummarySchema } from '../../protocol/contest.ts';
import {
  type ContestAction,
  cloneContestSchema,
  contestActions,
  createContestSchema,
  patchContestSchema,
} from '../../protocol/contest-input.ts';
import { jobResponseSchema } from '../../protocol/jobs.ts';
import { contestStates, endReasons } from '../../protocol/states.ts';
import { contestMarkdown } from '../contest-markdown.ts';
import { contest } from '../examples/contest.ts';
import { commandHeaders, commandIdOf } from '../idempotency-key.ts';
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

const tags = ['contest'];

const meanings: Readonly<Record<ContestAction, string>> = {
  start: 'Begin the contest',
  advance: 'When stepping, make the one transition that is due; begin a contest that was not started',
  pause: 'Stop before the next transition; answers that come in meanwhile are kept',
  resume: 'Go on after a pause',
  cancel: 'End the contest without a result',
  retry: 'Go on from exactly where it failed, keeping every answer',
};

const whole = z.coerce.number().int().optional();
const filters = z.strictObject({
  state: z.enum(contestStates).optional(),
  paused: flag.optional(),
  auto_advance: flag.optional(),
  end_reason: z.enum(endReasons).optional(),
  winner_id: idParameter.optional(),
  arena_id: idParameter.optional(),
  current_round: whole,
  max_rounds: whole,
  winning_score: whole,
  seed: whole,
  order: listOrder,
  ...paging,
});

export function contestRoutes(contests: Contests): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/contest',
      {
        config: { launches: 'contest' },
        schema: {
          tags,
          summary: 'Launch a contest, everything inline or by id',
          body: createContestSchema,
          response: { 200: contestDocumentSchema, ...refusals(...bodyRefusals, 'not_found', 'conflict') },
        },
      },
      async (request) => contests.create(request.body, { causedBy: request.cause }),
    );

    app.get(
      '/contest',
      {
        schema: {
          tags,
          summary: 'List contests, without their rounds',
          querystring: filters,
          response: { 200: z.array(contestSummarySchema), ...refusals('invalid') },
        },
      },
      async (request) => contests.list(asFilter(request.query)),
    );

    app.get(
      '/contest/:id',
      {
        schema: {
          tags,
          summary: 'Show a contest',
          params: idParameters,
          response: { 200: contestDocumentSchema, ...refusals(...journalRefusals) },
        },
      },
      async (request) => contests.get(request.params.id),
    );

    app.get(
      '/contest/:id.md',
      markdownOptions({
        tags,
        summary: 'Show a contest as Markdown, for people',
        params: idParameters,
        example: contestMarkdown(contest),
        refused: journalRefusals,
      }),
      async (request) => contestMarkdown(await contests.get(request.params.id)),
    );

    app.patch(
      '/contest/:id',
      {
        schema: {
          tags,
          summary: 'Change the limits of a contest while it is created, paused or stepping',
          params: idParameters,
          body: patchContestSchema,
          response: { 200: contestDocumentSchema, ...refusals(...bodyRefusals, 'not_found', 'conflict') },
        },
      },
      async (request) => contests.patch(request.params.id, request.body),
    );

    app.delete(
      '/contest/:id',
      deletionOptions({ tags, summary: 'Delete a contest that does not run', params: idParameters }),
      async (request) => deleted(contests.remove(request.params.id)),
    );

    for (const action of contestActions) {
      app.post(
        `/contest/:id/${action}`,
        {
          preValidation: refuseBody,
          schema: {
            tags,
            summary: meanings[action],
            params: idParameters,
            headers: commandHeaders,
            response: {
              200: contestDocumentSchema,
              ...refusals(...bodyRefusals, 'not_found', 'conflict'),
            },
          },
        },
        async (request) => {
          const { id } = request.params;
          return contests.act(id, action, commandIdOf(request.headers, action, id));
        },
      );
    }

    app.post(
      '/contest/:id/clone',
      {
        config: { launches: 'contest' },
        schema: {
          tags,
          summary: 'Make a new contest with the same set-up and no rounds, with others in its seats if you like',
          params: idParameters,
          body: cloneContestSchema.nullish(),
          response: { 200: contestDocumentSchema, ...refusals(...bodyRefusals, ...journalRefusals) },
        },
      },
      async (request) => contests.clone(request.params.id, request.body?.participants, { causedBy: request.cause }),
    );

    app.post(
      '/contest/:id/verify',
      {
        config: { launches: 'job' },
        preValidation: refuseBody,
        schema: {
          tags,
          summary: 'Ask every participant now whether it is well, as a batch job',
          params: idParameters,
          response: { 200: jobResponseSchema, ...refusals(...bodyRefusals, ...journalRefusals) },
        },
      },
      async (request) => contests.verify(request.params.id, { causedBy: request.cause }),
    );
  };
}

/** Tables hold flags as 0 and 1; what was not asked for is left out. */
function asFilter(query: z.infer<typeof filters>): Record<string, string | number> {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([field, value]) => [field, typeof value === 'boolean' ? Number(value) : value]));
}
