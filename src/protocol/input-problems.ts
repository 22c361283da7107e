/** What is wrong with an input, as zod found it, in the words in which callers are told. */
import type { z } from 'zod';
import type { InputProblem } from './errors.ts';
import './plain-words.ts';

/** One problem per issue, and one per unknown field. Paths begin with `above`, where the input stands. */
export function inputProblems(error: z.ZodError, above: readonly PropertyKey[] = []): InputProblem[] {
  return problemsOf(error.issues, above);
}

function problemsOf(issues: readonly z.core.$ZodIssue[], above: readonly PropertyKey[]): InputProblem[] {
  return issues.flatMap((issue) => {
    const path = [...above, ...issue.path];
    if (issue.code === 'invalid_union' && issue.errors.length > 0) return problemsOf(likeliest(issue.errors), path);
    // A field of a record has a name that cannot be one: what is wrong with the name says more than that.
    if (issue.code === 'invalid_key') return problemsOf(issue.issues, path);
    if (issue.code !== 'unrecognized_keys') return [{ path: pathOf(path), message: issue.message }];
    return issue.keys.map((key) => ({ path: pathOf([...path, key]), message: 'this field is not known' }));
  });
}

/** Of the forms that an input may have, the one that was meant: it knows most of the fields that were given. */
function likeliest(forms: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] {
  const strangers = (issues: readonly z.core.$ZodIssue[]) =>
    issues.reduce(
      (sum, issue) => sum + (issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys.length : 0),
      0,
    );
  return [...forms].sort((a, b) => strangers(a) - strangers(b) || a.length - b.length)[0] ?? [];
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
