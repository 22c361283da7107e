/** What is wrong with an input, in words that stand beside its field: each kind of problem that a schema finds by itself. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { inputProblems } from '../../src/protocol/input-problems.ts';
import { jsonProblem } from '../../src/protocol/json-problem.ts';

const schema = z.strictObject({
  name: z.string().min(1).max(3),
  role: z.enum(['player', 'judge']),
  kind: z.literal('inline'),
  width: z.number().int().min(1).max(10),
  share: z.number().gt(0).lt(1),
  open: z.boolean(),
  tags: z.array(z.string()).min(2).max(3),
  words: z.array(z.string()).min(1),
  place: z.object({ x: z.number() }),
  either: z.union([z.string(), z.number()]),
  shape: z.discriminatedUnion('type', [
    z.object({ type: z.literal('circle'), radius: z.number() }),
    z.object({ type: z.literal('square') }),
  ]),
});

const good = {
  name: 'Ada',
  role: 'judge',
  kind: 'inline',
  width: 3,
  share: 0.5,
  open: true,
  tags: ['a', 'b'],
  words: ['a'],
  place: { x: 1 },
  either: 1,
  shape: { type: 'square' },
};

function problemsWith(input: Record<string, unknown>): string[] {
  const read = schema.safeParse({ ...good, ...input });
  return read.success ? [] : inputProblems(read.error).map(({ path, message }) => `${path}: ${message}`);
}

describe('a field', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['that is not there', { name: undefined }, 'name: is missing'],
    ['of another type', { name: 5 }, 'name: must be text, not 5'],
    ['that is null', { open: null }, 'open: must be true or false, not null'],
    ['that is a list', { place: [] }, 'place: must be an object, not a list'],
    ['that is no number at all', { width: Number.NaN }, 'width: must be a number'],
    ['with a fraction', { width: 1.5 }, 'width: must be a whole number, not 1.5'],
    ['that is too small', { width: 0 }, 'width: must be at least 1'],
    ['that is too large', { width: 11 }, 'width: must be at most 10'],
    ['at an open bound', { share: 0 }, 'share: must be more than 0'],
    ['at the other open bound', { share: 1 }, 'share: must be less than 1'],
    ['that is empty text', { name: '' }, 'name: must not be empty'],
    ['that is an empty list', { words: [] }, 'words: must not be empty'],
    ['that is too long', { name: 'Adam' }, 'name: must have at most 3 characters'],
    ['with too few entries', { tags: ['a'] }, 'tags: must have at least 2 entries'],
    ['with too many entries', { tags: ['a', 'b', 'c', 'd'] }, 'tags: must have at most 3 entries'],
    ['that is none of a choice', { role: 'juge' }, 'role: must be one of player, judge'],
    ['that can only be one thing', { kind: 'other' }, 'kind: must be inline'],
    ['that names none of its forms', { shape: { type: 'oval' } }, 'shape.type: must be one of circle, square'],
    ['in a field', { place: { x: 'left' } }, 'place.x: must be a number, not text'],
    ['that is not known', { nmae: 'Ada' }, 'nmae: this field is not known'],
  ])('%s', (_, input, problem) => {
    expect(problemsWith(input)).toEqual([problem]);
  });

  it('that is in order has none', () => {
    expect(problemsWith({})).toEqual([]);
  });
});

describe('a text that is not JSON is told from where on', () => {
  const noValue = 'a value was expected: text in double quotes, a number, true, false, null, { or [';
  it.each([
    ['', `line 1, column 1: ${noValue}`],
    ['{"a": nothing}', `line 1, column 7: ${noValue}`],
    ['{"a": tru}', `line 1, column 7: ${noValue}`],
    ['{"a":}', `line 1, column 6: ${noValue}`],
    ['{"a": {},\n "b": [1, [], -2.5e3, "\\"]",\n]}', `line 3, column 1: ${noValue}`],
    ['[{"a": "b\\\\"}, null,', `line 1, column 21: ${noValue}`],
    ['{"a": 1,}', 'line 1, column 9: expected double-quoted property name'],
    ['{"a": 1\n "b": 2}', "line 2, column 2: expected ',' or '}' after property value"],
    ['{"a": "\n"}', 'line 1, column 8: bad control character in string literal'],
    ['{"a": "b', 'line 1, column 9: unterminated string'],
    ['{} {}', 'line 1, column 4: unexpected non-whitespace character after JSON'],
    [`[${'1,'.repeat(150_000)}x]`, `somewhere in it ${noValue}`],
  ])('%.40j', (text, problem) => {
    expect(problemWith(text)).toBe(problem);
  });

  function problemWith(text: string): string | null {
    try {
      JSON.parse(text);
      return null;
    } catch (error) {
      return jsonProblem(text, error);
    }
  }
});
