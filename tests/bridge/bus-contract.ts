/** What both buses promise. Each adapter runs this suite; nothing in it knows which one it is. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Bus, BusConnection } from '../../src/bridge/bus.ts';
import { ArenaError } from '../../src/protocol/errors.ts';
import type { LogLine } from '../support/clock.ts';
import { bodyText, openInbox } from '../support/inbox.ts';

export interface BusUnderTest {
  readonly bus: Bus;
  readonly log: { readonly lines: readonly LogLine[] };
  stop(): Promise<void>;
}

export function describeBus(adapter: string, open: () => Promise<BusUnderTest>): void {
  describe(adapter, () => {
    let opened: BusUnderTest;
    let alice: BusConnection;
    let bob: BusConnection;

    beforeEach(async () => {
      opened = await open();
      alice = await opened.bus.connect({ name: 'alice' });
      bob = await opened.bus.connect({ name: 'bob' });
    });

    afterEach(async () => {
      await opened.bus.close();
      await opened.stop();
    });

    /** Publishes a last message on what `inbox` hears and waits for it: all that came before it has arrived by then. */
    async function settle(from: BusConnection, to: BusConnection): Promise<void> {
      const marks = openInbox(to, 'contract.mark');
      await to.flush();
      from.publish('contract.mark', '');
      await marks.next();
      marks.unsubscribe();
    }

    describe('delivery', () => {
      it('hands subject, body, reply subject and headers to a subscriber', async () => {
        const inbox = openInbox(bob, 'greeting.*');
        await bob.flush();
        alice.publish('greeting.hello', 'grüße', {
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
        const inbox = openInbox(bob, 'bytes');
        await bob.flush();
        alice.publish('bytes', new Uint8Array([0, 255, 13, 10]));
        alice.publish('bytes', '');
        expect([...(await inbox.next()).data]).toEqual([0, 255, 13, 10]);
        const empty = await inbox.next();
        expect(empty.data.length).toBe(0);
        expect(empty.reply).toBeNull();
        expect(empty.headers).toEqual({});
      });

      it('trims the value of a header and keeps the letters of its name', async () => {
        const inbox = openInbox(bob, 'headers');
        await bob.flush();
        alice.publish('headers', '', { headers: { 'x-MiXed': '  a: b  ' } });
        expect((await inbox.next()).headers).toEqual({ 'x-MiXed': 'a: b' });
      });

      it('never delivers within the call of publish', async () => {
        let delivered = false;
        const arrived = new Promise<void>((resolve) => {
          alice.subscribe('later', () => {
            delivered = true;
            resolve();
          });
        });
        alice.publish('later', '');
        expect(delivered).toBe(false);
        await arrived;
      });

      it('delivers in the order of publication, over all subscriptions of a connection', async () => {
        const seen: string[] = [];
        const inbox = openInbox(bob, 'order.>');
        bob.subscribe('order.*', (message) => void seen.push(bodyText(message)));
        await bob.flush();
        const numbers = Array.from({ length: 500 }, (_, index) => String(index));
        for (const number of numbers) alice.publish(`order.${Number(number) % 7}`, number);
        await settle(alice, bob);
        expect(seen).toEqual(numbers);
        expect(inbox.bodies()).toEqual(numbers);
      });

      it('delivers what a handler publishes', async () => {
        const inbox = openInbox(alice, 'pong');
        bob.subscribe('ping', (message) => bob.publish('pong', message.data));
        await Promise.all([alice.flush(), bob.flush()]);
        alice.publish('ping', 'ball');
        expect(bodyText(await inbox.next())).toBe('ball');
      });

      it('gives a message to a connection once for each of its subscriptions that match', async () => {
        const literal = openInbox(bob, 'a.b');
        const token = openInbox(bob, 'a.*');
        const rest = openInbox(bob, '>');
        await bob.flush();
        alice.publish('a.b', 'x');
        await settle(alice, bob);
        expect(literal.bodies()).toEqual(['x']);
        expect(token.bodies()).toEqual(['x']);
        expect(rest.bodies()).toEqual(['x', '']);
      });

      it('goes on after a handler has thrown, and logs it once', async () => {
        bob.subscribe('bad', () => {
          throw new Error('handler broke');
        });
        const inbox = openInbox(bob, 'bad');
        await bob.flush();
        alice.publish('bad', '1');
        await inbox.next();
        await settle(alice, bob);
        expect(opened.log.lines.filter((line) => line.level === 'error')).toHaveLength(1);
      });

      it('delivers nothing after unsubscribe', async () => {
        const inbox = openInbox(bob, 'news');
        await bob.flush();
        alice.publish('news', '1');
        await inbox.next();
        inbox.unsubscribe();
        await bob.flush();
        alice.publish('news', '2');
        await settle(alice, bob);
        expect(inbox.bodies()).toEqual(['1']);
      });

      it('lets a handler end its own subscription', async () => {
        const seen: string[] = [];
        const subscription = bob.subscribe('once', (message) => {
          seen.push(bodyText(message));
          subscription.unsubscribe();
          subscription.unsubscribe();
        });
        await bob.flush();
        alice.publish('once', '1');
        alice.publish('once', '2');
        await settle(alice, bob);
        expect(seen).toEqual(['1']);
      });
    });

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
        const inbox = openInbox(bob, pattern);
        await bob.flush();
        alice.publish(subject, 'x');
        await settle(alice, bob);
        expect(inbox.messages.some((message) => message.subject === subject)).toBe(matches);
      });

      it.each(['', '.', 'a.', '.a', 'a..b', 'a b', 'a.\tb', 'a\r\nPUB b 0', 'a.*', 'a.>', '*', '>', 'a\u0000b'])(
        'refuses to publish on %j',
        (subject) => {
          expect(refusal(() => alice.publish(subject, ''))).toBe('invalid');
          expect(refusal(() => alice.publish('a', '', { reply: subject }))).toBe('invalid');
        },
      );

      it.each(['', '.', 'a.', 'a..b', 'a b', 'a.>.b', '>.a', 'a\n'])('refuses a subscription to %j', (pattern) => {
        expect(refusal(() => alice.subscribe(pattern, () => {}))).toBe('invalid');
      });

      it('refuses a queue name that is empty or has white space', () => {
        expect(refusal(() => alice.subscribe('a', () => {}, { queue: '' }))).toBe('invalid');
        expect(refusal(() => alice.subscribe('a', () => {}, { queue: 'a b' }))).toBe('invalid');
      });

      it('refuses a header that could not be carried', () => {
        expect(refusal(() => alice.publish('a', '', { headers: { 'a:b': 'x' } }))).toBe('invalid');
        expect(refusal(() => alice.publish('a', '', { headers: { '': 'x' } }))).toBe('invalid');
        expect(refusal(() => alice.publish('a', '', { headers: { a: 'x\r\ny: z' } }))).toBe('invalid');
      });

      it('refuses a body above 1 MiB as too large and takes one of 1 MiB', async () => {
        const inbox = openInbox(bob, 'large');
        await bob.flush();
        expect(refusal(() => alice.publish('large', new Uint8Array(1_048_577)))).toBe('too_large');
        alice.publish('large', new Uint8Array(1_048_576));
        expect((await inbox.next()).data.length).toBe(1_048_576);
      });
    });

    describe('queue groups', () => {
      it('gives each message to one member, and every member gets some', async () => {
        const members = [openInbox(bob, 'work', { queue: 'q' }), openInbox(bob, 'work', { queue: 'q' })];
        await bob.flush();
        for (let index = 0; index < 200; index += 1) alice.publish('work', String(index));
        await settle(alice, bob);
        const bodies = members.flatMap((member) => member.bodies());
        expect(new Set(bodies).size).toBe(200);
        expect(bodies).toHaveLength(200);
        for (const member of members) expect(member.messages.length).toBeGreaterThan(0);
      });

      it('gives it to one member of each queue and to every plain subscriber', async () => {
        const inboxes = [
          openInbox(bob, 'work', { queue: 'q' }),
          openInbox(bob, 'work', { queue: 'r' }),
          openInbox(bob, 'work'),
          openInbox(bob, 'work'),
        ];
        await bob.flush();
        alice.publish('work', 'x');
        await settle(alice, bob);
        expect(inboxes.map((inbox) => inbox.messages.length)).toEqual([1, 1, 1, 1]);
      });

      it('takes subscriptions of the same queue name with different patterns for one group', async () => {
        const members = [openInbox(bob, 'work.*', { queue: 'q' }), openInbox(bob, 'work.>', { queue: 'q' })];
        await bob.flush();
        alice.publish('work.a', 'x');
        await settle(alice, bob);
        expect(members.flatMap((member) => member.bodies())).toEqual(['x']);
      });

      it('leaves out a member that has unsubscribed', async () => {
        const gone = openInbox(bob, 'work', { queue: 'q' });
        const stays = openInbox(bob, 'work', { queue: 'q' });
        gone.unsubscribe();
        await bob.flush();
        for (let index = 0; index < 10; index += 1) alice.publish('work', '');
        await settle(alice, bob);
        expect([gone.messages.length, stays.messages.length]).toEqual([0, 10]);
      });
    });

    describe('noEcho', () => {
      it('keeps what a connection publishes from its own subscriptions only', async () => {
        const quiet = await opened.bus.connect({ name: 'quiet', noEcho: true });
        const own = openInbox(quiet, 'echo');
        const others = openInbox(bob, 'echo');
        await Promise.all([quiet.flush(), bob.flush()]);
        quiet.publish('echo', 'mine');
        alice.publish('echo', "alice's");
        await others.next();
        await others.next();
        await settle(alice, quiet);
        expect(own.bodies()).toEqual(["alice's"]);
        expect(others.bodies().sort()).toEqual(["alice's", 'mine']);
      });

      it('lets another member of the queue have it', async () => {
        const quiet = await opened.bus.connect({ name: 'quiet', noEcho: true });
        const own = openInbox(quiet, 'echo', { queue: 'q' });
        const other = openInbox(bob, 'echo', { queue: 'q' });
        await Promise.all([quiet.flush(), bob.flush()]);
        for (let index = 0; index < 20; index += 1) quiet.publish('echo', '');
        await settle(quiet, bob);
        expect([own.messages.length, other.messages.length]).toEqual([0, 20]);
      });

      it('delivers to its own subscriptions without it', async () => {
        const own = openInbox(alice, 'echo');
        alice.publish('echo', 'mine');
        expect(bodyText(await own.next())).toBe('mine');
      });
    });

    describe('nobody listens', () => {
      it('sends the status message to the reply subject, on the connection that asked', async () => {
        const strangers = openInbox(bob, 'actor.*.response.>');
        await bob.flush();
        const replies = openInbox(alice, 'actor.*.response.>');
        alice.publish('actor.x.request.health.job', '{}', { reply: 'actor.x.response.health.job' });
        const message = await replies.next();
        expect(message).toMatchObject({ subject: 'actor.x.response.health.job', noResponders: true, reply: null });
        expect(message.data.length).toBe(0);
        await settle(alice, bob);
        expect(strangers.messages).toEqual([]);
      });

      it('sends none when somebody listens, whatever comes of it', async () => {
        const replies = openInbox(alice, 'replies');
        bob.subscribe('asked', () => {});
        await bob.flush();
        alice.publish('asked', '', { reply: 'replies' });
        await settle(alice, alice);
        expect(replies.messages).toEqual([]);
      });

      it('sends none without a reply subject, and none to a queue subscription', async () => {
        const plain = openInbox(alice, 'plain');
        const queued = openInbox(alice, 'queued', { queue: 'q' });
        alice.publish('nowhere', '');
        alice.publish('nowhere', '', { reply: 'queued' });
        await settle(alice, alice);
        expect([...plain.messages, ...queued.messages]).toEqual([]);
      });

      it('sends one to a connection without echo that is the only listener itself', async () => {
        const quiet = await opened.bus.connect({ name: 'quiet', noEcho: true });
        const replies = openInbox(quiet, 'replies');
        const requests = openInbox(quiet, 'asked');
        quiet.publish('asked', '', { reply: 'replies' });
        expect((await replies.next()).noResponders).toBe(true);
        expect(requests.messages).toEqual([]);
      });

      it('does not take an empty answer for it', async () => {
        const replies = openInbox(alice, 'replies');
        bob.subscribe('asked', (message) => bob.publish(message.reply ?? '', ''));
        await Promise.all([alice.flush(), bob.flush()]);
        alice.publish('asked', '', { reply: 'replies' });
        expect((await replies.next()).noResponders).toBe(false);
      });
    });

    describe('request', () => {
      it('resolves with the first answer', async () => {
        bob.subscribe('sum', (message) => {
          bob.publish(message.reply ?? '', 'first', { headers: { from: message.headers.from ?? '' } });
          bob.publish(message.reply ?? '', 'second');
        });
        await bob.flush();
        const answer = await alice.request('sum', '1+1', { timeoutMs: 5_000, headers: { from: 'alice' } });
        expect(bodyText(answer)).toBe('first');
        expect(answer.headers).toEqual({ from: 'alice' });
      });

      it('keeps many at once apart', async () => {
        bob.subscribe('double', (message) => bob.publish(message.reply ?? '', String(Number(bodyText(message)) * 2)));
        await bob.flush();
        const numbers = Array.from({ length: 200 }, (_, index) => index);
        const answers = await Promise.all(
          numbers.map((number) => alice.request('double', String(number), { timeoutMs: 5_000 })),
        );
        expect(answers.map(bodyText)).toEqual(numbers.map((number) => String(number * 2)));
      });

      it('rejects with unavailable at once when nobody listens', async () => {
        await expect(alice.request('nowhere', '', { timeoutMs: 60_000 })).rejects.toMatchObject({
          code: 'unavailable',
          message: /nobody listens on "nowhere"/,
        });
      });

      it('rejects with unavailable when the time is over', async () => {
        bob.subscribe('silent', () => {});
        await bob.flush();
        await expect(alice.request('silent', '', { timeoutMs: 20 })).rejects.toMatchObject({
          code: 'unavailable',
          message: /no answer on "silent" within 20 ms/,
        });
      });

      it('rejects with invalid for a subject that has a wildcard', async () => {
        await expect(alice.request('a.*', '', { timeoutMs: 1_000 })).rejects.toMatchObject({ code: 'invalid' });
      });
    });

    describe('closing', () => {
      it('says that it is connected, until it is closed', async () => {
        const seen: boolean[] = [];
        alice.onStatus((status) => void seen.push(status.connected));
        expect(alice.status().connected).toBe(true);
        await alice.close();
        await alice.close();
        expect(alice.status().connected).toBe(false);
        expect(seen).toEqual([false]);
      });

      it('takes no message any more, and the others go on', async () => {
        const closed = openInbox(alice, 'news');
        const open = openInbox(bob, 'news');
        await Promise.all([alice.flush(), bob.flush()]);
        await alice.close();
        bob.publish('news', 'x');
        await open.next();
        expect(closed.messages).toEqual([]);
      });

      it('delivers what was published before', async () => {
        const inbox = openInbox(bob, 'last');
        await bob.flush();
        alice.publish('last', 'words');
        await alice.close();
        expect(bodyText(await inbox.next())).toBe('words');
      });

      it('refuses everything afterwards as unavailable', async () => {
        await alice.close();
        expect(refusal(() => alice.publish('a', ''))).toBe('unavailable');
        expect(refusal(() => alice.subscribe('a', () => {}))).toBe('unavailable');
        await expect(alice.flush()).rejects.toMatchObject({ code: 'unavailable' });
        await expect(alice.request('a', '', { timeoutMs: 1_000 })).rejects.toMatchObject({ code: 'unavailable' });
      });

      it('ends its open requests as unavailable', async () => {
        const asked = openInbox(bob, 'silent');
        await bob.flush();
        const answer = expect(alice.request('silent', '', { timeoutMs: 60_000 })).rejects.toMatchObject({
          code: 'unavailable',
        });
        await asked.next();
        await alice.close();
        await answer;
      });
    });
  });
}

function refusal(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof ArenaError) return error.code;
    throw error;
  }
  return 'nothing was refused';
}
