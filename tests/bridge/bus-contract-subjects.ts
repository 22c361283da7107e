/** What a bus promises of subjects, names and sizes: which match, and which are refused. */
import { describe, expect, it } from 'vitest';
import { openInbox } from '../support/inbox.ts';
import { type BusStage, refusal } from './bus-stage.ts';

export function describeSubjects(stage: BusStage): void {
  describe('subjects', () => {
    it.each([
      ['a.b.c', 'a.b.c', true],
      ['a.b.c', 'a.b', false],
      ['a.b', 'a.b.c', false],
      ['a.b.c', 'A.b.c', false],
      ['a.*.c', 'a.b.c', true],
      ['a.*.c', 'a.b.d', false],
      ['a.*', 'a.b.c', false],
      ['a.*', 'a', false],
      ['*', 'a', true],
      ['*', 'a.b', false],
      ['*.*', 'a.b', true],
      ['a.>', 'a.b', true],
      ['a.>', 'a.b.c.d', true],
      ['a.>', 'a', false],
      ['a.>', 'ab.c', false],
      ['>', 'a', true],
      ['*.b.>', 'a.b.c', true],
      ['*.b.>', 'a.b', false],
      ['a.b*', 'a.b*', true],
      ['a.b*', 'a.bc', false],
      ['a.b>', 'a.b>', true],
      ['$JS.x-y_z', '$JS.x-y_z', true],
    ])('a subscription to "%s" and a message on "%s": match is %s', async (pattern, subject, matches) => {
      const inbox = openInbox(stage.bob, pattern);
      await stage.bob.flush();
      stage.alice.publish(subject, 'x');
      await stage.settle(stage.alice, stage.bob);
      expect(inbox.messages.some((message) => message.subject === subject)).toBe(matches);
    });

    it.each(['', '.', 'a.', '.a', 'a..b', 'a b', 'a.\tb', 'a\r\nPUB b 0', 'a.*', 'a.>', '*', '>', 'a\u0000b'])(
      'refuses to publish on %j',
      (subject) => {
        expect(refusal(() => stage.alice.publish(subject, ''))).toBe('invalid');
        expect(refusal(() => stage.alice.publish('a', '', { reply: subject }))).toBe('invalid');
      },
    );

    it.each(['', '.', 'a.', 'a..b', 'a b', 'a.>.b', '>.a', 'a\n'])('refuses a subscription to %j', (pattern) => {
      expect(refusal(() => stage.alice.subscribe(pattern, () => {}))).toBe('invalid');
    });

    it('refuses a queue name that is empty or has white space', () => {
      expect(refusal(() => stage.alice.subscribe('a', () => {}, { queue: '' }))).toBe('invalid');
      expect(refusal(() => stage.alice.subscribe('a', () => {}, { queue: 'a b' }))).toBe('invalid');
    });

    it('refuses a header that could not be carried', () => {
      expect(refusal(() => stage.alice.publish('a', '', { headers: { 'a:b': 'x' } }))).toBe('invalid');
      expect(refusal(() => stage.alice.publish('a', '', { headers: { '': 'x' } }))).toBe('invalid');
      expect(refusal(() => stage.alice.publish('a', '', { headers: { a: 'x\r\ny: z' } }))).toBe('invalid');
    });

    it('refuses a body above 1 MiB as too large and takes one of 1 MiB', async () => {
      const inbox = openInbox(stage.bob, 'large');
      await stage.bob.flush();
      expect(refusal(() => stage.alice.publish('large', new Uint8Array(1_048_577)))).toBe('too_large');
      stage.alice.publish('large', new Uint8Array(1_048_576));
      expect((await inbox.next()).data.length).toBe(1_048_576);
    });
  });
}
