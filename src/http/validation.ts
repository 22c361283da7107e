/**
 * Reading requests: bodies as JSON, and everything that comes in checked against its zod schema, with all problems told at
 * once. Knows nothing of any route.
 */
import type { FastifyInstance, FastifyRequest, FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import { ArenaError, type InputProblem } from '../protocol/errors.ts';

type Issue = z.core.$ZodIssue;

/** `participants[2].name`, as a person would write it. */
function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
}

/** One problem per issue, and one per unknown field. */
function problemsOfIssue(issue: Issue): InputProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: formatPath([...issue.path, key]), message: 'this field is not known' }));
  }
  return [{ path: formatPath(issue.path), message: issue.message }];
}

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
    const problems = result.error.issues.flatMap(problemsOfIssue);
    const error =
      httpPart === 'params'
        ? new ArenaError({ code: 'not_found', message: `There is nothing here: ${told(problems)}.`, problems })
        : new ArenaError({
            code: 'invalid',
            message: `There is something wrong with ${sources[httpPart ?? 'body'] ?? 'the input'}: ${told(problems)}.`,
            problems,
          });
    return { error };
  };
};

/** The first problem in words; how many more there are. */
function told(problems: readonly InputProblem[]): string {
  const [first, ...others] = problems;
  if (!first) return 'it is not valid';
  const text = first.path === '' ? first.message : `${first.path}: ${first.message}`;
  return others.length === 0 ? text : `${text} (and ${others.length} more)`;
}

/** JSON is the only body there is. An empty one counts as none, whatever its type, so that actions can be posted bare. */
export function installBodyParsers(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(/^application\/([\w.+-]+\+)?json/, { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) return done(null, undefined);
    parseJson(request, body.toString(), (error, value) => {
      if (!error) return done(null, value);
      done(
        new ArenaError({ code: 'bad_request', message: `The body is not JSON: ${error.message}.` }, { cause: error }),
      );
    });
  });
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
