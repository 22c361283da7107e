/** How a call of the client fails: the arena refused it, or cannot be reached. */
import type { InputProblem } from '../protocol/errors.ts';

/** The arena refused, or cannot be reached (`status` 0). `problems` names each field that was wrong. */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  readonly status: number;
  readonly problems: readonly InputProblem[];

  constructor(message: string, status: number, problems: readonly InputProblem[] = [], options?: ErrorOptions) {
    super(message, options);
    this.status = status;
    this.problems = problems;
  }
}
