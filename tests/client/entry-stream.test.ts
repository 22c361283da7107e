/** The stream of entries over connections that bring nothing, are closed, or are no longer wanted. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { ClientError, createClient } from '../../src/client/client.ts';
import { type Pause, pauseByTimer } from '../../src/client/pause.ts';

/** Waits for nothing between two connections, and as long as ever for one that is silent. */
const impatient: Pause = (delayMs, signal) => pauseByTimer(delayMs > 5_000 ? delayMs : 0, signal);
const sign = ': still here\n\n';
const entry = (position: number) => `data: ${JSON.stringify({ position, kind: 'contest', events: [] })}\n\n`;

/** Something that speaks in the place of an arena, with the number of each connection from 1. */
async function speaker(speak: (response: ServerResponse, number: number) => void) {
  let connections = 0;
  const server = createServer((_, response) => {
    connections += 1;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('retry: 1000\n\n');
    speak(response, connections);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { follow: createClient({ url, pause: impatient }).contests.follow, connections: () => connections };
}

it('rejects when one connection after the other is closed and none has brought anything', async () => {
  const { follow, connections } = await speaker((response) => response.end());
  const failure = await follow('a')
    .next()
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ClientError);
  expect(failure).toMatchObject({
    status: 0,
    message: 'The entries of contest a do not come: the connection was closed.',
  });
  expect(connections()).toBe(5);
});

it('rejects in the same manner when connections break', async () => {
  const { follow, connections } = await speaker((response) => response.destroy());
  await expect(follow('a', { failuresMax: 2 }).next()).rejects.toBeInstanceOf(ClientError);
  expect(connections()).toBe(2);
});

it('goes on for as long as connections bring a sign of life, however often they are closed', async () => {
  const { follow, connections } = await speaker((response, number) => response.end(number < 10 ? sign : entry(1)));
  expect((await follow('a').next()).value).toMatchObject({ position: 1 });
  expect(connections()).toBe(10);
});

it('rejects when what follows is missing on every connection', async () => {
  const { follow, connections } = await speaker((response) => response.end(entry(3)));
  await expect(follow('a', { after: 1 }).next()).rejects.toThrow('entry 2 is missing before 3');
  expect(connections()).toBe(5);
});

it('closes its connection when whoever reads it breaks off, without a signal', async () => {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const { follow } = await speaker((response) => {
    response.on('close', resolve);
    response.write(entry(1) + entry(2));
  });
  for await (const { position } of follow('a')) if (position === 1) break;
  await closed;
});
