/** Readers that wait for what has not ended yet: how long they may, and when nobody waits any more. */
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { limits } from '../protocol/limits.ts';

export const waitingQuery = z.strictObject({
  wait_ms: z.coerce
    .number()
    .int()
    .min(0)
    .max(limits.waitMs)
    .default(0)
    .describe('wait so long at most until it is final'),
});

export interface Waiting {
  readonly waitMs: number;
  /** Aborted when the client has left, or when the server is closing. */
  readonly signal: AbortSignal;
}

/** Undefined for who does not wait. */
export function waitingOf(
  { wait_ms: waitMs }: z.infer<typeof waitingQuery>,
  reply: FastifyReply,
  closing: AbortSignal,
): Waiting | undefined {
  if (waitMs === 0) return undefined;
  const left = new AbortController();
  reply.raw.once('close', () => left.abort());
  return { waitMs, signal: AbortSignal.any([closing, left.signal]) };
}
