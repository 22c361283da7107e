/** How much may be generated: within the budgets of agents and contests, and so many calls to a provider at once. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ModelServer, startModelServer } from '../support/model-server.ts';
import { startModelApp } from './model-app.ts';

let server: ModelServer;
beforeAll(async () => {
  server = await startModelServer();
});
afterAll(() => server.stop());

test.each([
  ['tokens', { agent: { tokens: 1 } }],
  ['money', { agent: { usd: 0.000_001 } }],
  ['a contest', { contest: { tokens: 1 } }],
])('a budget in %s ends what would come after, and says so', async (_name, budgets) => {
  const poor = await startModelApp(server, { budgets });
  const ada = await poor.player('limited-once');
  expect(await poor.ask(ada)).toMatchObject({ state: 'complete' });
  const before = server.calls.length;
  const refused = await poor.ask(ada, { job_id: 'calm-cedar-climbs-2' });
  expect(refused).toMatchObject({ state: 'fail', fault: 'budget', message: expect.stringMatching(/budget.*used up/) });
  expect(server.calls.length).toBe(before);
  expect((await poor.generations()).map(({ state, tries }) => [state, tries])).toEqual([
    ['complete', 2],
    ['fail', 0],
  ]);
  await poor.close();
});

test('a provider has its limit of calls in flight, whether models name its address or leave it to the provider', async () => {
  const busy = await startModelApp(server, { generations: { in_flight_max: 1, timeout_ms: 60_000 } });
  const unplaced = { name: 'unplaced', key: 'good', supports_json: true, supports_schema: false };
  expect(await busy.client.send('POST', '/api/llmmodel', unplaced)).toMatchObject({ status: 200 });
  const before = server.calls.length;
  const [ada, bix] = [await busy.player('silent'), await busy.player('unplaced')];
  const first = busy.ask(ada, { timeout_ms: 60_000 });
  await expect.poll(() => server.calls.length).toBe(before + 1);
  const second = busy.ask(bix, { timeout_ms: 60_000 });
  await expect.poll(() => busy.generations('?model=unplaced')).toHaveLength(1);
  expect(server.calls.slice(before).map(({ model }) => model)).toEqual(['silent']);
  const [holding] = await busy.generations('?model=silent');
  await busy.client.send('POST', `/api/generatejob/${holding?.id}/cancel`);
  expect(await first).toMatchObject({ state: 'fail' });
  expect(await second).toMatchObject({ state: 'complete' });
  await busy.close();
});
