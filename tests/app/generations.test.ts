/** Generations of one host: found again, paid for once, given up, repeated, told of; and no key in any of it. */
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLocalBus } from '../../src/bridge/bus-local.ts';
import { generateJobSchema } from '../../src/protocol/generate-jobs.ts';
import { freshDatabase } from '../support/arena-process.ts';
import { memoryLog, realClock } from '../support/clock.ts';
import { smallContest } from '../support/contest-input.ts';
import { type ModelServer, startModelServer } from '../support/model-server.ts';
import { type ModelApp, modelKey, startModelApp } from './model-app.ts';

let server: ModelServer;
let app: ModelApp;
const heard: { subject: string; body: string }[] = [];
beforeAll(async () => {
  server = await startModelServer({ slowMs: 1_500 });
  const bus = createLocalBus({ clock: realClock, log: memoryLog() });
  const listener = await bus.connect({ name: 'listener' });
  for (const pattern of ['actor.>', 'sys.>', 'arena.>'])
    listener.subscribe(pattern, ({ subject, data }) => {
      heard.push({ subject, body: new TextDecoder().decode(data) });
    });
  app = await startModelApp(server, {}, { bus });
});
afterAll(() => server.stop());

const callsOf = (model: string) => server.calls.filter((call) => call.model === model).length;

describe('the same request', () => {
  test('is one generation, also while the first is at work', async () => {
    const ada = await app.player('slow');
    const before = callsOf('slow');
    const answers = await Promise.all([app.ask(ada), app.ask(ada)]);
    expect(answers[0]).toMatchObject({ state: 'complete', usage: { model: 'slow', cost_usd: expect.any(Number) } });
    expect(answers[1]).toEqual(answers[0]);
    expect(await app.ask(ada)).toEqual(answers[0]);
    expect(callsOf('slow') - before).toBe(1);
  });

  test('with a raised attempt is a new one, which is told what was wrong', async () => {
    const ada = await app.player('good');
    await app.ask(ada);
    await app.ask(ada, { attempt: 2, message: 'nobody can fly here' });
    const generations = await app.generations(`?participant_id=${ada}`);
    expect(generations.map(({ attempt, state }) => [attempt, state])).toEqual([
      [1, 'complete'],
      [2, 'complete'],
    ]);
    expect(generations[0]?.prompt).not.toContain('nobody can fly here');
    expect(generations[1]?.prompt).toContain('nobody can fly here');
  });

  test('is answered from the record after the host was started again, and what was at work is asked again', async () => {
    const databaseUrl = await freshDatabase();
    const first = await startModelApp(server, {}, { databaseUrl });
    const ada = await first.player('good');
    const bix = await first.player('slow');
    const answer = await first.ask(ada);
    expect(await first.ask(bix, { timeout_ms: 300 })).toMatchObject({ state: 'pending', delay: expect.any(Number) });
    const [good, slow] = [callsOf('good'), callsOf('slow')];
    await first.close();

    const second = await startModelApp(server, {}, { databaseUrl });
    expect(await second.ask(ada)).toEqual(answer);
    expect(await second.ask(bix)).toMatchObject({ state: 'complete' });
    expect([callsOf('good') - good, callsOf('slow') - slow]).toEqual([0, 1]);
    await second.close();
  });
});

test('a model that takes longer than there is time for has the arena wait, and each prompt is asked once', async () => {
  const model = (name: string) => ({ agent: { model: name } });
  const participants = [
    { name: 'Slow', role: 'player', ...model('slow') },
    { name: 'Jo', role: 'judge', ...model('good') },
    { name: 'Al', role: 'announcer', ...model('good') },
  ];
  const arena = { ...(smallContest() as { arena: object }).arena, max_random_features: 0 };
  const settings = { arena, participants, response_timeout_ms: 1_200, health_timeout_ms: 5_000, max_rounds: 6 };
  const contest = await app.client.reach((await app.client.create(smallContest(settings))).id, 'complete');
  const slow = contest.participants[0];
  expect(contest.winner_id).toBe(slow?.id);
  expect(contest.rounds.flatMap(({ players }) => players.flatMap(({ faults }) => faults))).toEqual([]);
  const generations = await app.generations(`?contest_id=${contest.id}&participant_id=${slow?.id}`);
  expect(generations.map(({ state, tries }) => [state, tries])).toEqual(contest.rounds.map(() => ['complete', 1]));
  const entries = await app.client.entries(contest.id);
  expect(entries.filter(({ events }) => events.some(({ type }) => type === 'pended')).length).toBeGreaterThan(0);
});

