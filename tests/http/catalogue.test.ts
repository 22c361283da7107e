/** The catalogue and the system routes over HTTP. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, startServer, type TestServer } from './server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const inputs = {
  arena: { name: 'First', width: 3, height: 3, rules: 'None.', winning_condition: 'None.' },
  feature: { name: 'First', position: '1,1' },
  participant: { name: 'First', role: 'player' },
  strategy: { name: 'First', role: 'player', prompts: [{ key: 'player_player_action', prompt: 'Move.' }] },
  agent: { name: 'First', participant_id: 'quiet-otter-sails-00000000' },
  llmmodel: { name: 'First', key: 'first-1', supports_json: true, supports_schema: false },
};

describe.each(Object.entries(inputs))('%s', (model, input) => {
  it('is made, shown, listed, changed and deleted', async () => {
    const api = `${server.url}/api/${model}`;
    const made = await ask('POST', api, input);
    const { id } = made.body as { id: string };
    expect(made).toMatchObject({ status: 200, body: { name: 'First' } });
    expect((await ask('GET', `${api}/${id}/`)).body).toEqual(made.body);
    expect((await ask('PATCH', `${api}/${id}`, { name: 'Better' })).body).toMatchObject({ id, name: 'Better' });
    expect((await ask('GET', `${api}?name=Better&limit=1`)).body).toMatchObject([{ id }]);
    expect((await ask('GET', `${api}?name=First`)).body).toEqual([]);
    expect((await ask('GET', `${api}/${id}.md`)).text).toMatch(`# Better (${model})`);
    expect((await ask('DELETE', `${api}/${id}`)).body).toEqual({ success: true });
    expect((await ask('GET', `${api}/${id}`)).status).toBe(404);
  });
});

it('refuses to delete what is in use, a field that is not known, a filter that is not known', async () => {
  const api = `${server.url}/api/arena`;
  const { body } = await ask('POST', api, { ...inputs.arena, name: 'in use' });
  expect((await ask('DELETE', `${api}/${(body as { id: string }).id}`)).status).toBe(409);
  expect((await ask('POST', api, { ...inputs.arena, secret: 1 })).status).toBe(422);
  expect((await ask('GET', `${api}?secret=1`)).status).toBe(422);
  expect((await ask('GET', `${api}?limit=0`)).status).toBe(422);
});

it('reads filters in the type of their field', async () => {
  const api = `${server.url}/api/llmmodel`;
  await ask('POST', api, { ...inputs.llmmodel, name: 'off', active: false });
  expect((await ask('GET', `${api}?active=false`)).body).toMatchObject([{ name: 'off' }]);
  expect((await ask('GET', `${server.url}/api/arena?width=wide`)).status).toBe(422);
});

it('does not let generate jobs be made over HTTP', async () => {
  expect((await ask('POST', `${server.url}/api/generatejob`, {})).status).toBe(404);
});

it('checks the presence of one participant as a job', async () => {
  const { id } = await server.contests.create({ ...emptyContest });
  expect((await ask('POST', `${server.url}/api/participant/${id}/verify`)).body).toMatchObject({ state: 'pending' });
});

it('says that it is alive and ready, and answers as a health check does', async () => {
  expect((await ask('GET', `${server.url}/healthz`)).body).toEqual({ state: 'OK' });
  expect((await ask('GET', `${server.url}/readyz`)).body).toEqual({ state: 'OK' });
  expect((await ask('GET', `${server.url}/api/debug/health`)).body).toMatchObject({
    state: 'complete',
    data: { name: 'agent-arena', state: 'OK', version: '1.2.3' },
  });
});

it('says what is missing while it is not ready', async () => {
  const health = { ready: () => ({ ok: false, missing: ['the bus', 'contests'] }) };
  const waiting = await startServer({ health });
  const { status, body } = await ask('GET', `${waiting.url}/readyz`);
  await waiting.close();
  expect(status).toBe(503);
  expect(body).toMatchObject({ detail: expect.stringContaining('the bus; contests') });
});

const emptyContest = {
  auto_advance: true,
  max_rounds: 1,
  winning_score: 1,
  response_timeout_ms: 1,
  max_attempts: 1,
  max_faults: 1,
  health_timeout_ms: 1,
  start: false,
};
