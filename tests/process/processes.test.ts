/** Several processes: an agent of its own that joins, and two arenas on one database, of which one at a time may write. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freshDatabase, spawnArena, startArena } from '../support/arena-process.ts';
import { createContestClient } from '../support/contest-client.ts';
import { smallContest, smallParticipants } from '../support/contest-input.ts';
import { type NatsAgents, startNatsAgents, wellBehaved } from '../support/nats-agents.ts';
import { type NatsServer, startNatsServer } from '../support/nats-server.ts';

const external = 'leaping-kit-player-00000000';
let nats: NatsServer;
let agents: NatsAgents;
beforeAll(async () => {
  nats = await startNatsServer();
  // The one that a process of its own answers for is left to it.
  agents = await startNatsAgents(nats.url, (asked) => (asked.participant_id === external ? null : wellBehaved(asked)));
});
afterAll(async () => {
  await agents.close();
  await nats.stop();
});

it('counts the moves of an agent that is a process of its own', async () => {
  const program = join(import.meta.dirname, 'kit-player-process.ts');
  const player = spawn(process.execPath, [program, nats.url, external], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(player, 'exit');
  await once(player.stdout, 'data');
  const arena = await startArena({ ARENA_DB_URL: await freshDatabase(), ARENA_NATS_URL: nats.url });
  const client = createContestClient(arena.url);
  const [first, ...others] = smallParticipants;
  const { id } = await client.create(smallContest({ participants: [{ ...first, id: external }, ...others] }));
  const contest = await client.reach(id, 'complete');
  expect(contest.rounds.map(({ players }) => players[0])).toMatchObject([
    { id: external, action: { action: 'leap 0', target: '1,1' }, faults: [] },
    { id: external, action: { action: 'leap 1', target: '1,1' }, faults: [] },
  ]);
  player.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  expect(await arena.stop()).toBe(0);
  expect(arena.output()).toMatch(/\nStopping, .*\n$/);
});

it('says who holds the database, stops at once when it is asked to, and takes over from a process that was killed', async () => {
  const env = { ARENA_DB_URL: await freshDatabase(), ARENA_NATS_URL: nats.url };
  const first = await startArena(env);
  const { id } = await createContestClient(first.url).create(smallContest({ auto_advance: false }));
  const second = spawnArena(env);
  await second.wrote(`is held by process ${first.pid}`);
  expect(second.output()).not.toContain('The arena is at');

  const third = spawnArena(env);
  await third.wrote(`is held by process ${first.pid}`);
  expect(await third.stop()).toBe(0);
  expect(third.output()).toMatch(/\nStopped before it could begin: the database .* is held by process \d+ on .*\n$/);
  expect(third.output()).not.toContain('could not stop in time');

  const { port } = new URL(first.url);
  const fourth = spawnArena({ ARENA_DB_URL: await freshDatabase(), ARENA_HTTP_PORT: port, ARENA_LOG_LEVEL: 'error' });
  expect(await fourth.exited()).toBe(1);
  expect(fourth.output()).toBe(
    `HTTP cannot be served at 127.0.0.1:${port}: another program listens there. Choose with ARENA_HTTP_HOST and ARENA_HTTP_PORT.\n`,
  );

  const fifth = spawnArena({ ARENA_DB_URL: 'sqlite:/proc/none/arena.db', ARENA_LOG_LEVEL: 'error' });
  expect(await fifth.exited()).toBe(2);
  expect(fifth.output()).toMatch(
    /^The database \/proc\/none\/arena.db cannot be opened: .*Choose with ARENA_DB_URL\.\n$/,
  );

  await first.kill();
  const client = createContestClient(await second.listening());
  expect((await client.get(id)).state).toBe('starting');
  expect((await client.send('PATCH', `/api/contest/${id}`, { auto_advance: true })).status).toBe(200);
  await client.reach(id, 'complete');
  expect(await second.stop()).toBe(0);
});

it('takes over from a process that stands still past its lease, which stops when it wakes', async () => {
  const env = { ARENA_DB_URL: await freshDatabase(), ARENA_NATS_URL: nats.url };
  const first = await startArena(env);
  const { id } = await createContestClient(first.url).create(smallContest({ auto_advance: false }));
  const second = spawnArena(env);
  await second.wrote(`is held by process ${first.pid}`);
  first.signal('SIGSTOP');

  const client = createContestClient(await second.listening());
  const before = await client.entries(id);
  first.signal('SIGCONT');
  expect(await first.exited()).toBe(1);
  expect(first.output()).toContain('Another process has taken over the database');
  expect(await client.entries(id)).toEqual(before);
  expect((await client.send('PATCH', `/api/contest/${id}`, { auto_advance: true })).status).toBe(200);
  const entries = await client.reach(id, 'complete').then(() => client.entries(id));
  expect(entries.map(({ position }) => position)).toEqual(entries.map((_, index) => index + 1));
  expect(await second.stop()).toBe(0);
});