describe('a call that nobody wants any more is given up', () => {
  const seats = (model: string) => [
    { name: 'Mute', role: 'player', agent: { model } },
    { name: 'Jo', role: 'judge', agent: { model: 'good' } },
    { name: 'Al', role: 'announcer', agent: { model: 'good' } },
  ];

  /** A contest whose player is being waited for, and that player's generation. */
  async function waited(settings: object) {
    const arena = { ...(smallContest() as { arena: object }).arena, max_random_features: 0 };
    const before = callsOf('silent');
    const { id } = await app.client.create(smallContest({ arena, participants: seats('silent'), ...settings }));
    await expect.poll(() => callsOf('silent')).toBe(before + 1);
    return { id, generations: () => app.generations(`?contest_id=${id}&model=silent`) };
  }

  test('when its contest is cancelled', async () => {
    const { id, generations } = await waited({});
    await expect.poll(() => server.open()).toBe(1);
    await app.client.act(id, 'cancel');
    await expect.poll(() => server.open()).toBe(0);
    const job_id = (await generations())[0]?.job_id;
    expect(await generations()).toMatchObject([
      { state: 'cancelled', tries: 1, faults: [], message: 'its job is cancelled', job_id },
    ]);
  });

  test('when its job has failed, or come to a later attempt', async () => {
    const { generations } = await waited({ max_rounds: 1 });
    await expect.poll(() => server.open()).toBe(1);
    const job_id = (await generations())[0]?.job_id;
    // Somebody else says so in the place of the one who was asked: it is not asked again.
    const refused = { state: 'fail', fault: 'budget', message: 'there is nothing left to spend' };
    expect(await app.client.send('POST', `/api/job/${job_id}/response`, refused)).toMatchObject({ status: 200 });
    await expect.poll(() => server.open()).toBe(0);
    await expect.poll(generations).toMatchObject([{ state: 'cancelled', message: 'its job is fail' }]);

    const ada = await app.player('silent');
    const asked = { job_id: 'calm-cedar-climbs-9', timeout_ms: 60_000 };
    const first = app.ask(ada, asked);
    await expect.poll(() => server.open()).toBe(1);
    expect(await app.ask(ada, { ...asked, model: 'good', attempt: 2 })).toMatchObject({ state: 'complete' });
    expect(await first).toMatchObject({ state: 'pending' });
    await expect.poll(() => server.open()).toBe(0);
    await expect
      .poll(() => app.generations(`?participant_id=${ada}`))
      .toMatchObject([{ state: 'cancelled', message: 'its job has come to attempt 2' }, { state: 'complete' }]);
  });
});

describe('a model', () => {
  test('that is unknown or switched off is named, in answers and in the health of its agent', async () => {
    const ada = await app.player('gpt-nobody-knows');
    expect(await app.ask(ada)).toMatchObject({ state: 'fail', message: expect.stringContaining('"gpt-nobody-knows"') });
    expect((await app.client.send('GET', `/api/agent/${ada}/health`)).body).toMatchObject({ state: 'fail' });

    const bix = await app.player('busy-once');
    expect((await app.client.send('GET', `/api/agent/${bix}/health`)).body).toMatchObject({ data: { state: 'OK' } });
    const [model] = (await app.client.send('GET', '/api/llmmodel?name=busy-once')).body as { id: string }[];
    await app.client.send('PATCH', `/api/llmmodel/${model?.id}`, { active: false });
    expect((await app.client.send('GET', `/api/agent/${bix}/health`)).body).toMatchObject({
      state: 'fail',
      message: expect.stringContaining('switched off'),
    });
    expect(await app.ask(bix)).toMatchObject({ state: 'fail', message: expect.stringContaining('switched off') });
  });

  test('at an address that may not be called is called by nobody, and says where it can be allowed', async () => {
    const local = { name: 'local', key: 'good', base_url: 'http://127.0.0.1:9/v1', supports_json: true };
    await app.client.send('POST', '/api/llmmodel', { ...local, supports_schema: false });
    const ada = await app.player('local');
    const told = expect.stringMatching(/provider of the model "local" is not called: .*ARENA_ALLOW_HOSTS/);
    expect(await app.ask(ada)).toMatchObject({ state: 'fail', fault: 'provider', message: told });
    expect(await app.generations(`?participant_id=${ada}`)).toMatchObject([
      { tries: 1, faults: [{ kind: 'refused', whose: 'arena' }] },
    ]);
  });

  test('is the default one where agent and strategy name none, and the one that a request names before all', async () => {
    const ada = await app.player(null);
    expect(await app.ask(ada)).toMatchObject({ usage: { model: 'good' } });
    expect(await app.ask(ada, { attempt: 2, model: 'garbled-once' })).toMatchObject({
      usage: { model: 'garbled-once' },
    });
  });
});

