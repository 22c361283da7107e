/** What only the bus on a NATS server does: waiting for a server, losing it, finding it again, its address. */
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Bus, BusConnection, BusStatus } from '../../src/bridge/bus.ts';
import { createNatsBus } from '../../src/bridge/bus-nats.ts';
import { natsServers } from '../../src/bridge/nats-url.ts';
import { memoryLog, realClock } from '../support/clock.ts';
import { bodyText, openInbox } from '../support/inbox.ts';
import { type NatsServer, type NatsServerOptions, startNatsServer } from '../support/nats-server.ts';

const buses: Bus[] = [];
const servers: NatsServer[] = [];

afterEach(async () => {
  await Promise.all(buses.splice(0).map((bus) => bus.close()));
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function start(options?: NatsServerOptions): Promise<NatsServer> {
  const server = await startNatsServer(options);
  servers.push(server);
  return server;
}

function openBus(url: string, options: { pingIntervalMs?: number; flushTimeoutMs?: number } = {}) {
  const log = memoryLog();
  const bus = createNatsBus({ url, clock: realClock, log, reconnectWaitMs: 20, ...options });
  buses.push(bus);
  return { bus, log };
}

function nextStatus(connection: BusConnection, connected: boolean): Promise<BusStatus> {
  return new Promise((resolve) => connection.onStatus((status) => status.connected === connected && resolve(status)));
}

function nextReconnect(connection: BusConnection): Promise<void> {
  return new Promise((resolve) => connection.onReconnect(resolve));
}

describe('a server that is away at the start', () => {
  it('lets connect resolve, and the connection comes up when the server does', async () => {
    const port = await freePort();
    const { bus } = openBus(`nats://127.0.0.1:${port}`);
    const connection = await bus.connect({ name: 'early' });
    expect(connection.status().connected).toBe(false);
    const inbox = openInbox(connection, 'news');
    const gone = openInbox(connection, 'gone');
    gone.unsubscribe();

    const reconnected = nextReconnect(connection);
    const up = nextStatus(connection, true);
    await start({ port });
    await Promise.all([reconnected, up]);
    connection.publish('gone', '');
    connection.publish('news', 'at last');
    expect(bodyText(await inbox.next())).toBe('at last');
    expect(gone.messages).toEqual([]);
  });

  it('refuses flush and request as unavailable meanwhile, and throws publications away', async () => {
    const { bus } = openBus(`nats://127.0.0.1:${await freePort()}`);
    const connection = await bus.connect({ name: 'early' });
    connection.publish('news', 'lost');
    expect(() => connection.publish('a b', '')).toThrow('white space');
    await expect(connection.flush()).rejects.toMatchObject({ code: 'unavailable' });
    await expect(connection.request('news', '', { timeoutMs: 60_000 })).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('is closed without having been connected', async () => {
    const { bus } = openBus(`nats://127.0.0.1:${await freePort()}`);
    const connection = await bus.connect({ name: 'early' });
    await connection.close();
    expect(connection.status()).toEqual({ connected: false, detail: 'closed' });
  });
});

describe('a server that is there at the start', () => {
  it('is connected when connect resolves, and is no reconnection', async () => {
    const { bus } = openBus((await start()).url);
    const connection = await bus.connect({ name: 'plain' });
    let reconnections = 0;
    connection.onReconnect(() => {
      reconnections += 1;
    });
    expect(connection.status().connected).toBe(true);
    await connection.flush();
    expect(reconnections).toBe(0);
  });
});

describe('a server that is gone and back', () => {
  it('finds its subscriptions alive, calls back, and has lost what was published meanwhile', async () => {
    const first = await start();
    const { bus, log } = openBus(first.url);
    const arena = await bus.connect({ name: 'arena' });
    const agent = await bus.connect({ name: 'agent' });
    const inbox = openInbox(agent, 'actor.>');
    const ended = openInbox(agent, 'actor.>');
    await agent.flush();

    const away = [nextStatus(arena, false), nextStatus(agent, false)];
    await first.stop();
    await Promise.all(away);
    arena.publish('actor.a', 'lost');
    ended.unsubscribe();
    const late = openInbox(agent, 'late');
    await expect(arena.flush()).rejects.toMatchObject({ code: 'unavailable' });

    const back = [nextReconnect(arena), nextReconnect(agent)];
    await start({ port: first.port });
    await Promise.all(back);
    await agent.flush();
    arena.publish('actor.b', 'sent again');
    arena.publish('late', 'too');
    await late.next();
    expect(inbox.bodies()).toEqual(['sent again']);
    expect(ended.messages).toEqual([]);
    expect(log.lines.map((line) => line.fields)).toContainEqual({ bus: 'arena', thrown_away: 1 });
    expect(log.lines.map((line) => line.message)).toEqual(
      expect.arrayContaining([
        'the NATS server is away; trying again until it is back',
        'the NATS server is there again',
      ]),
    );
  });

  it('calls back each time', async () => {
    const first = await start();
    const { bus } = openBus(first.url);
    const connection = await bus.connect({ name: 'patient' });
    let current = first;
    let reconnections = 0;
    connection.onReconnect(() => {
      reconnections += 1;
    });
    for (let time = 0; time < 3; time += 1) {
      const away = nextStatus(connection, false);
      await current.stop();
      await away;
      const back = nextReconnect(connection);
      current = await start({ port: first.port });
      await back;
    }
    expect(reconnections).toBe(3);
    await connection.flush();
  });

  it('notices a server that hangs, by its pings, and a flush does not wait for it for ever', async () => {
    const server = await start();
    const { bus } = openBus(server.url, { pingIntervalMs: 50, flushTimeoutMs: 20 });
    const connection = await bus.connect({ name: 'waiting' });
    const away = nextStatus(connection, false);
    await server.pause();
    await expect(connection.flush()).rejects.toMatchObject({ code: 'unavailable' });
    expect((await away).detail).toContain('lost');
    const back = nextReconnect(connection);
    server.kill('SIGCONT');
    await back;
    await connection.flush();
  });

  it('ends an open request as unavailable', async () => {
    const server = await start();
    const { bus } = openBus(server.url);
    const arena = await bus.connect({ name: 'arena' });
    const agent = await bus.connect({ name: 'agent' });
    const asked = openInbox(agent, 'asked');
    await agent.flush();
    const answer = expect(arena.request('asked', '', { timeoutMs: 300 })).rejects.toMatchObject({
      code: 'unavailable',
    });
    await asked.next();
    await server.stop();
    await answer;
  });
});

describe('a server that wants a token', () => {
  it('lets in who shows it in the address', async () => {
    const server = await start({ token: 's3cret' });
    const { bus } = openBus(server.url.replace('nats://', 'nats://s3cret@'));
    const connection = await bus.connect({ name: 'known' });
    await connection.flush();
    expect(JSON.stringify(connection.status())).not.toContain('s3cret');
  });

  it('is tried again and again with a wrong one, until it is right', async () => {
    const server = await start({ token: 'right' });
    const { bus } = openBus(server.url.replace('nats://', 'nats://wrong@'));
    const connection = await bus.connect({ name: 'stubborn' });
    expect(connection.status()).toMatchObject({ connected: false, detail: expect.stringMatching(/authorization/i) });
    await server.stop();
    const back = nextReconnect(connection);
    await start({ port: server.port, token: 'wrong' });
    await back;
  });

  it('is tried again after it has refused who was let in before', async () => {
    const first = await start({ token: 'right' });
    const { bus } = openBus(first.url.replace('nats://', 'nats://right@'));
    const connection = await bus.connect({ name: 'refused' });
    const inbox = openInbox(connection, 'news');
    await first.stop();
    const second = await start({ port: first.port, token: 'changed' });
    await second.logged('authentication error', 4);
    await second.stop();
    const back = nextReconnect(connection);
    await start({ port: first.port, token: 'right' });
    await back;
    connection.publish('news', 'again');
    expect(bodyText(await inbox.next())).toBe('again');
  });
});

describe('the address of a server', () => {
  it('may name several, with and without scheme and port', () => {
    expect(natsServers('nats://a:1, b:2,nats://[::1]:3,c')).toEqual({
      options: { servers: ['a:1', 'b:2', '[::1]:3', 'c'] },
      shown: 'a:1,b:2,[::1]:3,c',
    });
  });

  it('may hold a user and password, or a token, which are never shown', () => {
    expect(natsServers('nats://me:s%40crets@a:1')).toEqual({
      options: { servers: ['a:1'], user: 'me', pass: 's@crets' },
      shown: 'a:1',
    });
    expect(natsServers('nats://t0ken@a:1').options).toEqual({ servers: ['a:1'], token: 't0ken' });
  });

  it('asks for TLS by its scheme', () => {
    expect(natsServers('tls://a:1').options).toEqual({ servers: ['a:1'], tls: {} });
  });

  it.each(['', 'http://a:1', 'nats://', 'nats://a b'])('is refused when it is %j', (text) => {
    expect(() => natsServers(text)).toThrow('nats://host:port');
  });
});

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
