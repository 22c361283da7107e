/** The event stream: every entry once, in order, from any position on, and no memory for a client that does not read. */
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { contestExample } from '../../src/http/examples/inputs.ts';
import { createContestSchema } from '../../src/protocol/contest-input.ts';
import { ask, startServer, type TestServer } from './server.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function start(options: Parameters<typeof startServer>[0] = {}) {
  const server = await startServer(options);
  stops.push(() => server.close());
  const { id } = await server.contests.create(createContestSchema.parse({ ...contestExample, start: false }));
  return { server, id, url: `${server.url}/api/contest/${id}/events` };
}

async function open(url: string, headers: Record<string, string> = {}) {
  const request = get(url, { headers: { accept: 'text/event-stream', ...headers } });
  stops.push(async () => void request.destroy());
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  response.setEncoding('utf8');
  const waiting: (() => void)[] = [];
  const until = (condition: () => boolean) =>
    new Promise<void>((resolve) => {
      const check = () => (condition() ? resolve() : waiting.push(check));
      check();
    });
  response.on('data', (chunk: string) => {
    text += chunk;
    for (const check of waiting.splice(0)) check();
  });
  const ids = () => [...text.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]));
  return {
    request,
    response,
    ids,
    until,
    text: () => text,
    untilIds: (count: number) => until(() => ids().length >= count),
  };
}

function commitMany(server: TestServer, id: string, count: number, text = 'x') {
  for (let i = 0; i < count; i += 1) server.contests.commit(id, { type: `moved_${text}` });
}

describe('an event stream', () => {
  it('gives what was and then what comes, once and in order', async () => {
    const { server, id, url } = await start();
    commitMany(server, id, 249);
    const stream = await open(url);
    await stream.untilIds(250);
    commitMany(server, id, 2);
    await stream.untilIds(252);
    expect(stream.ids()).toEqual(Array.from({ length: 252 }, (_, index) => index + 1));
    expect(stream.response.headers['content-type']).toBe('text/event-stream; charset=utf-8');
  });

  it('carries each entry as JSON in its data', async () => {
    const { server, id, url } = await start();
    const stream = await open(url);
    await stream.untilIds(1);
    const data = /^data: (.+)$/m.exec(stream.text())?.[1] ?? '';
    expect([JSON.parse(data)]).toEqual(await server.contests.entries(id, 0));
  });

  it('goes on after the position that was asked for, Last-Event-ID before the query', async () => {
    const { server, id, url } = await start();
    commitMany(server, id, 5);
    const asked = await open(`${url}?after=4`);
    await asked.untilIds(2);
    expect(asked.ids()).toEqual([5, 6]);
    const again = await open(`${url}?after=1`, { 'last-event-id': '5' });
    await again.untilIds(1);
    expect(again.ids()).toEqual([6]);
  });

  it('of a contest that is not there is a 404, and a position that is none a 422', async () => {
    const { server, url } = await start();
    const headers = { accept: 'text/event-stream' };
    const nowhere = `${server.url}/api/contest/quiet-otter-sails-00000000/events`;
    expect((await ask('GET', nowhere, undefined, headers)).status).toBe(404);
    expect((await ask('GET', url, undefined, { ...headers, 'last-event-id': 'x' })).status).toBe(422);
  });

  it('shows that it is alive while nothing happens', async () => {
    const { url } = await start({ streams: { heartbeatMs: 5 } });
    const stream = await open(url);
    await stream.until(() => stream.text().split(': still here').length > 3);
  });

  it('stops following when the client leaves', async () => {
    const { server, id, url } = await start();
    const stream = await open(url);
    await stream.untilIds(1);
    await expect.poll(() => server.contests.followers(id)).toBe(1);
    stream.request.destroy();
    await expect.poll(() => server.contests.followers(id)).toBe(0);
  });

  it('cuts off a live client that does not read, at a bound', async () => {
    const { server, id, url } = await start({ streams: { pendingBytesMax: 100_000 } });
    const stream = await open(url);
    await stream.untilIds(1);
    await expect.poll(() => server.contests.followers(id)).toBe(1);
    stream.response.pause();
    const large = 'x'.repeat(50_000);
    // Until the sockets of both sides are full nothing waits; 20 MB is more than any of them holds.
    for (let i = 0; i < 400 && server.contests.followers(id) > 0; i += 1) {
      commitMany(server, id, 1, large);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(server.contests.followers(id)).toBe(0);
    expect(server.log.lines).toMatchObject([{ level: 'warn', fields: { contest: id } }]);
  });

  it('sends a client that reads an entry that is larger than the bound', async () => {
    const { server, id, url } = await start({ streams: { pendingBytesMax: 100_000 } });
    const stream = await open(url);
    await stream.untilIds(1);
    await expect.poll(() => server.contests.followers(id)).toBe(1);
    commitMany(server, id, 1, 'x'.repeat(5_000_000));
    await stream.untilIds(2);
    expect(server.log.lines).toEqual([]);
  });

  it('cuts off a client that stops reading while it catches up', async () => {
    const { server, id, url } = await start({ streams: { stallMs: 20 } });
    commitMany(server, id, 400, 'x'.repeat(50_000));
    const stream = await open(url);
    stream.response.pause();
    await expect.poll(() => server.log.lines.length, { timeout: 10_000 }).toBe(1);
    expect(stream.ids().length).toBeLessThan(400);
  });

  it('ends when the server closes', async () => {
    const { server, url } = await start();
    const stream = await open(url);
    await stream.untilIds(1);
    const ended = once(stream.response, 'end');
    await server.close();
    await ended;
  });
});
