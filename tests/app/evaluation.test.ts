/** Evaluation against a server that speaks the OpenAI protocol: requests of a played contest, several models, scores, marks, rows, reports. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { captureTheFlag } from '../../src/agents/games/games.ts';
import { ArenaError } from '../../src/protocol/errors.ts';
import {
  type EvaluationDocument,
  type EvaluationReport,
  evaluationReportSchema,
  evaluationSchema,
} from '../../src/protocol/evaluation.ts';
import { requestSchema } from '../../src/protocol/messages.ts';
import { type ModelServer, startModelServer } from '../support/model-server.ts';
import { type RunningApp, startApp } from './running-app.ts';

/** What each model says; the judge model marks what has `walk` in it well. */
const sayings: Readonly<Record<string, string>> = {
  legal: '{"action": "wait", "target": null, "narration": "I wait.", "memories": ""}',
  illegal: '{"action": "fly", "target": "9,9", "narration": "I fly!", "memories": ""}',
  misshapen: '{"deed": "wait"}',
  prose: 'I would rather look at the flowers.',
  talker: 'The meadow lies still.',
};

let server: ModelServer;
let app: RunningApp;
let contestId: string;

beforeAll(async () => {
  server = await startModelServer({
    say: ({ model, prompt }) =>
      model === 'marker'
        ? `<think>hm</think>{"mark": ${prompt.includes('"wait"') ? 8 : 2}, "reason": "so it seems", "legal": true}`
        : (sayings[model] ?? ''),
  });
  app = await startApp({
    env: { ARENA_LLM_BASE_URL: server.url, ARENA_LLM_MODEL: 'legal', ARENA_ALLOW_HOSTS: '127.0.0.1' },
  });
  const models = [...Object.keys(sayings), 'marker', 'broken'].filter((name) => name !== 'legal');
  await send('POST', '/llmmodel/import', {
    models: models.map((name) => ({ name, prompt_price: 0.001, completion_price: 0.002 })),
    provider: 'openai-compatible',
    base_url: server.url,
  });
  const participants = [
    { name: 'Ada', role: 'player', agent: { model: 'script:runner' } },
    { name: 'Bix', role: 'player', agent: { model: 'script:thief' } },
    { name: 'Jo', role: 'judge', agent: { model: 'script:referee' } },
    { name: 'Al', role: 'announcer', agent: { model: 'script:announcer' } },
    { name: 'Io', role: 'arena', agent: { model: 'script:feature-maker' } },
  ];
  const contest = await app.client.create({
    arena: captureTheFlag.arena,
    participants,
    max_rounds: 2,
    seed: 5,
    start: true,
  });
  contestId = contest.id;
  await app.client.reach(contestId, 'complete');
});
afterAll(() => server.stop());

async function send(method: string, path: string, body?: unknown, status = 200, at = app) {
  const answer = await at.client.send(method, `/api${path}`, body);
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status });
  return answer.body as Record<string, unknown> & { id: string };
}

/** Asks until the run has ended: each answer waits for a generation. */
async function ended(run: string, at = app): Promise<EvaluationReport> {
  for (;;) {
    const report = evaluationReportSchema.parse(await send('GET', `/evaluation/${run}/report`, undefined, 200, at));
    if (report.state === 'complete') return report;
    const open = (await rowsOf(run, at)).find(
      ({ ended_at, generation_id }) => ended_at === null && generation_id !== null,
    );
    if (open)
      await send(
        'GET',
        `/generatejob/${open.judge_generation_id ?? open.generation_id}?wait_ms=1000`,
        undefined,
        200,
        at,
      );
  }
}

async function rowsOf(run: string, at = app): Promise<EvaluationDocument[]> {
  return evaluationSchema.array().parse(await send('GET', `/evaluation?run=${run}`, undefined, 200, at));
}

async function evaluate(input: object): Promise<{ report: EvaluationReport; rows: EvaluationDocument[] }> {
  const { run } = evaluationReportSchema.parse(await send('POST', '/evaluation', { contest_id: contestId, ...input }));
  const report = await ended(run);
  return { report, rows: await rowsOf(run) };
}

