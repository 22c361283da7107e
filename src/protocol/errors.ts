/** The closed list of refusals, and the HTTP status that each is shown as. */

export const errorCodes = {
  bad_request: 400,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  unsupported_media: 415,
  invalid: 422,
  overloaded: 429,
  internal: 500,
  unavailable: 503,
} as const;
export type ErrorCode = keyof typeof errorCodes;

/** One thing wrong with the input: where (a path like `participants[2].name`) and what. */
export interface InputProblem {
  path: string;
  message: string;
}

/** A command that was not carried out, and why. Refusals are values; `ArenaError` carries one across a promise. */
export interface Refusal {
  code: ErrorCode;
  message: string;
  problems?: InputProblem[];
}

export class ArenaError extends Error {
  readonly code: ErrorCode;
  readonly problems: InputProblem[];

  constructor(refusal: Refusal, options?: ErrorOptions) {
    super(refusal.message, options);
    this.name = 'ArenaError';
    this.code = refusal.code;
    this.problems = refusal.problems ?? [];
  }
}

/** Throws `invalid` with everything that is wrong, when something is. */
export function refuseProblems(problems: readonly InputProblem[]): void {
  const [first] = problems;
  if (first)
    throw new ArenaError({ code: 'invalid', message: `${first.path}: ${first.message}`, problems: [...problems] });
}

/** What a thrown value says, whatever it is. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A thrown value as an error, whatever it is. */
export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
