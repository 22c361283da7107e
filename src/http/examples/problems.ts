/** What each refusal looks like, by example. */
import type { ErrorCode } from '../../protocol/errors.ts';
import { type Problem, problem } from '../problem.ts';
import { contestId } from './contest.ts';

const details: Readonly<Record<ErrorCode, string>> = {
  bad_request: "The body is not JSON: line 3, column 18: expected ',' or '}' after property value.",
  not_found: `there is no contest ${contestId}`,
  conflict: 'a contest in state complete cannot be paused',
  too_large: 'Request body is too large',
  unsupported_media: 'A body is sent as content-type application/json.',
  invalid: 'There is something wrong with the body: max_rounds: must be at least 1.',
  overloaded: `contest/${contestId} has 1000 messages waiting; try again later`,
  internal: 'The arena failed to carry this out. Its log says why.',
  unavailable: 'the arena is stopping',
};

const problems: Partial<Record<ErrorCode, Problem['errors']>> = {
  invalid: [{ path: 'max_rounds', message: 'must be at least 1' }],
};

export function problemExample(code: ErrorCode): Problem {
  return problem(code, details[code], problems[code]);
}
