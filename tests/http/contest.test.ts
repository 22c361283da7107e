/** Contests over HTTP: every route answers with its document, and tells the port what was asked. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { contestExample } from '../../src/http/examples/inputs.ts';
import { contestDocumentSchema } from '../../src/protocol/contest.ts';
import { ask, startServer, type TestServer } from './server.ts';

let server: TestServer;
let api: string;

beforeAll(async () => {
  server = await startServer();
  api = `${server.url}/api/contest`;
});
afterAll(() => server.close());

async function launch(change: object = {}) {
  const { body } = await ask('POST', api, { ...contestExample, start: false, ...change });
  return contestDocumentSchema.parse(body);
}

describe('launching', () => {
  it('launches and starts a contest with everything inline in one request', async () => {
    const { status, body } = await ask('POST', api, contestExample);
    expect(status).toBe(200);
    expect(body).toMatchObject({ state: 'starting', arena: { name: 'The courtyard' }, max_rounds: 10, seed: 42 });
  });

  it('takes positions and inventories as arrays or as JSON text of them', async () => {
    const { status } = await ask('POST', api, {
      ...contestExample,
      player_positions: '["1,1", "2,2"]',
      player_inventories: [['rope'], []],
    });
    expect(status).toBe(200);
  });

  it('answers with and without a trailing slash', async () => {
    const contest = await launch();
    for (const url of [`${api}/${contest.id}`, `${api}/${contest.id}/`]) {
      expect(await ask('GET', url)).toMatchObject({ status: 200, body: { id: contest.id } });
    }
    expect((await ask('POST', `${api}/`, { ...contestExample })).status).toBe(200);
    expect((await ask('POST', `${api}/${contest.id}/pause/`)).status).toBe(200);
  });
});

describe('listing', () => {
  it('lists contests without their rounds, a page at a time, filtered by state', async () => {
    const contest = await launch();
    await ask('POST', `${api}/${contest.id}/cancel`);
    const { body } = await ask('GET', `${api}?state=cancelled&limit=1`);
    const list = z.array(z.record(z.string(), z.unknown())).parse(body);
    expect(list).toHaveLength(1);
    expect(list[0]).toMatchObject({ state: 'cancelled' });
    expect(list[0]).not.toHaveProperty('rounds');
  });

  it('refuses a filter by a field that is not known', async () => {
    const { status, body } = await ask('GET', `${api}?colour=red`);
    expect(status).toBe(422);
    expect(body).toMatchObject({ errors: [{ path: 'colour', message: 'this field is not known' }] });
  });
});

describe('changing and deleting', () => {
  it('changes the limits of a contest', async () => {
    const contest = await launch();
    const { body } = await ask('PATCH', `${api}/${contest.id}`, { max_rounds: 3 });
    expect(body).toMatchObject({ max_rounds: 3, winning_score: contest.winning_score });
  });

  it('refuses to change anything else, or nothing', async () => {
    const contest = await launch();
    expect((await ask('PATCH', `${api}/${contest.id}`, { seed: 3 })).status).toBe(422);
    expect((await ask('PATCH', `${api}/${contest.id}`, {})).status).toBe(422);
  });

  it('deletes a contest that does not run, and refuses one that does', async () => {
    const contest = await launch();
    await ask('POST', `${api}/${contest.id}/resume`);
    expect((await ask('DELETE', `${api}/${contest.id}`)).status).toBe(409);
    await ask('POST', `${api}/${contest.id}/cancel`);
    expect(await ask('DELETE', `${api}/${contest.id}`)).toMatchObject({ status: 200, body: { success: true } });
    expect((await ask('GET', `${api}/${contest.id}`)).status).toBe(404);
  });
});

describe('actions', () => {
  it.each(['start', 'advance', 'pause', 'resume', 'cancel', 'retry'])(
    'carries out %s without a body',
    async (action) => {
      const contest = await launch();
      const { status, body } = await ask('POST', `${api}/${contest.id}/${action}`);
      expect(status).toBe(200);
      expect(body).toMatchObject({ id: contest.id, position: contest.position + 1, paused: action === 'pause' });
    },
  );

  it.each([
    ['an empty JSON body', '', 'application/json'],
    ['an empty form, as curl -d "" sends it', '', 'application/x-www-form-urlencoded'],
    ['an empty object', '{}', 'application/json'],
  ])('takes %s as no body', async (_what, body, type) => {
    const contest = await launch();
    expect((await ask('POST', `${api}/${contest.id}/pause`, body, { 'content-type': type })).status).toBe(200);
  });

  it('refuses a body that says something', async () => {
    const contest = await launch();
    expect((await ask('POST', `${api}/${contest.id}/pause`, { hard: true })).status).toBe(422);
  });

  it('acts once for one idempotency key', async () => {
    const contest = await launch();
    const headers = { 'idempotency-key': 'pause-once' };
    const first = await ask('POST', `${api}/${contest.id}/pause`, undefined, headers);
    const second = await ask('POST', `${api}/${contest.id}/pause`, undefined, headers);
    expect(second.body).toEqual(first.body);
    expect((await server.contests.entries(contest.id, 0)).map((entry) => entry.events[0]?.type)).toEqual([
      'contest_created',
      'pause_asked',
    ]);
  });

  it('shows a conflict with the state that forbids it', async () => {
    const contest = await launch();
    await ask('POST', `${api}/${contest.id}/cancel`);
    const { status, type, body } = await ask('POST', `${api}/${contest.id}/start`);
    expect(status).toBe(409);
    expect(type).toMatch('application/problem+json');
    expect(body).toMatchObject({ title: 'Conflict', status: 409, detail: expect.stringContaining('cancelled') });
  });

  it('clones a contest as a new one in created', async () => {
    const contest = await launch();
    const { body } = await ask('POST', `${api}/${contest.id}/clone`);
    expect(body).toMatchObject({ state: 'created', seed: contest.seed });
    expect(body).not.toMatchObject({ id: contest.id });
  });

  it('verifies everyone as a pending batch job', async () => {
    const contest = await launch();
    expect((await ask('POST', `${api}/${contest.id}/verify`)).body).toMatchObject({ type: 'batch', state: 'pending' });
  });
});

describe('reading inside', () => {
  it('shows what a seat sees, one round, the jobs, and a past state', async () => {
    const contest = await launch();
    const seat = contest.participants[0];
    expect((await ask('GET', `${api}/${contest.id}/view/${seat?.id}`)).body).toMatchObject({ you: { id: seat?.id } });
    expect((await ask('GET', `${api}/${contest.id}/round/0`)).body).toMatchObject({ round_no: 0 });
    expect((await ask('GET', `${api}/${contest.id}/job`)).body).toEqual([]);
    expect((await ask('GET', `${api}/${contest.id}/state?at=1`)).body).toMatchObject({ position: 1 });
  });

  it('lists the entries above a position', async () => {
    const contest = await launch();
    await ask('POST', `${api}/${contest.id}/pause`);
    expect((await ask('GET', `${api}/${contest.id}/events`)).body).toHaveLength(2);
    expect((await ask('GET', `${api}/${contest.id}/events?after=1`)).body).toMatchObject([{ position: 2 }]);
  });

  it('shows the request that would be sent now, to the first of the role or to the seat that is named', async () => {
    const contest = await launch();
    const [first, second] = contest.participants;
    const url = `${api}/${contest.id}/prompt/player_player_action`;
    expect((await ask('POST', url)).body).toMatchObject({ command: 'player_player_action', participant_id: first?.id });
    expect((await ask('POST', `${url}/${second?.id}`)).body).toMatchObject({ participant_id: second?.id });
  });

  it.each(['round/7', 'round/first', 'view/nobody-sits-here', 'prompt/sing_a_song', 'nothing'])(
    'answers 404 for %s',
    async (path) => {
      const contest = await launch();
      const method = path.startsWith('prompt') ? 'POST' : 'GET';
      expect(await ask(method, `${api}/${contest.id}/${path}`)).toMatchObject({
        status: 404,
        type: expect.stringContaining('application/problem+json'),
      });
    },
  );

  it('shows a contest as Markdown in which text of others stays text', async () => {
    const contest = await launch({ arena: { ...contestExample.arena, name: '# <b>Loud</b> | name' } });
    const { status, type, text } = await ask('GET', `${api}/${contest.id}.md`);
    expect([status, type]).toEqual([200, 'text/markdown; charset=utf-8']);
    expect(text.split('\n')[0]).toBe(`# \\# &lt;b>Loud&lt;/b> | name: contest ${contest.id}`);
    expect(text).toContain('| Ada | 1,1 | fine | 0 |');
  });
});
