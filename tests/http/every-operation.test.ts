/** Every operation of the OpenAPI document, asked of a whole arena: each answers as the document says, and refuses as it says. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { catalogueModels } from '../../src/protocol/catalogue.ts';
import type { JobResponse } from '../../src/protocol/jobs.ts';
import { type RunningApp, startApp } from '../app/running-app.ts';
import { type ModelServer, startModelServer } from '../support/model-server.ts';
import { type Answered, type Asked, type DocumentedServer, readDocumented } from './documented-server.ts';

let models: ModelServer;
let app: RunningApp;
let server: DocumentedServer;
/** Operations that have answered with 200. */
const walked = new Set<string>();

beforeAll(async () => {
  models = await startModelServer();
  app = await startApp({
    env: { ARENA_LLM_BASE_URL: models.url, ARENA_LLM_MODEL: 'good', ARENA_ALLOW_HOSTS: '127.0.0.1' },
  });
  server = await readDocumented(app.url);
});
afterAll(() => models.stop());

const identified = z.looseObject({ id: z.string() });
const jobIdentified = z.looseObject({ job_id: z.string() });

/** Asks for what has to be answered with 200. A body is the document's own example, changed by what is given. */
async function good(name: string, asked: Asked = {}): Promise<Answered> {
  const example = server.exampleIn(server.operations.get(name)?.requestBody?.content['application/json']);
  const body = example === undefined ? {} : { body: { ...z.looseObject({}).parse(example), ...asNode(asked.body) } };
  const answer = await server.ask(name, { ...asked, ...body });
  expect(answer.status, `${name}: ${answer.text}`).toBe(200);
  walked.add(name);
  return answer;
}

function asNode(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}

async function made(name: string, body: object, path: Record<string, string> = {}): Promise<string> {
  return identified.parse((await good(name, { body, path })).body).id;
}

async function launched(change: object): Promise<string> {
  const id = await made('post /api/contest', change);
  await app.client.reach(id, 'complete');
  return id;
}

