/** When nobody waits for an answer any more. */
import type { FastifyReply } from 'fastify';

/** Aborted when the client has left, or when the server is closing. */
export function gone(reply: FastifyReply, closing: AbortSignal): AbortSignal {
  const left = new AbortController();
  reply.raw.once('close', () => left.abort());
  return AbortSignal.any([closing, left.signal]);
}