describe('a run', () => {
  it('puts the requests of a contest to every model, and scores each answer', async () => {
    const { report, rows } = await evaluate({
      prompt_types: ['player_player_action'],
      models: ['legal', 'illegal', 'misshapen', 'prose'],
    });
    // Two players in each of two rounds.
    expect(rows).toHaveLength(16);
    const scores = (model: string) =>
      rows
        .filter((row) => row.model === model)
        .map(({ readable, shaped, legal, reason }) => ({ readable, shaped, legal, reason }));
    for (const score of scores('legal'))
      expect(score).toEqual({ readable: true, shaped: true, legal: true, reason: null });
    for (const score of scores('illegal'))
      expect(score).toEqual({ readable: true, shaped: true, legal: false, reason: expect.stringContaining('fly') });
    for (const score of scores('misshapen'))
      expect(score).toEqual({ readable: true, shaped: false, legal: null, reason: expect.stringContaining('action') });
    for (const score of scores('prose'))
      expect(score).toEqual({
        readable: false,
        shaped: false,
        legal: null,
        reason: expect.stringContaining('no JSON'),
      });
    expect(report).toMatchObject({ state: 'complete', judge_model: null });
    expect(
      report.models.map(({ model, answers, readable, shaped, legal }) => [model, answers, readable, shaped, legal]),
    ).toEqual([
      ['legal', 4, 1, 1, 1],
      ['illegal', 4, 1, 1, 0],
      ['misshapen', 4, 1, 0, null],
      ['prose', 4, 0, 0, null],
    ]);
    for (const row of rows) {
      expect(row).toMatchObject({
        contest_id: contestId,
        prompt_type: 'player_player_action',
        template: 'player.base.player_action',
        state: 'complete',
        answer: sayings[row.model],
        mark: null,
        latency_ms: expect.any(Number),
      });
      const generation = await send('GET', `/generatejob/${row.generation_id}`);
      expect(generation).toMatchObject({ model: row.model, generated: row.answer, job_id: null, state: 'complete' });
    }
    // What is charged follows from the prices of the table; the default model has none.
    expect(report.models.find(({ model }) => model === 'illegal')?.cost_usd).toBeGreaterThan(0);
    expect(report.models.find(({ model }) => model === 'legal')?.cost_usd).toBeNull();
  });

  it('asks each model with the same prompt, that of the seat in that round', async () => {
    const before = server.calls.length;
    const { rows } = await evaluate({
      prompt_types: ['player_player_action'],
      rounds: [1],
      models: ['illegal', 'prose'],
    });
    expect(rows.map(({ round_no }) => round_no)).toEqual([1, 1, 1, 1]);
    const calls = server.calls.slice(before);
    const prompts = Map.groupBy(calls, ({ prompt }) => prompt);
    expect([...prompts.values()].map((same) => same.map(({ model }) => model).sort())).toEqual([
      ['illegal', 'prose'],
      ['illegal', 'prose'],
    ]);
    for (const [prompt] of prompts) expect(prompt).toContain('This is round 1.');
  });

  it('has a judge model mark what can be read, with its reason, and pays for nothing else', async () => {
    const before = server.calls.length;
    const { report, rows } = await evaluate({
      prompt_types: ['player_player_action'],
      rounds: [0],
      models: ['prose', 'illegal', 'legal'],
      judge_model: 'marker',
    });
    const marks = (model: string) => rows.filter((row) => row.model === model).map(({ mark, legal }) => [mark, legal]);
    expect(marks('legal')).toEqual([
      [8, true],
      [8, true],
    ]);
    // The referee's word stands, whatever the judge model says.
    expect(marks('illegal')).toEqual([
      [2, false],
      [2, false],
    ]);
    expect(marks('prose')).toEqual([
      [0, null],
      [0, null],
    ]);
    expect(rows.find(({ model }) => model === 'legal')?.reason).toBe('so it seems');
    expect(rows.find(({ model }) => model === 'illegal')?.reason).toMatch(/fly[\s\S]*so it seems/);
    expect(report.models.map(({ model, mark }) => [model, mark])).toEqual([
      ['legal', 8],
      ['illegal', 2],
      ['prose', 0],
    ]);
    const judged = server.calls.slice(before).filter(({ model }) => model === 'marker');
    expect(judged).toHaveLength(4);
    for (const { prompt } of judged) {
      expect(prompt).toContain('# Capture the Flag at Miller’s Ford');
      expect(prompt).toMatch(/referee has found the answer (legal|illegal)/);
    }
  });

  it('scores texts of announcers, and rulings by those of the referee', async () => {
    const { rows } = await evaluate({
      prompt_types: [
        'announcer_describe_results',
        'judge_player_action_judgement',
        'judge_apply_effects',
        'arena_generate_features',
      ],
      models: [
        'talker',
        'TEST:{"result": "refused: no", "reason": "no"}',
        'TEST:{"players": [{"id": "x-y-z", "position": "99,1"}]}',
        'TEST:[{"name": "Stone", "position": "1,1"}]',
      ],
    });
    const of = (type: string, start: string) =>
      rows.filter(({ prompt_type, model }) => prompt_type === type && model.startsWith(start));
    for (const row of of('announcer_describe_results', 'talker'))
      expect(row).toMatchObject({ readable: true, shaped: true, legal: null });
    // All that these scripted players do is legal.
    for (const row of of('judge_player_action_judgement', 'TEST:{"result"'))
      expect(row).toMatchObject({ shaped: true, legal: false, reason: 'it refuses what the rules allow' });
    for (const row of of('judge_apply_effects', 'TEST:{"players"')) {
      expect(row).toMatchObject({ shaped: true, legal: false });
      expect(row.reason).toMatch(/no player x-y-z[\s\S]*off the grid/);
    }
    for (const row of of('arena_generate_features', 'TEST:[')) expect(row).toMatchObject({ shaped: true, legal: true });
    expect(new Set(rows.map(({ prompt_type }) => prompt_type)).size).toBe(4);
  });

  it('says which answers there are none of, and why', async () => {
    const { report, rows } = await evaluate({
      prompt_types: ['player_player_action'],
      rounds: [0],
      models: ['broken'],
    });
    expect(report.models).toMatchObject([{ model: 'broken', ended: 2, failed: 2, readable: null, mark: null }]);
    for (const row of rows)
      expect(row).toMatchObject({ state: 'fail', answer: null, message: expect.stringMatching(/500/) });
  });

  it('takes requests that are given, and the prompts of a strategy', async () => {
    const job = (await app.client.jobs(contestId)).find(({ prompt_type }) => prompt_type === 'player_player_action');
    const request = await send('GET', `/job/${job?.job_id}/request`);
    const { id: strategy_id } = await send('POST', '/strategy', {
      name: 'Short',
      role: 'player',
      prompts: [{ key: 'player_player_action', prompt: 'You are at {{ me.position }}. Go.' }],
    });
    const { rows } = await evaluate({ contest_id: undefined, requests: [request], models: ['legal'], strategy_id });
    expect(rows).toMatchObject([
      { template: `strategy:${strategy_id}/player_player_action`, job_id: job?.job_id, legal: true },
    ]);
    expect(server.calls.at(-1)?.prompt).toMatch(/^You are at \d,\d\. Go\.$/);
  });

  it('ends also with a request that the referee can make nothing of', async () => {
    const job = (await app.client.jobs(contestId)).find(
      ({ prompt_type }) => prompt_type === 'judge_player_action_judgement',
    );
    const request = requestSchema.parse(await send('GET', `/job/${job?.job_id}/request`));
    const { id: strategy_id } = await send('POST', '/strategy', {
      name: 'Blind',
      role: 'judge',
      prompts: [{ key: 'judge_player_action_judgement', prompt: 'Rule.' }],
    });
    const withoutPlayer = { ...request, data: { ...request.data, player: null } };
    const models = ['TEST:{"result": "accepted"}'];
    const { report, rows } = await evaluate({ contest_id: undefined, requests: [withoutPlayer], models, strategy_id });
    expect(report.models).toMatchObject([{ ended: 1, failed: 1 }]);
    expect(rows).toMatchObject([{ state: 'fail', message: expect.stringContaining('cannot be scored') }]);
  });

  it('can be listed by model, prompt type and contest, and shown to people', async () => {
    const { report } = await evaluate({
      prompt_types: ['player_player_action'],
      rounds: [0],
      models: ['legal', 'illegal'],
    });
    const list = (query: string) =>
      send('GET', `/evaluation?run=${report.run}&${query}`) as unknown as Promise<EvaluationDocument[]>;
    expect(await list('model=legal')).toHaveLength(2);
    expect(await list('prompt_type=judge_apply_effects')).toHaveLength(0);
    expect(await list(`contest_id=${contestId}&limit=3`)).toHaveLength(3);
    const { body } = await app.client.send('GET', `/api/evaluation/${report.run}.md`);
    expect(body).toMatch(/\| legal \| 2 \| 0 \| 100 % \| 100 % \| 100 % \| – \|/);
  });

  it.each([
    ['a model that is not there', { models: ['none such'] }, /models\[0\]/],
    ['a judge that is not there', { models: ['legal'], judge_model: 'none such' }, /judge_model/],
    ['a contest and requests', { models: ['legal'], requests: [] }, /requests/],
    ['neither', { models: ['legal'], contest_id: undefined }, /contest_id/],
    ['a round that was not played', { models: ['legal'], rounds: [99] }, /contest_id/],
    ['a strategy that is not there', { models: ['legal'], strategy_id: 'no-such-strategy' }, /strategy_id/],
    ['no model', { models: [] }, /models/],
  ])('is refused for %s', async (_what, input, path) => {
    const problem = await send('POST', '/evaluation', { contest_id: contestId, ...input }, 422);
    expect(JSON.stringify(problem.errors)).toMatch(path);
  });

  it('is nothing for a contest that is not there', async () => {
    await send('POST', '/evaluation', { contest_id: 'no-such-contest', models: ['legal'] }, 404);
    await send('GET', '/evaluation/no-such-run/report', undefined, 404);
  });

  it('is deleted once it has ended, with its rows, and made once under an id', async () => {
    const run = 'one-given-run';
    await evaluate({ run, rounds: [0], prompt_types: ['player_player_action'], models: ['legal'] });
    await send('POST', '/evaluation', { run, contest_id: contestId, models: ['legal'] }, 409);
    await send('DELETE', `/evaluation/${run}`);
    expect(await rowsOf(run)).toEqual([]);
    await send('GET', `/evaluation/${run}/report`, undefined, 404);
  });
});

