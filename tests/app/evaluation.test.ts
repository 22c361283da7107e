/** Runs of an evaluation: the requests of a played contest put to several models, with scores, marks, rows and reports. */
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { EvaluationDocument, EvaluationRun } from '../../src/protocol/evaluation.ts';
import { freshDatabase } from '../support/arena-process.ts';
import { startModelServer } from '../support/model-server.ts';
import { type EvaluationStage, sayings, stageEvaluation } from './evaluation-stage.ts';
import { startApp } from './running-app.ts';

/** What the players did first. */
const firstActions = { prompt_types: ['player_player_action'], rounds: [0] };

let stage: EvaluationStage;
beforeAll(async () => {
  stage = await stageEvaluation();
});

describe('a run', () => {
  it('puts the requests of a contest to every model, and scores each answer', async () => {
    const { report, rows } = await stage.evaluate({
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
        contest_id: stage.contestId,
        prompt_type: 'player_player_action',
        template: 'player.base.player_action',
        state: 'complete',
        answer: sayings[row.model],
        mark: null,
        latency_ms: expect.any(Number),
      });
      const generation = await stage.send('GET', `/generatejob/${row.generation_id}`);
      expect(generation).toMatchObject({ model: row.model, generated: row.answer, job_id: null, state: 'complete' });
    }
    // What is charged follows from the prices of the table; the default model has none.
    expect(report.models.find(({ model }) => model === 'illegal')?.cost_usd).toBeGreaterThan(0);
    expect(report.models.find(({ model }) => model === 'legal')?.cost_usd).toBeNull();
  });

  it('asks each model with the same prompt, that of the seat in that round', async () => {
    const before = stage.server.calls.length;
    const { rows } = await stage.evaluate({
      prompt_types: ['player_player_action'],
      rounds: [1],
      models: ['illegal', 'prose'],
    });
    expect(rows.map(({ round_no }) => round_no)).toEqual([1, 1, 1, 1]);
    const calls = stage.server.calls.slice(before);
    const prompts = Map.groupBy(calls, ({ prompt }) => prompt);
    expect([...prompts.values()].map((same) => same.map(({ model }) => model).sort())).toEqual([
      ['illegal', 'prose'],
      ['illegal', 'prose'],
    ]);
    for (const [prompt] of prompts) expect(prompt).toContain('This is round 1.');
  });

  it('has a judge model mark what can be read, with its reason, and pays for nothing else', async () => {
    const before = stage.server.calls.length;
    const { report, rows } = await stage.evaluate({
      ...firstActions,
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
    const judged = stage.server.calls.slice(before).filter(({ model }) => model === 'marker');
    expect(judged).toHaveLength(4);
    for (const { prompt } of judged) {
      expect(prompt).toContain('# Capture the Flag at Miller’s Ford');
      expect(prompt).toMatch(/referee has found the answer (legal|illegal)/);
    }
  });

  it('scores texts of announcers, and rulings by those of the referee', async () => {
    const { rows } = await stage.evaluate({
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
    const { report, rows } = await stage.evaluate({ ...firstActions, models: ['broken'] });
    expect(report.models).toMatchObject([{ model: 'broken', ended: 2, failed: 2, readable: null, mark: null }]);
    for (const row of rows)
      expect(row).toMatchObject({ state: 'fail', answer: null, message: expect.stringMatching(/500/) });
  });

  it('takes requests that are given, and the prompts of a strategy', async () => {
    const request = await stage.requestOf('player_player_action');
    const { id: strategy_id } = await stage.send('POST', '/strategy', {
      name: 'Short',
      role: 'player',
      prompts: [{ key: 'player_player_action', prompt: 'You are at {{ me.position }}. Go.' }],
    });
    const { rows } = await stage.evaluate({
      contest_id: undefined,
      requests: [request],
      models: ['legal'],
      strategy_id,
    });
    expect(rows).toMatchObject([
      { template: `strategy:${strategy_id}/player_player_action`, job_id: request.job_id, legal: true },
    ]);
    expect(stage.server.calls.at(-1)?.prompt).toMatch(/^You are at \d,\d\. Go\.$/);
  });

  it('ends also with a request that the referee can make nothing of', async () => {
    const request = await stage.requestOf('judge_player_action_judgement');
    const { id: strategy_id } = await stage.send('POST', '/strategy', {
      name: 'Blind',
      role: 'judge',
      prompts: [{ key: 'judge_player_action_judgement', prompt: 'Rule.' }],
    });
    const withoutPlayer = { ...request, data: { ...request.data, player: null } };
    const models = ['TEST:{"result": "accepted"}'];
    const { report, rows } = await stage.evaluate({
      contest_id: undefined,
      requests: [withoutPlayer],
      models,
      strategy_id,
    });
    expect(report.models).toMatchObject([{ ended: 1, failed: 1 }]);
    expect(rows).toMatchObject([{ state: 'fail', message: expect.stringContaining('cannot be scored') }]);
  });

  it('can be listed by model, prompt type and contest, and shown to people', async () => {
    const { report } = await stage.evaluate({ ...firstActions, models: ['legal', 'illegal'] });
    const list = (query: string) =>
      stage.send('GET', `/evaluation?run=${report.run}&${query}`) as unknown as Promise<EvaluationDocument[]>;
    expect(await list('model=legal')).toHaveLength(2);
    expect(await list('prompt_type=judge_apply_effects')).toHaveLength(0);
    expect(await list(`contest_id=${stage.contestId}&limit=3`)).toHaveLength(3);
    const { body } = await stage.app.client.send('GET', `/api/evaluation/${report.run}.md`);
    expect(body).toMatch(/\| legal \| 2 \| 0 \| 100 % \| 100 % \| 100 % \| – \|/);
  });

  it('is one of the runs, which are listed one by one with how far they are', async () => {
    const runs = (query: string) =>
      stage.send('GET', `/evaluation/run?${query}`) as unknown as Promise<EvaluationRun[]>;
    const { report } = await stage.evaluate({ ...firstActions, models: ['legal', 'illegal'], judge_model: 'legal' });
    const { run, created_at } = report;
    const listed = { run, state: 'complete', answers: 4, ended: 4, judge_model: 'legal', created_at };
    expect(await runs('order=newest&limit=1')).toEqual([{ ...listed, contest_id: stage.contestId }]);
    const newest = (await runs('order=newest')).map((one) => one.run);
    expect(new Set(newest).size).toBe(newest.length);
    expect((await runs('')).map((one) => one.run)).toEqual(newest.toReversed());
    expect((await runs('order=newest&offset=1&limit=2')).map((one) => one.run)).toEqual(newest.slice(1, 3));
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
    const problem = await stage.send('POST', '/evaluation', { contest_id: stage.contestId, ...input }, 422);
    expect(JSON.stringify(problem.errors)).toMatch(path);
  });

  it('is nothing for a contest that is not there', async () => {
    await stage.send('POST', '/evaluation', { contest_id: 'no-such-contest', models: ['legal'] }, 404);
    await stage.send('GET', '/evaluation/no-such-run/report', undefined, 404);
  });

  it('is deleted once it has ended, with its rows, and made once under an id', async () => {
    const run = 'one-given-run';
    await stage.evaluate({ run, ...firstActions, models: ['legal'] });
    await stage.send('POST', '/evaluation', { run, contest_id: stage.contestId, models: ['legal'] }, 409);
    await stage.send('DELETE', `/evaluation/${run}`);
    expect(await stage.rowsOf(run)).toEqual([]);
    await stage.send('GET', `/evaluation/${run}/report`, undefined, 404);
  });
});

describe('a run that is cut off', () => {
  it('can be given up: what the model says afterwards is not taken', async () => {
    const slow = await startModelServer({ slowMs: 60_000 });
    onTestFinished(() => slow.stop());
    await stage.send('POST', '/llmmodel', {
      name: 'slow',
      key: 'slow',
      base_url: slow.url,
      supports_json: false,
      supports_schema: false,
    });
    const run = await stage.begin({ contest_id: stage.contestId, ...firstActions, models: ['slow'] });
    await slow.called(1);
    const [running] = (await stage.send('GET', '/evaluation/run?order=newest')) as unknown as EvaluationRun[];
    expect(running).toMatchObject({ run, state: 'running', answers: 2, ended: 0 });
    await stage.send('DELETE', `/evaluation/${run}`, undefined, 409);
    expect(await stage.send('POST', `/evaluation/${run}/cancel`)).toMatchObject({
      state: 'complete',
      models: [{ failed: 2 }],
    });
    slow.hurry();
    for (const { generation_id } of await stage.rowsOf(run))
      if (generation_id) await stage.send('GET', `/generatejob/${generation_id}?wait_ms=10000`);
    for (const row of await stage.rowsOf(run)) expect(row).toMatchObject({ state: 'cancelled', answer: null });
  });

  it('goes on where it was when the arena starts again, without asking twice', async () => {
    const slow = await startModelServer({ slowMs: 60_000 });
    onTestFinished(() => slow.stop());
    const options = {
      databaseUrl: await freshDatabase(),
      env: { ARENA_LLM_BASE_URL: slow.url, ARENA_LLM_MODEL: 'slow' },
    };
    const request = await stage.requestOf('player_player_action');
    const first = await startApp(options);
    const run = await stage.begin({ requests: [request], models: ['slow'] }, first);
    await slow.called(1);
    const [before] = await stage.rowsOf(run, first);
    await first.close();
    slow.hurry();
    const again = await startApp(options);
    await stage.ended(run, again);
    const [after] = await stage.rowsOf(run, again);
    expect(after).toMatchObject({ id: before?.id, state: 'complete', readable: true });
    const generations = await stage.send('GET', '/generatejob', undefined, 200, again);
    expect(generations).toMatchObject([{ id: after?.generation_id, state: 'complete' }]);
  });
});
