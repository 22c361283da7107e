/** Times every request that is answered, for metrics; what is done with the figures is up to those. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Metrics } from './ports.ts';

/** Which routes begin something, and how the root of what they answer with is called. */
const launching: Readonly<Record<string, string>> = {
  '/api/contest': 'contest',
  '/api/job': 'job',
  '/api/job/batch': 'job',
};
const begunSchema = z.union([z.looseObject({ id: z.string() }), z.looseObject({ job_id: z.string() })]);

export function measureRequests(app: FastifyInstance, metrics: Pick<Metrics, 'answered' | 'launched'>): void {
  app.addHook('onResponse', async (request, reply) => {
    // An event stream lasts as long as somebody watches: that says nothing of the server.
    if (request.headers.accept?.includes('text/event-stream')) return;
    metrics.answered({
      method: request.method,
      route: request.routeOptions.url ?? 'unknown',
      status: reply.statusCode,
      durationMs: reply.elapsedTime,
    });
  });
  if (!metrics.launched) return;
  app.addHook('preSerialization', async (request, reply, payload) => {
    const model = launching[request.routeOptions.url ?? ''];
    if (model === undefined || request.method !== 'POST' || reply.statusCode !== 200) return payload;
    const begun = begunSchema.safeParse(payload);
    const { traceparent } = request.headers;
    if (begun.success)
      metrics.launched?.({
        name: `POST ${request.routeOptions.url}`,
        root: `${model}/${'id' in begun.data ? begun.data.id : begun.data.job_id}`,
        traceparent: typeof traceparent === 'string' ? traceparent : null,
        durationMs: reply.elapsedTime,
      });
    return payload;
  });
}
