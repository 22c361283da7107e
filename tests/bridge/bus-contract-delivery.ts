/** What a bus promises of messages: who gets them, how often and in which order. */
import { describe, expect, it } from 'vitest';
import { bodyText, openInbox } from '../support/inbox.ts';
import type { BusStage } from './bus-stage.ts';

export function describeDelivery(stage: BusStage): void {
  describe('delivery', () => {
    it('hands subject, body, reply subject and headers to a subscriber', async () => {
      const inbox = openInbox(stage.bob, 'greeting.*');
      await stage.bob.flush();
      stage.alice.publish('greeting.hello', 'grüße', {
        reply: 'answers.here',
        headers: { 'Nats-Msg-Id': 'a.1', traceparent: '00-1' },
      });
      const message = await inbox.next();
      expect(message.subject).toBe('greeting.hello');
      expect(bodyText(message)).toBe('grüße');
      expect(message.reply).toBe('answers.here');
      expect(message.headers).toEqual({ 'Nats-Msg-Id': 'a.1', traceparent: '00-1' });
      expect(message.noResponders).toBe(false);
    });

    it('hands on bytes as they are, and no body, no reply and no headers as nothing', async () => {
      const inbox = openInbox(stage.bob, 'bytes');
      await stage.bob.flush();
      stage.alice.publish('bytes', new Uint8Array([0, 255, 13, 10]));
      stage.alice.publish('bytes', '');
      expect([...(await inbox.next()).data]).toEqual([0, 255, 13, 10]);
      const empty = await inbox.next();
      expect(empty.data.length).toBe(0);
      expect(empty.reply).toBeNull();
      expect(empty.headers).toEqual({});
    });

    it('trims the value of a header and keeps the letters of its name', async () => {
      const inbox = openInbox(stage.bob, 'headers');
      await stage.bob.flush();
      stage.alice.publish('headers', '', { headers: { 'x-MiXed': '  a: b  ' } });
      expect((await inbox.next()).headers).toEqual({ 'x-MiXed': 'a: b' });
    });

    it('never delivers within the call of publish', async () => {
      let delivered = false;
      const arrived = new Promise<void>((resolve) => {
        stage.alice.subscribe('later', () => {
          delivered = true;
          resolve();
        });
      });
      stage.alice.publish('later', '');
      expect(delivered).toBe(false);
      await arrived;
    });

    it('delivers in the order of publication, over all subscriptions of a connection', async () => {
      const seen: string[] = [];
      const inbox = openInbox(stage.bob, 'order.>');
      stage.bob.subscribe('order.*', (message) => void seen.push(bodyText(message)));
      await stage.bob.flush();
      const numbers = Array.from({ length: 500 }, (_, index) => String(index));
      for (const number of numbers) stage.alice.publish(`order.${Number(number) % 7}`, number);
      await stage.settle(stage.alice, stage.bob);
      expect(seen).toEqual(numbers);
      expect(inbox.bodies()).toEqual(numbers);
    });

    it('delivers what a handler publishes', async () => {
      const inbox = openInbox(stage.alice, 'pong');
      stage.bob.subscribe('ping', (message) => stage.bob.publish('pong', message.data));
      await Promise.all([stage.alice.flush(), stage.bob.flush()]);
      stage.alice.publish('ping', 'ball');
      expect(bodyText(await inbox.next())).toBe('ball');
    });

    it('gives a message to a connection once for each of its subscriptions that match', async () => {
      const literal = openInbox(stage.bob, 'a.b');
      const token = openInbox(stage.bob, 'a.*');
      const rest = openInbox(stage.bob, '>');
      await stage.bob.flush();
      stage.alice.publish('a.b', 'x');
      await stage.settle(stage.alice, stage.bob);
      expect(literal.bodies()).toEqual(['x']);
      expect(token.bodies()).toEqual(['x']);
      expect(rest.bodies()).toEqual(['x', '']);
    });

    it('goes on after a handler has thrown, and logs it once', async () => {
      stage.bob.subscribe('bad', () => {
        throw new Error('handler broke');
      });
      const inbox = openInbox(stage.bob, 'bad');
      await stage.bob.flush();
      stage.alice.publish('bad', '1');
      await inbox.next();
      await stage.settle(stage.alice, stage.bob);
      expect(stage.opened.log.lines.filter((line) => line.level === 'error')).toHaveLength(1);
    });

    it('delivers nothing after unsubscribe', async () => {
      const inbox = openInbox(stage.bob, 'news');
      await stage.bob.flush();
      stage.alice.publish('news', '1');
      await inbox.next();
      inbox.unsubscribe();
      await stage.bob.flush();
      stage.alice.publish('news', '2');
      await stage.settle(stage.alice, stage.bob);
      expect(inbox.bodies()).toEqual(['1']);
    });

    it('lets a handler end its own subscription', async () => {
      const seen: string[] = [];
      const subscription = stage.bob.subscribe('once', (message) => {
        seen.push(bodyText(message));
        subscription.unsubscribe();
        subscription.unsubscribe();
      });
      await stage.bob.flush();
      stage.alice.publish('once', '1');
      stage.alice.publish('once', '2');
      await stage.settle(stage.alice, stage.bob);
      expect(seen).toEqual(['1']);
    });
  });

  describe('queue groups', () => {
    it('gives each message to one member, and every member gets some', async () => {
      const members = [openInbox(stage.bob, 'work', { queue: 'q' }), openInbox(stage.bob, 'work', { queue: 'q' })];
      await stage.bob.flush();
      for (let index = 0; index < 200; index += 1) stage.alice.publish('work', String(index));
      await stage.settle(stage.alice, stage.bob);
      const bodies = members.flatMap((member) => member.bodies());
      expect(new Set(bodies).size).toBe(200);
      expect(bodies).toHaveLength(200);
      for (const member of members) expect(member.messages.length).toBeGreaterThan(0);
    });

    it('gives it to one member of each queue and to every plain subscriber', async () => {
      const inboxes = [
        openInbox(stage.bob, 'work', { queue: 'q' }),
        openInbox(stage.bob, 'work', { queue: 'r' }),
        openInbox(stage.bob, 'work'),
        openInbox(stage.bob, 'work'),
      ];
      await stage.bob.flush();
      stage.alice.publish('work', 'x');
      await stage.settle(stage.alice, stage.bob);
      expect(inboxes.map((inbox) => inbox.messages.length)).toEqual([1, 1, 1, 1]);
    });

    it('takes subscriptions of the same queue name with different patterns for one group', async () => {
      const members = [openInbox(stage.bob, 'work.*', { queue: 'q' }), openInbox(stage.bob, 'work.>', { queue: 'q' })];
      await stage.bob.flush();
      stage.alice.publish('work.a', 'x');
      await stage.settle(stage.alice, stage.bob);
      expect(members.flatMap((member) => member.bodies())).toEqual(['x']);
    });

    it('leaves out a member that has unsubscribed', async () => {
      const gone = openInbox(stage.bob, 'work', { queue: 'q' });
      const stays = openInbox(stage.bob, 'work', { queue: 'q' });
      gone.unsubscribe();
      await stage.bob.flush();
      for (let index = 0; index < 10; index += 1) stage.alice.publish('work', '');
      await stage.settle(stage.alice, stage.bob);
      expect([gone.messages.length, stays.messages.length]).toEqual([0, 10]);
    });
  });

  describe('noEcho', () => {
    it('keeps what a connection publishes from its own subscriptions only', async () => {
      const quiet = await stage.opened.bus.connect({ name: 'quiet', noEcho: true });
      const own = openInbox(quiet, 'echo');
      const others = openInbox(stage.bob, 'echo');
      await Promise.all([quiet.flush(), stage.bob.flush()]);
      quiet.publish('echo', 'mine');
      stage.alice.publish('echo', "alice's");
      await others.next();
      await others.next();
      await stage.settle(stage.alice, quiet);
      expect(own.bodies()).toEqual(["alice's"]);
      expect(others.bodies().sort()).toEqual(["alice's", 'mine']);
    });

    it('lets another member of the queue have it', async () => {
      const quiet = await stage.opened.bus.connect({ name: 'quiet', noEcho: true });
      const own = openInbox(quiet, 'echo', { queue: 'q' });
      const other = openInbox(stage.bob, 'echo', { queue: 'q' });
      await Promise.all([quiet.flush(), stage.bob.flush()]);
      for (let index = 0; index < 20; index += 1) quiet.publish('echo', '');
      await stage.settle(quiet, stage.bob);
      expect([own.messages.length, other.messages.length]).toEqual([0, 20]);
    });

    it('delivers to its own subscriptions without it', async () => {
      const own = openInbox(stage.alice, 'echo');
      stage.alice.publish('echo', 'mine');
      expect(bodyText(await own.next())).toBe('mine');
    });
  });
}
