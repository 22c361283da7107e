/** What a JetStream server keeps: each message is handed over until it was taken, under one id, across restarts of either side. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type NatsConnection } from 'nats';
import { afterEach, expect, it } from 'vitest';
import type { Bus, BusConnection, Consumption, KeptMessage } from '../../src/bridge/bus.ts';
import { createNatsBus } from '../../src/bridge/bus-nats.ts';
import { memoryLog, realClock } from '../support/clock.ts';
import { type NatsServer, startNatsServer } from '../support/nats-server.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function jetStreamServer(options: { port?: number; storeDir?: string } = {}): Promise<NatsServer> {
  const server = await startNatsServer({ jetstream: true, ...options });
  ends.push(() => server.stop());
  return server;
}

async function someClient(url: string): Promise<NatsConnection> {
  const client = await connect({ servers: url, maxReconnectAttempts: -1, reconnectTimeWait: 20 });
  ends.push(() => client.close());
  return client;
}

interface Taker {
  readonly bus: Bus;
  readonly connection: BusConnection;
  readonly consumption: Consumption | null;
  readonly taken: KeptMessage[];
  /** Resolves when so many were handed over in all. */
  has(count: number): Promise<void>;
}

async function taker(
  url: string,
  durable: string,
  accept: (message: KeptMessage, index: number) => Promise<void> = async () => {},
): Promise<Taker> {
  const bus = createNatsBus({ url, clock: realClock, log: memoryLog(), reconnectWaitMs: 20 });
  ends.push(() => bus.close());
  const connection = await bus.connect({ name: durable });
  const taken: KeptMessage[] = [];
  let waiting: (() => void)[] = [];
  const consumption =
    (await connection.consume?.({
      stream: 'ANSWERS',
      subjects: ['answer.*'],
      durable,
      take: async (message) => {
        taken.push(message);
        const told = waiting;
        waiting = [];
        for (const resolve of told) resolve();
        await accept(message, taken.length);
      },
    })) ?? null;
  return {
    bus,
    connection,
    consumption,
    taken,
    async has(count) {
      while (taken.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
    },
  };
}

const textOf = ({ data }: KeptMessage) => new TextDecoder().decode(data);

it('hands over what came while nobody was there, and not again what was taken', async () => {
  const { url } = await jetStreamServer();
  const agent = await someClient(url);
  const first = await taker(url, 'arena-one');
  agent.publish('answer.a', 'one');
  await first.has(1);
  await first.consumption?.caughtUp();
  await first.bus.close();

  agent.publish('answer.b', 'two');
  agent.publish('answer.c', 'three');
  await agent.flush();
  const second = await taker(url, 'arena-one');
  await second.consumption?.caughtUp();
  expect(second.taken.map(textOf)).toEqual(['two', 'three']);
});

it('hands over again what was not taken, under the same id', async () => {
  const { url } = await jetStreamServer();
  const agent = await someClient(url);
  const one = await taker(url, 'arena-one', async (_message, index) => {
    if (index === 1) throw new Error('not now');
  });
  agent.publish('answer.a', 'one');
  await one.has(2);
  await one.consumption?.caughtUp();
  expect(one.taken).toHaveLength(2);
  expect(one.taken[1]).toEqual(one.taken[0]);
});

it('gives each of several arenas all of it', async () => {
  const { url } = await jetStreamServer();
  const agent = await someClient(url);
  const [one, other] = [await taker(url, 'arena-one'), await taker(url, 'arena-two')];
  agent.publish('answer.a', 'for whoever asked');
  await Promise.all([one.has(1), other.has(1)]);
  expect(one.taken).toEqual(other.taken);
});

it('goes on when the server is back', async () => {
  const storeDir = await mkdtemp(join(tmpdir(), 'arena-jetstream-'));
  ends.push(() => rm(storeDir, { recursive: true, force: true }));
  const server = await jetStreamServer({ storeDir });
  const agent = await someClient(server.url);
  const one = await taker(server.url, 'arena-one');
  agent.publish('answer.a', 'before');
  await one.has(1);
  await one.consumption?.caughtUp();

  await server.stop();
  await jetStreamServer({ storeDir, port: server.port });
  const again = await someClient(server.url);
  again.publish('answer.b', 'after');
  for (let count = 2; !one.taken.map(textOf).includes('after'); count += 1) await one.has(count);
  // A server that was killed may not know any more that the first was taken: it has the same id then.
  const once = new Map(one.taken.map((message) => [message.id, textOf(message)]));
  expect([...once.values()]).toEqual(['before', 'after']);
});

it('is not to be had from a server without JetStream, nor where a stream of somebody else has the subjects', async () => {
  const plain = await startNatsServer();
  ends.push(() => plain.stop());
  expect((await taker(plain.url, 'arena-one')).consumption).toBeNull();

  const { url } = await jetStreamServer();
  const manager = await (await someClient(url)).jetstreamManager();
  await manager.streams.add({ name: 'EVERYTHING', subjects: ['answer.>'] });
  expect((await taker(url, 'arena-one')).consumption).toBeNull();
});
