/** The document of the bus at /asyncapi.json, and the page that shows it at /docs/async. */
import type { FastifyPluginAsync } from 'fastify';
import { type AsyncApiOptions, asyncApiDocument } from '../../protocol/asyncapi.ts';
import { asyncApiPage, asyncApiPagePolicy } from '../asyncapi-page.ts';

export function asyncApiRoutes(options: AsyncApiOptions): FastifyPluginAsync {
  return async (app) => {
    // Made when somebody asks for it, and once.
    let document: Readonly<Record<string, unknown>> | null = null;
    let page: string | null = null;
    const made = () => {
      document ??= asyncApiDocument(options);
      return document;
    };
    app.get('/asyncapi.json', { schema: { hide: true } }, async () => made());
    app.get('/docs/async', { schema: { hide: true } }, async (_request, reply) => {
      page ??= asyncApiPage(made());
      return reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', asyncApiPagePolicy)
        .header('x-content-type-options', 'nosniff')
        .send(page);
    });
  };
}