describe('a run that is cut off', () => {
  it('can be given up: what the model says afterwards is not taken', async () => {
    const slow = await startModelServer({ slowMs: 60_000 });
    onTestFinished(() => slow.stop());
    await send('POST', '/llmmodel', {
      name: 'slow',
      key: 'slow',
      base_url: slow.url,
      supports_json: false,
      supports_schema: false,
    });
    const { run } = evaluationReportSchema.parse(
      await send('POST', '/evaluation', {
        contest_id: contestId,
        rounds: [0],
        prompt_types: ['player_player_action'],
        models: ['slow'],
      }),
    );
    await slow.called(1);
    await send('DELETE', `/evaluation/${run}`, undefined, 409);
    expect(await send('POST', `/evaluation/${run}/cancel`)).toMatchObject({
      state: 'complete',
      models: [{ failed: 2 }],
    });
    slow.hurry();
    for (const { generation_id } of await rowsOf(run))
      if (generation_id) await send('GET', `/generatejob/${generation_id}?wait_ms=10000`);
    for (const row of await rowsOf(run)) expect(row).toMatchObject({ state: 'cancelled', answer: null });
  });

  it('goes on where it was when the arena starts again, without asking twice', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'arena-evaluation-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const slow = await startModelServer({ slowMs: 60_000 });
    onTestFinished(() => slow.stop());
    const options = {
      databaseUrl: `sqlite:${join(folder, 'arena.db')}`,
      env: { ARENA_LLM_BASE_URL: slow.url, ARENA_LLM_MODEL: 'slow' },
    };
    const job = (await app.client.jobs(contestId)).find(({ prompt_type }) => prompt_type === 'player_player_action');
    const request = await send('GET', `/job/${job?.job_id}/request`);
    const first = await startApp(options);
    const { run } = evaluationReportSchema.parse(
      await send('POST', '/evaluation', { requests: [request], models: ['slow'] }, 200, first),
    );
    await slow.called(1);
    const [before] = await rowsOf(run, first);
    await first.close();
    slow.hurry();
    const again = await startApp(options);
    await ended(run, again);
    const [after] = await rowsOf(run, again);
    expect(after).toMatchObject({ id: before?.id, state: 'complete', readable: true });
    const generations = await send('GET', '/generatejob', undefined, 200, again);
    expect(generations).toMatchObject([{ id: after?.generation_id, state: 'complete' }]);
  });
});

