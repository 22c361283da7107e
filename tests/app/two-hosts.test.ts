/** Two hosts on one nats-server are asked the same: one asks the model, the other knows of it, and of what it has cost. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ModelServer, startModelServer } from '../support/model-server.ts';
import { type NatsServer, startNatsServer } from '../support/nats-server.ts';
import { type ModelApp, startModelApp } from './model-app.ts';

const ada = 'ada-the-player';
let nats: NatsServer;
let server: ModelServer;
let hosts: ModelApp[];
beforeAll(async () => {
  nats = await startNatsServer();
  server = await startModelServer({ slowMs: 600 });
  const env = { ARENA_NATS_URL: nats.url };
  const budgets = { contest: { tokens: 100 } };
  hosts = await Promise.all([startModelApp(server, { budgets }, { env }), startModelApp(server, { budgets }, { env })]);
  for (const { client } of hosts) {
    await client.send('POST', '/api/participant', { id: ada, name: 'Ada', role: 'player' });
    await client.send('POST', '/api/agent', { participant_id: ada, model: 'slow' });
  }
});
afterAll(async () => {
  for (const host of hosts) await host.close();
  await server.stop();
  await nats.stop();
});

test('of two hosts that are asked the same at once, one asks the model and the other says pending, then gives the answer', async () => {
  const answers = await Promise.all(hosts.map((host) => host.ask(ada)));
  expect(answers.map(({ state }) => state).sort()).toEqual(['complete', 'pending']);
  const later = await Promise.all(hosts.map((host) => host.ask(ada)));
  expect(later.map(({ state }) => state)).toEqual(['complete', 'complete']);
  expect(later[0]?.data).toEqual(later[1]?.data);
  expect(server.calls.length).toBe(1);
});

test('what one host has spent counts for the budgets of the other, and an attempt at one ends those before it at the other', async () => {
  const [one, other] = hosts;
  const asked = { job_id: 'calm-cedar-climbs-2', contest_id: 'a-dear-contest-1', model: 'silent' };
  const first = one?.ask(ada, { ...asked, timeout_ms: 60_000 });
  await expect.poll(() => server.open()).toBe(1);
  const raised = { ...asked, model: 'good', attempt: 2 };
  expect(await other?.ask(ada, raised)).toMatchObject({
    state: 'complete',
    usage: { input_tokens: expect.any(Number) },
  });
  expect(await first).toMatchObject({ state: 'pending' });
  await expect.poll(() => server.open()).toBe(0);
  await expect.poll(() => one?.generations('?model=silent')).toMatchObject([{ state: 'cancelled' }]);

  const later = { ...asked, job_id: 'calm-cedar-climbs-3', model: 'good' };
  expect(await one?.ask(ada, later)).toMatchObject({
    state: 'fail',
    message: expect.stringMatching(
      /^budget: the budget of the contest a-dear-contest-1 is used up: \d+ of 100 tokens$/,
    ),
  });
  // Another contest has its own.
  const elsewhere = { job_id: 'calm-cedar-climbs-4', contest_id: 'a-cheap-contest-1' };
  expect(await one?.ask(ada, { ...later, ...elsewhere })).toMatchObject({ state: 'complete' });
});