it.each(catalogueModels)('%s: is made by its example, shown, listed, changed and deleted', async (model) => {
  const agentless = { agent: undefined };
  const participant_id = await made('post /api/participant', agentless);
  const strategy_id = await made('post /api/strategy', {});
  const changes = { agent: { participant_id, strategy_id }, participant: agentless };
  const id = await made(`post /api/${model}`, model in changes ? changes[model as keyof typeof changes] : {});
  await good(`get /api/${model}`, { query: { limit: 2 } });
  await good(`get /api/${model}/{id}`, { path: { id } });
  expect((await good(`get /api/${model}/{id}.md`, { path: { id } })).text).toMatch(/^# \S/);
  await good(`patch /api/${model}/{id}`, { path: { id } });
  await good(`delete /api/${model}/{id}`, { path: { id } });
});

describe('contests', () => {
  let id: string;
  let playerId: string;
  beforeAll(async () => {
    id = await launched({ max_rounds: 2 });
    const { participants } = await app.client.get(id);
    playerId = participants.find(({ role }) => role === 'player')?.id ?? '';
  });

  it('are listed, shown and looked into', async () => {
    const path = { id, round_no: 0, participant_id: playerId };
    await good('get /api/contest');
    await good('get /api/contest/overview');
    for (const inside of ['', '.md', '/job', '/events', '/audit', '/snapshot']) {
      await good(`get /api/contest/{id}${inside}`, { path });
    }
    await good('get /api/contest/{id}/state', { path, query: { at: 5 } });
    await good('get /api/contest/{id}/round/{round_no}', { path });
    await good('get /api/contest/{id}/view/{participant_id}', { path });
    for (const format of ['jsonl', 'csv', 'parquet'])
      await good('get /api/contest/{id}/export', { path, query: { format } });
  });

  it('are steered a step at a time', async () => {
    const stepping = await made('post /api/contest', { auto_advance: false, start: false });
    const path = { id: stepping };
    for (const action of ['start', 'pause', 'resume', 'advance'])
      await good(`post /api/contest/{id}/${action}`, { path });
    await good('patch /api/contest/{id}', { path });
    await good('post /api/contest/{id}/verify', { path });
    while ((await app.client.get(stepping)).rounds[0]?.state !== 'awaiting_actions')
      await app.client.act(stepping, 'advance');
    const asked = { ...path, prompt_type: 'player_player_action' };
    const { participants } = await app.client.get(stepping);
    await good('post /api/contest/{id}/prompt/{prompt_type}/{participant_id}', {
      path: { ...asked, participant_id: participants[0]?.id ?? '' },
    });
    await good('post /api/contest/{id}/prompt/{prompt_type}', { path: { id, prompt_type: 'judge_apply_effects' } });
    await good('post /api/contest/{id}/round/{round_no}/restart', { path: { ...path, round_no: 0 } });
    await good('post /api/contest/{id}/cancel', { path, headers: { 'idempotency-key': 'once' } });
    await good('delete /api/contest/{id}', { path });
  });

  it('go on where they failed', async () => {
    const nobody = [{ name: 'Nobody', role: 'player', endpoint: 'channel://nobody.listens.here' }];
    const others = (await app.client.get(id)).participants.filter(({ role }) => role !== 'player');
    const failing = await made('post /api/contest', {
      participants: nobody,
      participant_ids: others.map((seat) => seat.id),
      health_timeout_ms: 50,
    });
    await app.client.reach(failing, 'fail');
    await good('post /api/contest/{id}/retry', { path: { id: failing } });
  });

  it('are copied, forked and carried', async () => {
    const path = { id };
    const bix = await made('post /api/participant', {});
    const participants = { [playerId]: bix };
    await good('post /api/contest/{id}/clone', { path, body: { participants } });
    await good('post /api/contest/{id}/fork', { path, body: { overrides: { seed: 43, participants } } });
    const { body } = await good('get /api/contest/{id}/snapshot', { path });
    await good('post /api/contest/restore', { body: asNode(body), query: { as_new: 'true' } });
  });

  it('have their models exchanged and compared', async () => {
    await good('post /api/evaluation/exchange', {
      body: { contest_id: id, participant_id: playerId, model: 'good', start: false },
    });
    const body = { contest_id: id, models: ['good'], rounds: [0], judge_model: 'good' };
    const { run } = z.object({ run: z.string() }).parse((await good('post /api/evaluation', { body })).body);
    const path = { run };
    await good('get /api/evaluation/{run}/report', { path });
    await good('post /api/evaluation/{run}/cancel', { path });
    await good('get /api/evaluation', { query: { run } });
    await good('get /api/evaluation/run');
    await good('get /api/evaluation/{run}.md', { path });
    await expect.poll(async () => (await server.ask('delete /api/evaluation/{run}', { path })).status).toBe(200);
    walked.add('delete /api/evaluation/{run}');
  });
});

describe('jobs', () => {
  const make = async (body: object): Promise<string> =>
    jobIdentified.parse((await server.ask('post /api/job', { body })).body).job_id;

  it('are made by their example, listed and looked into', async () => {
    const { job_id: id } = jobIdentified.parse((await good('post /api/job', { body: { delay: 3_600_000 } })).body);
    const path = { id };
    await good('get /api/job', { query: { state: 'idle', top: 'true' } });
    for (const inside of ['', '.md', '/tree', '/history']) await good(`get /api/job/{id}${inside}`, { path });
    await good('post /api/job/{id}/cancel', { path });
    await good('post /api/job/{id}/retry', { path });
    await good('post /api/job/{id}/clone', { path });
    await good('delete /api/job/{id}', { path });
  });

  it('are made as a tree', async () => {
    const batch = { method: 'FINAL' };
    await good('post /api/job/batch', { body: { batch, children: [batch, { batch, children: [batch] }] } });
  });

  it('are answered by hand', async () => {
    const waitedFor = await make({ method: 'FINAL', delay: 3_600_000 });
    const id = await make({ method: 'GET', url: `$ARENA$/api/job/${waitedFor}?wait_ms=25000`, timeout_ms: 30_000 });
    const stateOf = async () =>
      z
        .array(z.object({ to: z.string() }))
        .parse((await historyOf(id)).body)
        .at(-1)?.to;
    await expect.poll(stateOf).toBe('request');
    const answer = await good('post /api/job/{id}/response', { path: { id }, body: { job_id: id } });
    expect((answer.body as JobResponse).state).toBe('complete');
  });
  const historyOf = (id: string) => server.ask('get /api/job/{id}/history', { path: { id } });
});

describe('agents and models', () => {
  let participant: string;
  beforeAll(async () => {
    participant = await made('post /api/participant', { agent: { model: 'good' } });
  });

  it('are asked over HTTP', async () => {
    const path = { participant, job: 'some-job-here', prompt_type: 'player_player_action' };
    await good('get /api/agent/{participant}/health', { path });
    const { body } = await good('post /api/agent/{participant}/request', { path });
    expect(body).toMatchObject({ state: 'complete' });
    await good('post /api/agent/{participant}/{job}/{prompt_type}/prompt', { path });
    await good('post /api/participant/{id}/verify', { path: { id: participant } });
  });

  it('leave generations, which can be repeated and given up', async () => {
    const { body } = await good('get /api/generatejob', { query: { participant_id: participant } });
    const [original_id = ''] = z
      .array(identified)
      .parse(body)
      .map(({ id }) => id);
    await good('get /api/generatejob/{id}', { path: { id: original_id } });
    await good('get /api/generatejob/{id}.md', { path: { id: original_id } });
    await good('post /api/llmmodel/import', { body: { base_url: models.url, models: [{ name: 'silent' }] } });
    const id = await made('post /api/generatejob/repeat', { original_id, model: 'silent' });
    await good('post /api/generatejob/{id}/cancel', { path: { id } });
    await good('delete /api/generatejob/{id}', { path: { id } });
    await good('post /api/llmmodel/deactivate');
  });

  it('have what was sent to them shown', async () => {
    const contest = await launched({ max_rounds: 1 });
    const [job] = (await app.client.jobs(contest)).filter(({ type }) => type === 'prompt');
    await good('get /api/job/{id}/request', { path: { id: job?.job_id ?? '' } });
  });
});

it('the system says how it is', async () => {
  for (const path of ['/healthz', '/readyz', '/api/debug/health', '/metrics']) await good(`get ${path}`);
});

it('no operation of the document is left out', () => {
  expect([...server.operations.keys()].filter((name) => !walked.has(name))).toEqual([]);
});

describe('what cannot be done is refused as the document says, by', () => {
  /** What each operation that this can be tried on is asked. */
  const provocations: Readonly<Record<string, { on: RegExp; asked: Asked; refused: readonly number[] }>> = {
    'a body that is not JSON': { on: /^(post|patch|delete)/, asked: { body: '{"a":' }, refused: [400] },
    'a body that is no JSON type': {
      on: /^(post|patch|delete)/,
      asked: { body: 'a=1', headers: { 'content-type': 'text/plain' } },
      refused: [415],
    },
    'a field that there is not': { on: /^(post|patch)/, asked: { body: { nonsense: true } }, refused: [422, 404, 200] },
    'a body that is too large': {
      on: /^(patch|delete|post (?!.*\/(batch|import|restore)$))/,
      asked: { body: JSON.stringify('a'.repeat(2 * 1_048_576)) },
      refused: [413],
    },
    'an id that there is not': { on: /\{(id|run|participant|job)\}/, asked: {}, refused: [404, 422] },
    'a parameter that there is not': { on: /^get/, asked: { query: { limit: 'many' } }, refused: [422, 404, 200] },
  };

  it.each(Object.entries(provocations))('%s', async (_what, { on, asked, refused }) => {
    const names = [...server.operations.keys()].filter((name) => on.test(name));
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) {
      const { status, text } = await server.ask(name, { ...asked, path: unknownPath(name) });
      expect(refused, `${name}: ${status} ${text.slice(0, 200)}`).toContain(status);
    }
  });

  /** Every parameter as it may be, and every id one that there is not. */
  function unknownPath(name: string): Record<string, string> {
    const known: Readonly<Record<string, string>> = { round_no: '0', prompt_type: 'judge_apply_effects' };
    const parameters = server.operations.get(name)?.parameters.filter((one) => one.in === 'path') ?? [];
    return Object.fromEntries(parameters.map((one) => [one.name, known[one.name] ?? 'nobody-knows-this']));
  }
});

describe('the examples', () => {
  it('are there for every body and every good answer, and are what their schemas say', () => {
    /** Bytes of any kind: there is nothing to show. */
    const shapeless = 'application/vnd.apache.parquet';
    for (const [name, { requestBody, responses }] of server.operations) {
      const bodies = Object.entries(requestBody?.content ?? {}).map(([type, media]) => ({ status: null, type, media }));
      const answers = Object.entries(responses).flatMap(([status, { content = {} }]) =>
        Object.entries(content).map(([type, media]) => ({ status, type, media })),
      );
      for (const { status, type, media } of [...bodies, ...answers]) {
        if (type === shapeless) continue;
        const example = server.exampleIn(media);
        expect(example, `${name} ${status ?? 'body'} ${type}`).toBeDefined();
        expect(server.problemWith(example, name, status, type), `${name} ${status ?? 'body'} ${type}`).toBeNull();
      }
    }
  });

  it('name every operation by a name of its own', () => {
    const ids = [...server.operations.values()].map(({ operationId }) => operationId);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });
});
