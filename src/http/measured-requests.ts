/** Times every request that is answered, for metrics and traces; what is done with the figures is up to those. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { LaunchSpan, Metrics } from './ports.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of a request that launches something: its place in a trace, as a `traceparent`, for the record. */
    cause: string | null;
  }
}

/** Which routes begin something, and how the root of what they answer with is called. */
const launching: Readonly<Record<string, string>> = {
  '/api/contest': 'contest',
  '/api/contest/:id/clone': 'contest',
  '/api/contest/:id/fork': 'contest',
  '/api/contest/restore': 'contest',
  '/api/evaluation/exchange': 'contest',
  '/api/contest/:id/verify': 'job',
  '/api/participant/:id/verify': 'job',
  '/api/job': 'job',
  '/api/job/batch': 'job',
  '/api/job/:id/retry': 'job',
  '/api/job/:id/clone': 'job',
};
const begunSchema = z.union([z.looseObject({ id: z.string() }), z.looseObject({ job_id: z.string() })]);

export function measureRequests(app: FastifyInstance, metrics: Pick<Metrics, 'answered'>): void {
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
}

/** What is launched belongs to the trace of its request, or where nobody traces here, to that of the caller. */
export function traceLaunches(app: FastifyInstance, metrics: Pick<Metrics, 'launching'> | undefined): void {
  app.decorateRequest('cause', null);
  const spans = new WeakMap<FastifyRequest, LaunchSpan>();
  app.addHook('onRequest', async (request) => {
    if (modelLaunchedBy(request) === null) return;
    const { traceparent } = request.headers;
    const caller = typeof traceparent === 'string' ? traceparent : null;
    const span = metrics?.launching?.(caller);
    if (span) spans.set(request, span);
    request.cause = span?.traceparent ?? caller;
  });
  app.addHook('preSerialization', async (request, reply, payload) => {
    const begun = reply.statusCode === 200 ? begunSchema.safeParse(payload) : null;
    if (begun?.success)
      spans.get(request)?.end({
        name: `POST ${request.routeOptions.url}`,
        root: `${modelLaunchedBy(request)}/${'id' in begun.data ? begun.data.id : begun.data.job_id}`,
        durationMs: reply.elapsedTime,
      });
    return payload;
  });
}

function modelLaunchedBy({ method, routeOptions }: FastifyRequest): string | null {
  return method === 'POST' ? (launching[routeOptions.url ?? ''] ?? null) : null;
}