test('a generation is repeated with another model or prompt, outside of its job', async () => {
  const ada = await app.player('good');
  await app.ask(ada, { job_id: 'calm-cedar-climbs-7' });
  const [original] = await app.generations(`?participant_id=${ada}`);
  const repeat = { original_id: original?.id, model: 'refusing', prompt: 'Say "action".' };
  const begun = generateJobSchema.parse((await app.client.send('POST', '/api/generatejob/repeat', repeat)).body);
  const ended = await app.client.send('GET', `/api/generatejob/${begun.id}?wait_ms=10000`);
  expect(ended.body).toMatchObject({
    original_id: original?.id,
    model: 'refusing',
    prompt: 'Say "action".',
    job_id: null,
    state: 'fail',
    tries: 2,
    generated: expect.stringContaining('sorry'),
  });
  expect((await app.client.send('POST', '/api/generatejob/repeat', { ...repeat, model: 'nobody' })).status).toBe(422);
  const unknown = { original_id: 'nobody-was-here-1' };
  expect((await app.client.send('POST', '/api/generatejob/repeat', unknown)).status).toBe(404);
});

test('generations are listed among the jobs where they are asked for, each below the job that it answers', async () => {
  const [ada, bix] = [await app.player('good'), await app.player('refusing')];
  const [job, other] = ['calm-cedar-climbs-31', 'calm-cedar-climbs-32'];
  await app.ask(ada, { job_id: job });
  await app.ask(bix, { job_id: other });
  const listed = async (query: string) => (await app.client.send('GET', `/api/job?type=generate&${query}`)).body;
  const [generation] = await app.generations(`?job_id=${job}`);
  // Nobody knows the price of this model.
  const { cost_usd: _unknown, ...used } = generation?.usage ?? { cost_usd: null };
  expect(used).toMatchObject({ model: 'good', output_tokens: 22 });
  expect(await listed(`parent_id=${job}`)).toEqual([
    {
      ...{ job_id: generation?.id, type: 'generate', state: 'complete', parent_id: job, attempts: 1, message: '' },
      ...{ contest_id: 'bold-lynx-waits-1', participant_id: ada, prompt_type: 'player_player_action' },
      ...{ method: null, url: null, channel: null, created_at: generation?.started_at },
      ...{ ended_at: generation?.finished_at, latency_ms: generation?.latency_ms },
      usage: used,
    },
  ]);
  expect(await listed(`parent_id=${other}&state=fail`)).toHaveLength(1);
  for (const state of ['complete', 'pending']) expect(await listed(`parent_id=${other}&state=${state}`)).toEqual([]);
  expect(await listed(`parent_id=${job}&contest_id=another-contest-here-1`)).toEqual([]);
  expect(await listed('limit=1&offset=1&order=newest')).toMatchObject([{ parent_id: job }]);
  expect((await app.client.send('GET', `/api/job?parent_id=${job}`)).body).toEqual([]);
  const shown = await app.client.send('GET', `/api/job/${generation?.id}`);
  expect(shown).toMatchObject({
    status: 404,
    body: { detail: expect.stringContaining(`generatejob ${generation?.id}`) },
  });
});

