/**
 * What is wrong with a value, in words for whoever wrote it, be it a person or a language model: zod's issues, said plainly. Loading
 * this makes them the words of every schema that has none of its own.
 */
import { z } from 'zod';

type Issue = z.core.$ZodRawIssue;

z.config({ customError: plainWords });

/** Undefined leaves it to zod. The words go on after the name of the field. */
function plainWords(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `must be ${nameOf(issue.expected)}${insteadOf(issue.input)}`;
    case 'invalid_value':
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`;
    case 'invalid_union':
      return Array.isArray(issue.options) ? `must be one of ${issue.options.map(String).join(', ')}` : undefined;
    case 'too_small':
      if (issue.minimum === 1 && issue.origin in countedAs) return 'must not be empty';
      return `must ${amountOf(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum)}`;
    case 'too_big':
      return `must ${amountOf(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum)}`;
    default:
      return undefined;
  }
}

const countedAs: Readonly<Record<string, string>> = { string: 'characters', array: 'entries', record: 'fields' };

function amountOf(origin: string, bound: string, amount: number | bigint): string {
  const counted = countedAs[origin];
  return counted ? `have ${bound} ${amount} ${counted}` : `be ${bound} ${amount}`;
}

const names: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

function nameOf(expected: string): string {
  return names[expected] ?? expected;
}

/** Nothing for what a text was read as that is no number: whoever wrote it wrote something else. */
function insteadOf(input: unknown): string {
  return typeof input === 'number' && !Number.isFinite(input) ? '' : `, not ${kindOf(input)}`;
}

function kindOf(input: unknown): string {
  if (input === null) return 'null';
  if (Array.isArray(input)) return 'a list';
  return typeof input === 'boolean' || typeof input === 'number' ? `${input}` : nameOf(typeof input);
}
