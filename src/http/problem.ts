/**
 * How every refusal and fault leaves over HTTP: `application/problem+json` (RFC 9457). The one place that turns an error
 * into a status; what went wrong inside the arena is logged and never shown.
 */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Log } from '../actors/runtime/ports.ts';
import { ArenaError, type ErrorCode, errorCodes, type InputProblem } from '../protocol/errors.ts';

export const problemSchema = z
  .object({
    type: z.string().describe('"about:blank" when the status says it all'),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().describe('what was wrong, where, and what to do'),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .describe('A refusal (RFC 9457)');
export type Problem = z.infer<typeof problemSchema>;

export const problemContentType = 'application/problem+json; charset=utf-8';

/** As RFC 9110 and RFC 6585 name the statuses. Node has the names too, in a module that brings its own `fetch` along. */
const titles: Readonly<Record<ErrorCode, string>> = {
  bad_request: 'Bad Request',
  not_found: 'Not Found',
  conflict: 'Conflict',
  too_large: 'Payload Too Large',
  unsupported_media: 'Unsupported Media Type',
  invalid: 'Unprocessable Entity',
  overloaded: 'Too Many Requests',
  internal: 'Internal Server Error',
  unavailable: 'Service Unavailable',
};

/** What there is too much of takes some seconds to become less. */
const retryAfterSeconds = 5;

/**
 * The refusals that Fastify makes itself, as ours. Any other of its errors below 500 is a `bad_request`. Forbidden are to it paths that no
 * file of the panel can have; too long are those that no id can be in.
 */
const codeOfStatus: Readonly<Record<number, ErrorCode>> = {
  403: 'not_found',
  404: 'not_found',
  413: 'too_large',
  414: 'not_found',
  415: 'unsupported_media',
  429: 'overloaded',
  503: 'unavailable',
};

export function problem(code: ErrorCode, detail: string, errors: InputProblem[] = []): Problem {
  const status = errorCodes[code];
  return {
    type: 'about:blank',
    title: titles[code],
    status,
    detail,
    ...(errors.length > 0 && { errors }),
  };
}

export function sendProblem(reply: FastifyReply, content: Problem): FastifyReply {
  // Closing while a client still sends its large body would reset the connection before it has read why.
  if (content.status === errorCodes.too_large) reply.removeHeader('connection');
  if (content.status === errorCodes.overloaded) reply.header('retry-after', String(retryAfterSeconds));
  return reply
    .code(content.status)
    .header('content-type', problemContentType)
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send(content);
}

/** The problem that an error is shown as. A fault of ours is logged here, once, and hides its inside. */
export function problemOf(error: unknown, request: Pick<FastifyRequest, 'method' | 'url'>, log: Log): Problem {
  if (error instanceof ArenaError && error.code !== 'internal') {
    return problem(error.code, error.message, error.problems);
  }
  const status = (error as Partial<FastifyError> | null)?.statusCode ?? 500;
  if (!(error instanceof ArenaError) && status < 500) {
    const code = codeOfStatus[status] ?? 'bad_request';
    return problem(code, code === 'not_found' ? nothingAt(request) : (error as Error).message);
  }
  log.error({ err: error, method: request.method, url: request.url }, 'a request failed inside the arena');
  return problem('internal', 'The arena failed to carry this out. Its log says why.');
}

export function installProblems(app: FastifyInstance, log: Log): void {
  app.setErrorHandler((error, request, reply) => sendProblem(reply, problemOf(error, request, log)));
  app.setNotFoundHandler((request, reply) => sendProblem(reply, problem('not_found', nothingAt(request))));
}

function nothingAt({ method, url }: Pick<FastifyRequest, 'method' | 'url'>): string {
  return `There is nothing at ${method} ${url.slice(0, 200)}.`;
}