test('one that has ended can be deleted: it is not shown, still answers who asks the same, and has cost what it has', async () => {
  const thrifty = await startModelApp(server, { budgets: { agent: { tokens: 1 } } });
  const ada = await thrifty.player('good');
  const answer = await thrifty.ask(ada);
  const [{ id } = { id: '' }] = await thrifty.generations();
  expect(await thrifty.client.send('DELETE', `/api/generatejob/${id}`)).toMatchObject({ body: { success: true } });
  expect(await thrifty.generations()).toEqual([]);
  for (const method of ['GET', 'DELETE'])
    expect(await thrifty.client.send(method, `/api/generatejob/${id}`)).toMatchObject({ status: 404 });
  const before = server.calls.length;
  expect(await thrifty.ask(ada)).toEqual(answer);
  expect(await thrifty.ask(ada, { attempt: 2 })).toMatchObject({ message: expect.stringContaining('used up') });
  expect(server.calls.length).toBe(before);
  await thrifty.arena.rebuild();
  expect(await thrifty.generations()).toMatchObject([{ attempt: 2 }]);

  const bix = await thrifty.player('silent');
  const asking = thrifty.ask(bix, { timeout_ms: 60_000 });
  const known = () => thrifty.generations(`?participant_id=${bix}`);
  await expect.poll(known).toMatchObject([{ finished_at: null }]);
  const [open = { id: '' }] = await known();
  expect(await thrifty.client.send('DELETE', `/api/generatejob/${open.id}`)).toMatchObject({ status: 409 });
  const pending = (await thrifty.client.send('GET', '/api/job?type=generate&state=pending')).body;
  expect(pending).toMatchObject([{ job_id: open.id, ended_at: null }]);
  await thrifty.client.send('POST', `/api/generatejob/${open.id}/cancel`);
  expect(await asking).toMatchObject({ state: 'fail' });
  await thrifty.close();
});

test('one that has not ended is listed beside the others, with what is wrong, when its journal is damaged', async () => {
  const databaseUrl = await freshDatabase();
  const first = await startModelApp(server, {}, { databaseUrl });
  await first.ask(await first.player('good'));
  const [original] = await first.generations();
  const repeat = { original_id: original?.id, model: 'silent' };
  for (let times = 0; times < 2; times += 1) await first.client.send('POST', '/api/generatejob/repeat', repeat);
  const [, damaged, sound] = await first.generations();
  expect([damaged, sound]).toMatchObject([{ finished_at: null }, { finished_at: null }]);
  await first.close();
  const database = new DatabaseSync(databaseUrl.replace('sqlite:', ''));
  database.prepare('update entry set at = at + 1 where root = ?').run(`generation/${damaged?.id}`);
  database.close();

  const second = await startModelApp(server, {}, { databaseUrl });
  const detail = `the journal of generation/${damaged?.id} is damaged at position 1: its hash does not match`;
  const last = { ...damaged, system: null, prompt: '', message: detail };
  expect(await second.generations()).toEqual([original, last, sound]);
  const shown = await second.client.send('GET', `/api/generatejob/${damaged?.id}`);
  expect(shown).toMatchObject({ status: 409, body: { detail } });
  const jobs = (await second.client.send('GET', '/api/job?type=generate')).body;
  expect(jobs).toMatchObject([original, damaged, sound].map((one) => ({ job_id: one?.id })));
  await second.close();
});

test('everybody is told when a generation begins and how it ends', async () => {
  const ada = await app.player('denied');
  expect(await app.ask(ada)).toMatchObject({ state: 'fail', message: expect.stringContaining('check the key') });
  const [generation] = await app.generations(`?participant_id=${ada}`);
  const subjects = () => heard.filter(({ body }) => body.includes(generation?.id ?? '?')).map(({ subject }) => subject);
  const llm = `actor.llm.${generation?.id}.calm-cedar-climbs-1`;
  await expect
    .poll(subjects)
    .toEqual(['sys.actor.generatejob.create', `${llm}.request`, 'sys.actor.generatejob.update', `${llm}.fail`]);
});

test('the table made anew from the journal is the same', async () => {
  const before = await app.generations();
  await app.arena.rebuild();
  expect(await app.generations()).toEqual(before);
  expect(before.length).toBeGreaterThan(5);
});

test('the key is shown nowhere, also where the provider has told it', async () => {
  const told = [
    JSON.stringify(await app.generations()),
    JSON.stringify((await app.client.send('GET', '/api/llmmodel')).body),
    JSON.stringify(heard),
  ];
  expect(server.calls.some(({ authorization }) => authorization === `Bearer ${modelKey}`)).toBe(true);
  for (const text of told) {
    expect(text).not.toContain(modelKey);
    expect(text.length).toBeGreaterThan(100);
  }
});
