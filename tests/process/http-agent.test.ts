/** An agent at an HTTP endpoint plays in a contest: asked with a signature, polled while it is pending, recorded when it is bad. */
import { createHmac } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { requestSchema } from '../../src/protocol/messages.ts';
import { freshDatabase, startArena } from '../support/arena-process.ts';
import { createContestClient } from '../support/contest-client.ts';
import { smallContest, smallParticipants } from '../support/contest-input.ts';
import { type HttpServer, sendJson, startHttpServer } from '../support/http-server.ts';
import { startNatsAgents, wellBehaved } from '../support/nats-agents.ts';
import { startNatsServer } from '../support/nats-server.ts';

const apiKey = 'a key that only two know';
type Act = (response: ServerResponse, asked: { job: string; polls: number; body: string }) => void;

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Plays a contest whose first player is an HTTP server that answers health checks well, and everything else as `act` says. */
async function play(act: Act, allowed: (server: HttpServer) => string) {
  const polls = new Map<string, number>();
  const server = await startHttpServer((response, { method, path, body }) => {
    const [, , askType = '', job = ''] = path.split('/').slice(1);
    if (askType === 'health') return sendJson(response, wellBehaved(requestSchema.parse(JSON.parse(body))));
    const count = polls.get(job) ?? 0;
    if (method === 'GET') polls.set(job, count + 1);
    act(response, { job, polls: polls.get(job) ?? 0, body });
  });
  cleanups.push(server.stop);
  const nats = await startNatsServer();
  cleanups.push(nats.stop);
  const agents = await startNatsAgents(nats.url);
  cleanups.push(agents.close);
  const arena = await startArena({
    ARENA_DB_URL: await freshDatabase(),
    ARENA_NATS_URL: nats.url,
    ARENA_ALLOW_HOSTS: allowed(server),
  });
  cleanups.push(arena.kill);
  const client = createContestClient(arena.url);
  const [first, ...others] = smallParticipants;
  const { id } = await client.create(
    smallContest({
      participants: [{ ...first, endpoint: `${server.origin}/agent`, api_key: apiKey }, ...others],
      max_rounds: 1,
      max_attempts: 2,
      response_timeout_ms: 5_000,
    }),
  );
  return { server, client, id };
}

const allowed = (server: HttpServer) => `127.0.0.1:${server.port}`;

it('asks with a signature, polls while the answer is pending, and takes it', async () => {
  const { server, client, id } = await play((response, { job, polls }) => {
    if (polls < 2) sendJson(response, { job_id: job, state: 'pending', delay: 20 });
    else sendJson(response, { job_id: job, state: 'complete', data: { action: 'walk by HTTP' } });
  }, allowed);
  const contest = await client.reach(id, 'complete');
  expect(contest.rounds[0]?.players[0]).toMatchObject({ action: { action: 'walk by HTTP' }, faults: [] });

  const prompts = server.requests.filter(({ path }) => path.includes('/request/player_player_action/'));
  expect(prompts.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET']);
  expect(new Set(prompts.map(({ path }) => path)).size).toBe(1);
  for (const { headers, body } of server.requests) {
    const [, time = '', signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['x-arena-signature'])) ?? [];
    expect(signature).toBe(createHmac('sha256', apiKey).update(`${time}.${body}`).digest('hex'));
  }
  expect(JSON.stringify(await client.entries(id))).not.toContain(apiKey);
});

it.each<[string, Act, string, number]>([
  [
    'sends 10 MB',
    (response, { job }) => sendJson(response, { job_id: job, state: 'complete', data: 'x'.repeat(10_000_000) }),
    'too_large of agent',
    2,
  ],
  ['breaks off', (response) => void response.socket?.destroy(), 'unreachable of network', 1],
  ['has no such route', (response) => sendJson(response, { error: 'no' }, 404), 'refused of agent', 1],
])('an agent that %s is recorded as that, and the contest goes on', async (_name, act, fault, count) => {
  // One that cannot be reached keeps its attempt for as long as the prompt may live, so it recovers here.
  let calls = 0;
  const { client, id } = await play((response, asked) => {
    calls += 1;
    if (fault.startsWith('unreachable') && calls > 1)
      sendJson(response, { job_id: asked.job, state: 'complete', data: { action: 'walk' } });
    else act(response, asked);
  }, allowed);
  const contest = await client.reach(id, 'complete');
  const player = contest.rounds[0]?.players[0];
  expect(player?.action?.action).toBe(fault.startsWith('unreachable') ? 'walk' : 'none');
  expect(player?.faults.map(({ kind, whose }) => `${kind} of ${whose}`)).toEqual(Array(count).fill(fault));
  expect(contest.rounds[0]?.players[1]).toMatchObject({ action: { action: 'walk 0' }, faults: [] });
});

it('does not reach a private address that nobody allowed', async () => {
  const { server, client, id } = await play(
    () => undefined,
    () => 'example.org',
  );
  const contest = await client.reach(id, 'fail');
  expect(contest.error).toContain('Ada');
  expect(contest.participants.map(({ state }) => state)).toEqual(['absent', 'ready', 'ready', 'ready', 'ready']);
  expect(server.requests).toEqual([]);
});
