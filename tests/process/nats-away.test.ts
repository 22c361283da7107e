/** The nats-server is away when the arena starts, goes and comes back in the middle of a round: nothing is lost and nobody blamed. */

import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import type { Fault } from '../../src/protocol/contest.ts';
import { freshDatabase, startArena } from '../support/arena-process.ts';
import { type ContestClient, createContestClient } from '../support/contest-client.ts';
import { smallContest } from '../support/contest-input.ts';
import { type AskedRequest, startNatsAgents, wellBehaved } from '../support/nats-agents.ts';
import { startNatsServer } from '../support/nats-server.ts';
import { flowOf, toldFlow, watchNotices } from '../support/notice-watcher.ts';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (!address || typeof address === 'string') throw new Error('no port');
  return address.port;
}

const missingBus = {
  status: 503,
  type: expect.stringContaining('application/problem+json'),
  body: expect.objectContaining({ detail: expect.stringContaining('the bus is not there') }),
};

it('starts without a nats-server, says what is missing, and plays as soon as it is there', async () => {
  const port = await freePort();
  const arena = await startArena({ ARENA_DB_URL: await freshDatabase(), ARENA_NATS_URL: `nats://127.0.0.1:${port}` });
  const client = createContestClient(arena.url);
  expect(await client.send('GET', '/readyz')).toEqual(missingBus);
  expect(await client.send('GET', '/healthz')).toMatchObject({ status: 200 });
  await arena.wrote('the NATS server is away');
  const { id } = await client.create(smallContest({ health_timeout_ms: 25_000 }));

  const nats = await startNatsServer({ port });
  const agents = await startNatsAgents(nats.url);
  await client.reach(id, 'complete');
  expect(await faultsOfAgents(client, id)).toEqual([]);
  expect(await client.send('GET', '/readyz')).toMatchObject({ status: 200 });
  await arena.wrote('the NATS server is there again');
  expect(await arena.stop()).toBe(0);
  await agents.close();
  await nats.stop();
});

it('outlives a nats-server that goes and comes back: open requests come again as the same attempt, notices are all told', async () => {
  const first = await startNatsServer();
  const held: AskedRequest[] = [];
  const hold = Promise.withResolvers<void>();
  const agents = await startNatsAgents(first.url, async (asked) => {
    if (asked.command !== 'judge_player_action_judgement' || asked.round_no !== 0) return wellBehaved(asked);
    held.push(asked);
    if (held.length <= 2) await hold.promise;
    return held.length <= 2 ? null : wellBehaved(asked);
  });
  const watcher = await watchNotices(first.url);
  const arena = await startArena({ ARENA_DB_URL: await freshDatabase(), ARENA_NATS_URL: first.url });
  const client = createContestClient(arena.url);
  const { id } = await client.create(smallContest());
  await agents.until(() => held.length === 2);

  await first.stop();
  await arena.wrote('the NATS server is away');
  expect(await client.send('GET', '/readyz')).toEqual(missingBus);
  // What happens while nobody can be told is told later.
  await client.act(id, 'pause');
  await client.act(id, 'resume');
  const paused = (await client.get(id)).position;

  const second = await startNatsServer({ port: first.port });
  await arena.wrote('open requests are sent again');
  await client.reach(id, 'complete');
  hold.resolve();
  expect(held.length).toBe(4);
  expect(
    held
      .map(({ job_id, attempt }) => `${job_id} ${attempt}`)
      .slice(2)
      .sort(),
  ).toEqual(
    held
      .map(({ job_id, attempt }) => `${job_id} ${attempt}`)
      .slice(0, 2)
      .sort(),
  );
  expect(await faultsOfAgents(client, id)).toEqual([]);

  const entries = await client.entries(id);
  await watcher.until(
    ({ subject, body }) => subject === `arena.contest.${id}.contestmachine.complete` && body.includes('"complete"'),
  );
  expect(await arena.stop()).toBe(0);
  const told = watcher.notices();
  expect(toldFlow(id, told)).toEqual(flowOf(id, entries));
  expect(told.filter(({ id: messageId }) => messageId.includes(`.contest/${id}.${paused}.`)).length).toBeGreaterThan(0);
  expect(watcher.contradicted()).toEqual([]);
  expect(gaps(told.map(({ id: messageId }) => messageId))).toEqual([]);
  await agents.close();
  await second.stop();
});

/** Whoever comes back later than the arena is not there for a moment: that is the network's, and costs no attempt. */
async function faultsOfAgents(client: ContestClient, id: string): Promise<Fault[]> {
  const faults = (await client.jobs(id)).flatMap((job) => job.faults);
  return faults.filter(({ kind, whose }) => kind !== 'unreachable' || whose !== 'network');
}

/** Notices of an entry that are missing before its last one: the last part of an id counts them from 0. */
function gaps(ids: readonly string[]): string[] {
  const present = new Set(ids);
  return ids.flatMap((id) => {
    const [, entry = '', number = ''] = /^(.*)\.(\d+)$/.exec(id) ?? [];
    return Array.from({ length: Number(number) }, (_, index) => `${entry}.${index}`).filter(
      (each) => !present.has(each),
    );
  });
}
