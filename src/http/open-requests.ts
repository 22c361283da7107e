/** Counts the requests that are being answered, so that closing can wait for them. */
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../actors/runtime/ports.ts';

export interface OpenRequests {
  /** Resolves when none is left, or when the time is over. */
  settled(clock: Clock, withinMs: number): Promise<void>;
}

export function trackRequests(app: FastifyInstance): OpenRequests {
  let open = 0;
  let whenNone: () => void = () => undefined;
  app.addHook('onRequest', async (_request, reply) => {
    open += 1;
    reply.raw.once('close', () => {
      open -= 1;
      if (open === 0) whenNone();
    });
  });
  return {
    settled: (clock, withinMs) =>
      new Promise((resolve) => {
        if (open === 0) return resolve();
        const cancel = clock.after(withinMs, resolve);
        whenNone = () => {
          cancel();
          resolve();
        };
      }),
  };
}
