/** Whether the arena is there and ready, for load balancers, for people, and for jobs that call it. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { ArenaError } from '../../protocol/errors.ts';
import { responseSchema } from '../../protocol/messages.ts';
import { metricsExample } from '../examples/texts.ts';
import type { Health, Metrics } from '../ports.ts';
import { okSchema, refusals, textTypes } from '../schemas.ts';

const tags = ['system'];

interface SystemOptions {
  readonly health: Health;
  readonly version: string;
  /** Without it nothing is measured, and there is no such route. */
  readonly metrics?: Metrics | undefined;
}

export function systemRoutes({ health, version, metrics }: SystemOptions): FastifyPluginAsyncZod {
  return async (app) => {
    if (metrics)
      app.get(
        '/metrics',
        {
          schema: {
            tags,
            summary: 'What is measured, in the text format of Prometheus',
            response: {
              200: { description: 'Metrics', content: textTypes({ 'text/plain': metricsExample }) },
              ...refusals(),
            },
          },
        },
        async (_request, reply) => {
          const text = await metrics.text();
          return reply.type(metrics.contentType).send(text);
        },
      );

    app.get(
      '/healthz',
      { schema: { tags, summary: 'Whether the process is alive', response: { 200: okSchema } } },
      async () => ({ state: 'OK' as const }),
    );

    app.get(
      '/readyz',
      {
        schema: {
          tags,
          summary:
            'Whether contests are brought back, the bus is there and the database takes what is written; else 503 with what is missing',
          response: { 200: okSchema, ...refusals() },
        },
      },
      async () => {
        const { ok, missing } = health.ready();
        if (ok) return { state: 'OK' as const };
        const problems = missing.map((message) => ({ path: '', message }));
        throw new ArenaError({
          code: 'unavailable',
          message: `The arena is not ready: ${missing.join('; ')}.`,
          problems,
        });
      },
    );

    app.get(
      '/api/debug/health',
      { schema: { tags, summary: 'Answer as a health check does', response: { 200: responseSchema } } },
      async () => ({
        state: 'complete' as const,
        message: '',
        data: { name: 'agent-arena', state: 'OK', version },
      }),
    );
  };
}
