/** Tells the arena's refusals in the words of the command line: a field that an option has filled is called by that option. */
import { ClientError } from './http-client.ts';

export interface OptionNames {
  /** Options by the paths of the fields that they fill; what is below such a field is told behind the option. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Other words of the API, and what they are here. */
  readonly words?: Readonly<Record<string, string>>;
}

/** Of lists, whose filters are sent as a query. */
export const filterWords = { 'the query': '--filter' } as const;

/** What `asked` comes to. Rejects in these words when it is refused. */
export async function inOptions<T>(asked: Promise<T>, names: OptionNames): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    throw error instanceof ClientError ? renamed(error, names) : error;
  }
}

function renamed(error: ClientError, { fields = {}, words = {} }: OptionNames): ClientError {
  let { message } = error;
  const problems = error.problems.map((problem) => {
    const path = optionOf(problem.path, fields);
    message = message.replace(`${problem.path}: ${problem.message}`, () => `${path}: ${problem.message}`);
    return { ...problem, path };
  });
  for (const [word, here] of Object.entries(words)) message = message.replaceAll(word, here);
  // Who has typed options knows of no body.
  return new ClientError(message.replace(wrongBody, ''), error.status, problems, { cause: error });
}

const wrongBody = /^There is something wrong with the body: (?=--)/;

/** The option of the nearest field that has one, with what is below that; the path itself where none has. */
function optionOf(path: string, fields: Readonly<Record<string, string>>): string {
  const [nearest] = Object.entries(fields)
    .filter(([field]) => path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`))
    .sort(([one], [other]) => other.length - one.length);
  if (!nearest) return path;
  const [field, option] = nearest;
  return option + path.slice(field.length);
}
