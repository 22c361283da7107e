import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSubjectTrie } from '../../src/bridge/subject-trie.ts';

/** The rule itself, one pattern at a time. */
function matches(pattern: string, subject: string): boolean {
  const tokens = subject.split('.');
  const wanted = pattern.split('.');
  const rest = wanted.at(-1) === '>';
  if (rest ? tokens.length < wanted.length : tokens.length !== wanted.length) return false;
  return wanted.every(
    (token, index) => token === '*' || (rest && index === wanted.length - 1) || token === tokens[index],
  );
}

const token = fc.constantFrom('a', 'b', 'c');
const subjects = fc.array(token, { minLength: 1, maxLength: 4 }).map((tokens) => tokens.join('.'));
const patterns = fc
  .tuple(fc.array(fc.oneof(token, fc.constant('*')), { maxLength: 3 }), fc.constantFrom('a', '*', '>'))
  .map(([tokens, last]) => [...tokens, last].join('.'));

describe('the trie of subscriptions', () => {
  it('finds the same as trying every pattern, also after some were removed', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(patterns, fc.boolean()), { maxLength: 30 }), subjects, (entries, subject) => {
        const trie = createSubjectTrie<number>();
        entries.forEach(([pattern], value) => {
          trie.add(pattern, value);
        });
        entries.forEach(([pattern, removed], value) => {
          if (removed) trie.remove(pattern, value);
        });
        const expected = entries.flatMap(([pattern, removed], value) =>
          !removed && matches(pattern, subject) ? [value] : [],
        );
        expect(trie.match(subject).sort((left, right) => left - right)).toEqual(expected);
      }),
    );
  });

  it('keeps nothing of what was removed', () => {
    const trie = createSubjectTrie<number>();
    for (let agent = 0; agent < 5_000; agent += 1) trie.add(`actor.agent.a${agent}.request.>`, agent);
    expect(trie.match('actor.agent.a4711.request.health.job')).toEqual([4711]);
    for (let agent = 0; agent < 5_000; agent += 1) trie.remove(`actor.agent.a${agent}.request.>`, agent);
    trie.remove('never.added', 1);
    expect(trie.size()).toBe(1);
  });
});