describe('a contest with a model exchanged', () => {
  it('is the same but for that seat, and can be compared', async () => {
    const { participants } = await app.client.get(contestId);
    const [ada, bix] = participants;
    const { id } = await send('POST', '/evaluation/exchange', {
      contest_id: contestId,
      participant_id: bix?.id,
      model: 'legal',
    });
    const copy = await app.client.reach(id, 'complete');
    const original = await app.client.get(contestId);
    expect(copy).toMatchObject({
      seed: original.seed,
      max_rounds: original.max_rounds,
      arena: { id: original.arena.id },
    });
    expect(copy.participants.map(({ name }) => name)).toEqual(original.participants.map(({ name }) => name));
    expect(copy.participants[0]?.id).toBe(ada?.id);
    expect(copy.participants[1]?.id).not.toBe(bix?.id);
    for (const round of copy.rounds)
      expect(round.players[1]).toMatchObject({ name: 'Bix', action: { action: 'wait' } });
  });

  it.each([
    ['a seat that it does not have', { participant_id: 'no-such-seat' }, 422],
    ['a contest that is not there', { contest_id: 'no-such-contest' }, 404],
  ])('is refused for %s', async (_what, change, status) => {
    const [ada] = (await app.client.get(contestId)).participants;
    await send(
      'POST',
      '/evaluation/exchange',
      { contest_id: contestId, participant_id: ada?.id, model: 'legal', ...change },
      status,
    );
  });

  it('leaves nobody behind when the copy cannot be made', async () => {
    const [ada] = (await app.client.get(contestId)).participants;
    const cast = async () => [await send('GET', '/participant?limit=1000'), await send('GET', '/agent?limit=1000')];
    const before = await cast();
    const clone = vi.spyOn(app.arena.contests, 'clone').mockImplementationOnce(async () => {
      expect(await cast()).not.toEqual(before);
      throw new ArenaError({ code: 'unavailable', message: 'the disk is full' });
    });
    await send('POST', '/evaluation/exchange', { contest_id: contestId, participant_id: ada?.id, model: 'legal' }, 503);
    expect(clone).toHaveBeenCalledOnce();
    expect(await cast()).toEqual(before);
  });

  it('may be a clone with any other participant of the role', async () => {
    const { participants } = await app.client.get(contestId);
    const [ada, , judge] = participants;
    const { id: eve } = await send('POST', '/participant', {
      name: 'Eve',
      role: 'player',
      agent: { model: 'script:runner' },
    });
    const copy = await send('POST', `/contest/${contestId}/clone`, { participants: { [String(ada?.id)]: eve } });
    expect(copy).toMatchObject({ state: 'created', participants: [{ id: eve, name: 'Eve' }, {}, {}, {}, {}] });
    const wrong = await send(
      'POST',
      `/contest/${contestId}/clone`,
      { participants: { [String(judge?.id)]: eve } },
      422,
    );
    expect(wrong.errors).toMatchObject([
      { path: `participants.${judge?.id}`, message: expect.stringContaining('judge') },
    ]);
  });
});
