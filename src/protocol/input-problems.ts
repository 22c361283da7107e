/** What is wrong with an input, as zod found it, in the words in which callers are told. */
import type { z } from 'zod';
import type { InputProblem } from './errors.ts';

/** One problem per issue, and one per unknown field. */
export function inputProblems(error: z.ZodError): InputProblem[] {
  return error.issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [{ path: pathOf(issue.path), message: issue.message }];
    return issue.keys.map((key) => ({ path: pathOf([...issue.path, key]), message: 'this field is not known' }));
  });
}

/** The first problem in words; how many more there are. */
export function problemsInWords(problems: readonly InputProblem[]): string {
  const [first, ...others] = problems;
  if (!first) return 'it is not valid';
  const text = first.path === '' ? first.message : `${first.path}: ${first.message}`;
  return others.length === 0 ? text : `${text} (and ${others.length} more)`;
}

/** `participants[2].name`, as a person would write it. */
function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
}
