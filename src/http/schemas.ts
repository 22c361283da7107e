/** Shapes that only HTTP has: parameters, paging, the answers that are not documents. And what every route may refuse with. */
import { z } from 'zod';
import { type ErrorCode, errorCodes } from '../protocol/errors.ts';
import { hasNul } from '../protocol/kept-text.ts';
import { problemSchema } from './problem.ts';

export const idParameter = z
  .string()
  .min(1)
  .max(100)
  .refine((id) => !hasNul(id), 'no id has the character NUL')
  .describe('an id, such as `amber-falcon-drifts-4k2j9x7q`');
export const idParameters = z.object({ id: idParameter });

export const paging = {
  limit: z.coerce.number().int().min(1).max(1_000).default(100).describe('how many at most'),
  offset: z.coerce.number().int().min(0).default(0).describe('how many to leave out first'),
};

export const listOrder = z.enum(['oldest', 'newest']).default('oldest').describe('which comes first');

export const flag = z.stringbool({ truthy: ['true', '1'], falsy: ['false', '0'] });

export const successSchema = z.object({ success: z.literal(true) });

export const okSchema = z.object({ state: z.literal('OK') });

const meanings: Readonly<Record<ErrorCode, string>> = {
  bad_request: 'The body is not JSON, or the request is malformed',
  not_found: 'There is no such thing',
  conflict: 'Not possible in the state that it is in, which the detail names',
  too_large:
    'The body is larger than it may be: 1 MiB; 64 MiB for a batch of jobs, a contest to restore, a list of models',
  unsupported_media: 'The body is not application/json',
  invalid: 'Something in the input is wrong; `errors` names all of it',
  overloaded: 'The arena has too much to do; `Retry-After` says in how many seconds to try again',
  internal: 'The arena failed; its log says why',
  unavailable: 'The arena cannot do this at the moment',
};

/** The `response` entries of the refusals that a route may give. */
export function refusals(...codes: ErrorCode[]) {
  const always: ErrorCode[] = ['internal', 'unavailable'];
  return Object.fromEntries(
    [...codes, ...always].map((code) => [
      errorCodes[code],
      { description: meanings[code], content: { 'application/problem+json': { schema: problemSchema } } },
    ]),
  );
}

/** What any route with a body may refuse with. */
export const bodyRefusals = ['bad_request', 'too_large', 'unsupported_media', 'invalid', 'overloaded'] as const;

/** What any route may refuse with that reads a journal: there may be none, or it may be damaged. */
export const journalRefusals = ['not_found', 'conflict'] as const;

/** Texts that may be answered, with an example of each, by their types. */
export function textTypes(examples: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    Object.entries(examples).map(([type, example]) => [type, { schema: z.string().meta({ examples: [example] }) }]),
  );
}
