/** Two hosts on one nats-server are asked the same: one asks the model, the other knows of it. */
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
  hosts = await Promise.all([startModelApp(server, {}, { env }), startModelApp(server, {}, { env })]);
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
