/** Contests over HTTP as something to carry: taken out as one document, taken in again. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Contests } from '../../actors/contests.ts';
import { contestDocumentSchema } from '../../protocol/contest.ts';
import { limits } from '../../protocol/limits.ts';
import { snapshotSchema } from '../../protocol/snapshot.ts';
import { bodyRefusals, flag, idParameters, refusals } from '../schemas.ts';

const tags = ['contest'];

export function contestCarryingRoutes(contests: Contests): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/contest/:id/snapshot',
      {
        schema: {
          tags,
          summary: 'Take the whole contest out as one document',
          description:
            'Everything that has happened, with what the contest needs of the catalogue (never a key), sealed: each entry has the hash ' +
            'of itself and of all before it, and the document one of the whole.',
          params: idParameters,
          response: { 200: snapshotSchema, ...refusals('not_found') },
        },
      },
      async (request) => contests.snapshot(request.params.id),
    );

    app.post(
      '/contest/restore',
      {
        bodyLimit: limits.bulkBodyBytes,
        schema: {
          tags,
          summary: 'Take a contest in from its document; it goes on where it was',
          description:
            'What the contest needs of the catalogue is made where it is missing. A document that is not as it was sealed is refused, and ' +
            '`errors` names the first entry that does not fit. Nobody is told on the bus of what has happened elsewhere.',
          querystring: z.strictObject({
            as_new: flag.default(false).describe('as another contest, with ids of its own, beside one that is here'),
          }),
          body: snapshotSchema,
          response: { 200: contestDocumentSchema, ...refusals(...bodyRefusals, 'conflict', 'overloaded') },
        },
      },
      async (request) => contests.restore(request.body, { asNew: request.query.as_new }),
    );
  };
}
