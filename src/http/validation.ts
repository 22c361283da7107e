/**
 * Reading requests: bodies as JSON, and everything that comes in checked against its zod schema, with all problems told at
 * once. Knows nothing of any route.
 */
import type { FastifyInstance, FastifyRequest, FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import { ArenaError } from '../protocol/errors.ts';
import { inputProblems, problemsInWords } from '../protocol/input-problems.ts';
import { readJsonBody } from '../protocol/json-body.ts';

const sources: Readonly<Record<string, string>> = {
  body: 'the body',
  querystring: 'the query',
  headers: 'the headers',
};

/**
 * Refusals by where the input stood: a path that does not match names nothing that exists (404); anything else is
 * input that cannot be processed (422).
 */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  return (value: unknown) => {
    const result = schema.safeParse(value);
    if (result.success) return { value: result.data };
    const problems = inputProblems(result.error);
    const error =
      httpPart === 'params'
        ? new ArenaError({
            code: 'not_found',
            message: `There is nothing here: ${problemsInWords(problems)}.`,
            problems,
          })
        : new ArenaError({
            code: 'invalid',
            message: `There is something wrong with ${sources[httpPart ?? 'body'] ?? 'the input'}: ${problemsInWords(problems)}.`,
            problems,
          });
    return { error };
  };
};

/** JSON is the only body there is. An empty one counts as none, whatever its type, so that actions can be posted bare. */
export function installBodyParsers(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    /^application\/([\w.+-]+\+)?json/,
    { parseAs: 'buffer' },
    async (_request: FastifyRequest, body: Buffer) => (body.length === 0 ? undefined : readJsonBody(body)),
  );
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    if (body.length === 0) return done(null, undefined);
    done(new ArenaError({ code: 'unsupported_media', message: 'A body is sent as content-type application/json.' }));
  });
}

/** For actions, which have nothing to say beyond their name: no body, or an empty object. */
export async function refuseBody(request: FastifyRequest): Promise<void> {
  const { body } = request;
  if (body === undefined || body === null) return;
  const fields = typeof body === 'object' ? Object.keys(body) : [''];
  if (fields.length === 0 && !Array.isArray(body)) return;
  const problems = fields.map((path) => ({ path, message: 'this action takes no body' }));
  throw new ArenaError({ code: 'invalid', message: 'This action takes no body.', problems });
}
