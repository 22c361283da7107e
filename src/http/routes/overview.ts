/** The overview of all contests over HTTP, for lists that keep themselves up to date. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Overview } from '../../persistence/ports.ts';
import { contestOverviewSchema } from '../../protocol/overview.ts';
import { refusals } from '../schemas.ts';

const query = z.strictObject({
  after: z.coerce.number().int().min(0).default(0).describe('the `cursor` of the answer before; 0 for every contest'),
});

export function overviewRoutes(overview: Overview): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/contest/overview',
      {
        schema: {
          tags: ['contest'],
          summary: 'Show every contest in a few words, or those that have changed since the last look',
          querystring: query,
          response: { 200: contestOverviewSchema, ...refusals('invalid') },
        },
      },
      async (request) => overview.changedAfter(request.query.after),
    );
  };
}
