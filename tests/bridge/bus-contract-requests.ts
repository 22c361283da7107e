/** What a bus promises to whoever asks: an answer, word that nobody listens, or an end. */
import { describe, expect, it } from 'vitest';
import { bodyText, openInbox } from '../support/inbox.ts';
import { type BusStage, refusal } from './bus-stage.ts';

export function describeRequests(stage: BusStage): void {
  describe('nobody listens', () => {
    it('sends the status message to the reply subject, on the connection that asked', async () => {
      const strangers = openInbox(stage.bob, 'actor.*.response.>');
      await stage.bob.flush();
      const replies = openInbox(stage.alice, 'actor.*.response.>');
      stage.alice.publish('actor.x.request.health.job', '{}', { reply: 'actor.x.response.health.job' });
      const message = await replies.next();
      expect(message).toMatchObject({ subject: 'actor.x.response.health.job', noResponders: true, reply: null });
      expect(message.data.length).toBe(0);
      await stage.settle(stage.alice, stage.bob);
      expect(strangers.messages).toEqual([]);
    });

    it('sends none when somebody listens, whatever comes of it', async () => {
      const replies = openInbox(stage.alice, 'replies');
      stage.bob.subscribe('asked', () => {});
      await stage.bob.flush();
      stage.alice.publish('asked', '', { reply: 'replies' });
      await stage.settle(stage.alice, stage.alice);
      expect(replies.messages).toEqual([]);
    });

    it('sends none without a reply subject, and none to a queue subscription', async () => {
      const plain = openInbox(stage.alice, 'plain');
      const queued = openInbox(stage.alice, 'queued', { queue: 'q' });
      stage.alice.publish('nowhere', '');
      stage.alice.publish('nowhere', '', { reply: 'queued' });
      await stage.settle(stage.alice, stage.alice);
      expect([...plain.messages, ...queued.messages]).toEqual([]);
    });

    it('sends one to a connection without echo that is the only listener itself', async () => {
      const quiet = await stage.opened.bus.connect({ name: 'quiet', noEcho: true });
      const replies = openInbox(quiet, 'replies');
      const requests = openInbox(quiet, 'asked');
      quiet.publish('asked', '', { reply: 'replies' });
      expect((await replies.next()).noResponders).toBe(true);
      expect(requests.messages).toEqual([]);
    });

    it('does not take an empty answer for it', async () => {
      const replies = openInbox(stage.alice, 'replies');
      stage.bob.subscribe('asked', (message) => stage.bob.publish(message.reply ?? '', ''));
      await Promise.all([stage.alice.flush(), stage.bob.flush()]);
      stage.alice.publish('asked', '', { reply: 'replies' });
      expect((await replies.next()).noResponders).toBe(false);
    });
  });

  describe('request', () => {
    it('resolves with the first answer', async () => {
      stage.bob.subscribe('sum', (message) => {
        stage.bob.publish(message.reply ?? '', 'first', { headers: { from: message.headers.from ?? '' } });
        stage.bob.publish(message.reply ?? '', 'second');
      });
      await stage.bob.flush();
      const answer = await stage.alice.request('sum', '1+1', { timeoutMs: 5_000, headers: { from: 'alice' } });
      expect(bodyText(answer)).toBe('first');
      expect(answer.headers).toEqual({ from: 'alice' });
    });

    it('keeps many at once apart', async () => {
      stage.bob.subscribe('double', (message) =>
        stage.bob.publish(message.reply ?? '', String(Number(bodyText(message)) * 2)),
      );
      await stage.bob.flush();
      const numbers = Array.from({ length: 200 }, (_, index) => index);
      const answers = await Promise.all(
        numbers.map((number) => stage.alice.request('double', String(number), { timeoutMs: 5_000 })),
      );
      expect(answers.map(bodyText)).toEqual(numbers.map((number) => String(number * 2)));
    });

    it('rejects with unavailable at once when nobody listens', async () => {
      await expect(stage.alice.request('nowhere', '', { timeoutMs: 60_000 })).rejects.toMatchObject({
        code: 'unavailable',
        message: /nobody listens on "nowhere"/,
      });
    });

    it('rejects with unavailable when the time is over', async () => {
      stage.bob.subscribe('silent', () => {});
      await stage.bob.flush();
      await expect(stage.alice.request('silent', '', { timeoutMs: 20 })).rejects.toMatchObject({
        code: 'unavailable',
        message: /no answer on "silent" within 20 ms/,
      });
    });

    it('rejects with invalid for a subject that has a wildcard', async () => {
      await expect(stage.alice.request('a.*', '', { timeoutMs: 1_000 })).rejects.toMatchObject({ code: 'invalid' });
    });
  });

  describe('closing', () => {
    it('says that it is connected, until it is closed', async () => {
      const seen: boolean[] = [];
      stage.alice.onStatus((status) => void seen.push(status.connected));
      expect(stage.alice.status().connected).toBe(true);
      await stage.alice.close();
      await stage.alice.close();
      expect(stage.alice.status().connected).toBe(false);
      expect(seen).toEqual([false]);
    });

    it('takes no message any more, and the others go on', async () => {
      const closed = openInbox(stage.alice, 'news');
      const open = openInbox(stage.bob, 'news');
      await Promise.all([stage.alice.flush(), stage.bob.flush()]);
      await stage.alice.close();
      stage.bob.publish('news', 'x');
      await open.next();
      expect(closed.messages).toEqual([]);
    });

    it('delivers what was published before', async () => {
      const inbox = openInbox(stage.bob, 'last');
      await stage.bob.flush();
      stage.alice.publish('last', 'words');
      await stage.alice.close();
      expect(bodyText(await inbox.next())).toBe('words');
    });

    it('refuses everything afterwards as unavailable', async () => {
      await stage.alice.close();
      expect(refusal(() => stage.alice.publish('a', ''))).toBe('unavailable');
      expect(refusal(() => stage.alice.subscribe('a', () => {}))).toBe('unavailable');
      await expect(stage.alice.flush()).rejects.toMatchObject({ code: 'unavailable' });
      await expect(stage.alice.request('a', '', { timeoutMs: 1_000 })).rejects.toMatchObject({ code: 'unavailable' });
    });

    it('ends its open requests as unavailable', async () => {
      const asked = openInbox(stage.bob, 'silent');
      await stage.bob.flush();
      const answer = expect(stage.alice.request('silent', '', { timeoutMs: 60_000 })).rejects.toMatchObject({
        code: 'unavailable',
      });
      await asked.next();
      await stage.alice.close();
      await answer;
    });
  });
}
