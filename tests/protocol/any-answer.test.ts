/** Whatever agents write: reading it neither throws nor takes long, and what is read has its shape. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAnswer } from '../../src/protocol/answers.ts';
import { findJson } from '../../src/protocol/json-in-text.ts';
import { limits } from '../../src/protocol/limits.ts';
import { answerSchemas } from '../../src/protocol/messages.ts';
import { readResponse } from '../../src/protocol/responses.ts';
import type { AskType } from '../../src/protocol/states.ts';

describe('whatever is written', () => {
  const asks = Object.keys(answerSchemas) as AskType[];

  test('reading never throws, and what is read has the shape', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      '\\',
      '\\n',
      ',',
      ':',
      '...',
      '<think>',
      '</think>',
      '```',
      '"action"',
      '"state":"complete"',
      '"data"',
      'x',
      ' ',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join('')),
      fc.json(),
    );
    fc.assert(
      fc.property(fc.constantFrom(...asks), fc.oneof(text, fc.jsonValue()), (ask, data) => {
        const read = readAnswer(ask, data);
        if (read.ok) expect(answerSchemas[ask].safeParse(read.data).success).toBe(true);
        readResponse(typeof data === 'string' ? data : JSON.stringify(data));
      }),
      { numRuns: 2_000 },
    );
  });

  test('an answer is found whatever prose stands around it', () => {
    const prose = fc.string().map((text) => text.replace(/["{}[\]<>\\]/g, ''));
    fc.assert(
      fc.property(
        prose,
        prose,
        fc.string({ minLength: 1 }).filter((t) => t.trim() !== ''),
        (before, after, action) => {
          const read = readAnswer('player_player_action', `${before}\n${JSON.stringify({ action })}\n${after}`);
          expect(read).toMatchObject({ ok: true, data: { action: action.trim() } });
        },
      ),
    );
  });

  test.each([
    ['opening braces', '{'],
    ['opening brackets', '['],
    ['keys that never end', '{"'],
    ['empty objects', '{} '],
    ['objects in the wrong quotation marks', "{'a': 1 '} "],
    ['brackets that open and close crosswise', '[{]} '],
  ])('1 MiB of %s costs a bounded number of looks per character', (_name, piece) => {
    const text = piece.repeat(limits.answerBytes / piece.length);
    const json = findJson(text);
    for (const value of json.values()) expect(value).toBeDefined();
    expect(json.work()).toBeLessThanOrEqual(text.length * 16 + 1_000_000);
    expect(readAnswer('player_player_action', text).ok).toBe(false);
  });
});
