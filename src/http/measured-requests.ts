/** Times every request that is answered; what is done with the figures is up to the metrics. */
import type { FastifyInstance } from 'fastify';
import type { Metrics } from './ports.ts';

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
