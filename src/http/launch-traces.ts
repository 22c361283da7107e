/** Gives each request that launches something its place in a trace. Which routes do says each of them, in its `config`. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { LaunchSpan, Metrics } from './ports.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route begins something: how the root of what it answers with is called. */
    launches?: 'contest' | 'job';
  }
  interface FastifyRequest {
    /** Of a request that launches something: its place in a trace, as a `traceparent`, for the record. */
    cause: string | null;
  }
}

const begunSchema = z.union([z.looseObject({ id: z.string() }), z.looseObject({ job_id: z.string() })]);

/** What is launched belongs to the trace of its request, or where nobody traces here, to that of the caller. */
export function traceLaunches(app: FastifyInstance, metrics: Pick<Metrics, 'launching'> | undefined): void {
  app.decorateRequest('cause', null);
  const spans = new WeakMap<FastifyRequest, LaunchSpan>();
  app.addHook('onRequest', async (request) => {
    if (!request.routeOptions.config.launches) return;
    const { traceparent } = request.headers;
    const caller = typeof traceparent === 'string' ? traceparent : null;
    const span = metrics?.launching?.(caller);
    if (span) spans.set(request, span);
    request.cause = span?.traceparent ?? caller;
  });
  app.addHook('preSerialization', async (request, reply, payload) => {
    const span = spans.get(request);
    if (!span || reply.statusCode !== 200) return payload;
    const { url, config } = request.routeOptions;
    const begun = begunSchema.safeParse(payload);
    if (begun.success)
      span.end({
        name: `POST ${url}`,
        root: `${config.launches}/${'id' in begun.data ? begun.data.id : begun.data.job_id}`,
        durationMs: reply.elapsedTime,
      });
    return payload;
  });
}
