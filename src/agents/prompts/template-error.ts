/** What is wrong with a prompt template, in words that name the template, and the value where one is missing. */
import { ArenaError } from '../../protocol/errors.ts';

export interface TemplateFault {
  /** The name of a bundled template, or `strategy:<id>/<prompt type>`. */
  readonly template: string;
  /** The value that the template asks for and the request does not have, such as `round.narrative`. */
  readonly value: string | null;
  readonly line: number | null;
  readonly problem: string;
}

/** Over HTTP a 422. Its path is where a strategy has the template. */
export class TemplateError extends ArenaError {
  readonly template: string;
  readonly value: string | null;
  readonly line: number | null;

  constructor(fault: TemplateFault, options?: ErrorOptions) {
    const { template, value, line, problem } = fault;
    const where = line === null ? template : `${template}, line ${line}`;
    super(
      {
        code: 'invalid',
        message: `the template ${where} cannot be rendered: ${problem}`,
        problems: [{ path: value ?? template, message: problem }],
      },
      options,
    );
    this.template = template;
    this.value = value;
    this.line = line;
  }
}
