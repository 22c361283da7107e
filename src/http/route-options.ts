/** What routes have alike that do the same to different things: show one as Markdown, delete one. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { ErrorCode } from '../protocol/errors.ts';
import { refusals, successSchema, textTypes } from './schemas.ts';

interface Described<Params extends z.ZodType> {
  readonly tags: string[];
  readonly summary: string;
  readonly description?: string;
  readonly params: Params;
}

/** For a route whose handler returns the text. */
export function markdownOptions<Params extends z.ZodType>(
  described: Described<Params> & { readonly example: string; readonly refused: readonly ErrorCode[] },
) {
  const { example, refused, ...schema } = described;
  return {
    schema: {
      ...schema,
      response: {
        200: { description: 'The same as text', content: textTypes({ 'text/markdown': example }) },
        ...refusals(...refused),
      },
    },
    preHandler: async (_request: FastifyRequest, reply: FastifyReply) => {
      reply.type('text/markdown; charset=utf-8');
    },
  };
}

/** What may be refused. A body that comes along is read all the same. */
const deletionRefusals = [
  'bad_request',
  'too_large',
  'unsupported_media',
  'not_found',
  'conflict',
  'overloaded',
] as const;

/** For a route whose handler returns what `deleted` makes of the deletion. */
export function deletionOptions<Params extends z.ZodType>(described: Described<Params>) {
  return { schema: { ...described, response: { 200: successSchema, ...refusals(...deletionRefusals) } } };
}

export async function deleted(deletion: Promise<void>): Promise<z.infer<typeof successSchema>> {
  await deletion;
  return { success: true };
}
