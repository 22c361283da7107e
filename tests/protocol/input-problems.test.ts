/** What is wrong with an input, in words that stand beside its field: each kind of problem that a schema finds by itself. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { inputProblems } from '../../src/protocol/input-problems.ts';

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
    ['that is no number at all', { width: Number.NaN }, 'width: must be a number, not this'],
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
    ['in a field', { place: { x: 'left' } }, 'place.x: must be a number, not text'],
    ['that is not known', { nmae: 'Ada' }, 'nmae: this field is not known'],
  ])('%s', (_, input, problem) => {
    expect(problemsWith(input)).toEqual([problem]);
  });

  it('that is in order has none', () => {
    expect(problemsWith({})).toEqual([]);
  });
});
