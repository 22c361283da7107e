/** Strategies over HTTP: what is checked before one is kept, and what an agent with one would send to a model. */
import { describe, expect, it } from 'vitest';
import { requestToAgentExample } from '../../src/http/examples/inputs.ts';
import { freshDatabase } from '../support/arena-process.ts';
import { type RunningApp, startApp } from './running-app.ts';

async function send(app: RunningApp, method: string, path: string, body?: unknown, status = 200) {
  const answer = await app.client.send(method, `/api${path}`, body);
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status });
  return answer.body as Record<string, unknown> & { id: string };
}

const bold = {
  name: 'Bold',
  role: 'player',
  personality: 'Never looks back.',
  prompts: [{ key: 'player_player_action', prompt: 'Go, {{ agent.name }}, from {{ me.position }}!' }],
};

async function playerWith(app: RunningApp, strategy: object, model?: string) {
  const { id: strategy_id } = await send(app, 'POST', '/strategy', strategy);
  const { id: participant_id } = await send(app, 'POST', '/participant', {
    id: 'ada-the-player',
    name: 'Ada',
    role: 'player',
  });
  await send(app, 'POST', '/agent', { participant_id, strategy_id, ...(model ? { model } : {}) });
  return { participant_id, strategy_id };
}

describe('a strategy is checked before it is kept', () => {
  it.each([
    ['a prompt of another role', [{ key: 'judge_apply_effects', prompt: 'x' }], 'prompts[0].key', /asked of the judge/],
    ['a key that is none', [{ key: 'player_dance', prompt: 'x' }], 'prompts[0].key', /player_player_action/],
    [
      'a template that cannot be read',
      [{ key: 'player_player_action', prompt: '{% if you %}' }],
      'prompts[0].prompt',
      /not closed/,
    ],
    [
      'a filter that is not there',
      [{ key: 'player_player_action', prompt: '{{ you | x }}' }],
      'prompts[0].prompt',
      /x/,
    ],
    ['an empty prompt', [{ key: 'player_player_action', prompt: ' ' }], 'prompts[0].prompt', /empty/],
    [
      'a bundled template that is not there',
      [{ key: 'player_player_action', prompt: '#jinja:player.bold.player_action' }],
      'prompts[0].prompt',
      /player\.base\.player_action/,
    ],
  ])('refusing %s with its path', async (_what, prompts, path, message) => {
    const app = await startApp();
    const problem = await send(app, 'POST', '/strategy', { ...bold, prompts }, 422);
    expect(problem.errors).toEqual([{ path, message: expect.stringMatching(message) }]);
    expect(await send(app, 'GET', '/strategy')).toEqual([]);
  });

  it('also when it is changed', async () => {
    const app = await startApp();
    const { id } = await send(app, 'POST', '/strategy', bold);
    const prompts = [{ key: 'player_player_action', prompt: '{{ you' }];
    expect((await send(app, 'PATCH', `/strategy/${id}`, { prompts }, 422)).errors).toMatchObject([
      { path: 'prompts[0].prompt' },
    ]);
    // Its prompts are a player's.
    expect((await send(app, 'PATCH', `/strategy/${id}`, { role: 'judge' }, 422)).errors).toMatchObject([
      { path: 'prompts[0].key' },
    ]);
    await send(app, 'PATCH', `/strategy/${id}`, { name: 'Bolder' });
    expect(await send(app, 'GET', `/strategy/${id}`)).toMatchObject({ ...bold, name: 'Bolder' });
  });

  it('keeps its role while an agent uses it', async () => {
    const app = await startApp();
    const { strategy_id } = await playerWith(app, { ...bold, prompts: [] }, 'script:runner');
    const problem = await send(app, 'PATCH', `/strategy/${strategy_id}`, { role: 'judge' }, 409);
    expect(problem.detail).toContain('agent');
  });

  it('is shown to people with its prompts', async () => {
    const app = await startApp();
    const { id } = await send(app, 'POST', '/strategy', bold);
    const { body } = await app.client.send('GET', `/api/strategy/${id}.md`);
    expect(body).toContain('# Bold (strategy)');
    expect(body).toContain('Never looks back.');
  });
});

describe('the prompt of an agent', () => {
  const path = '/agent/ada-the-player/some-job-here/player_player_action/prompt';
  const { command: _command, ...request } = requestToAgentExample;

  it('is what its strategy makes of the request, for the model that would be asked', async () => {
    const app = await startApp({ env: { ARENA_LLM_MODEL: 'tiny', ARENA_LLM_BASE_URL: 'http://127.0.0.1:9/v1' } });
    const { strategy_id } = await playerWith(app, bold);
    expect(await send(app, 'POST', path, request)).toMatchObject({
      participant_id: 'ada-the-player',
      job_id: 'some-job-here',
      prompt_type: 'player_player_action',
      model: 'tiny',
      template: `strategy:${strategy_id}/player_player_action`,
      prompt: 'Go, Ada, from 1,1!',
      system: expect.stringContaining('Never looks back.'),
      schema: { type: 'object', required: ['action', 'target', 'narration', 'memories'] },
    });
    expect(await send(app, 'POST', path, { ...request, model: 'big' })).toMatchObject({ model: 'big' });
  });

  it('names template and value when the request lacks one', async () => {
    const app = await startApp();
    const { strategy_id } = await playerWith(app, {
      ...bold,
      prompts: [{ key: 'player_player_action', prompt: 'How is {{ contest.weather }}?' }],
    });
    const problem = await send(app, 'POST', path, request, 422);
    expect(problem.detail).toContain('contest.weather');
    expect(problem.detail).toContain(`strategy:${strategy_id}/player_player_action`);
    expect(problem.errors).toMatchObject([{ path: 'contest.weather' }]);
  });

  it('is shown for a job of a contest without saying more', async () => {
    const app = await startApp();
    const participants = [
      { name: 'Ada', role: 'player', agent: { model: 'script:runner' } },
      { name: 'Jo', role: 'judge', agent: { model: 'script:referee' } },
      { name: 'Al', role: 'announcer', agent: { model: 'script:announcer' } },
    ];
    const arena = { name: 'Yard', width: 4, height: 4, rules: 'Walk.', winning_condition: 'None.' };
    const { id } = await app.client.create({ arena, participants, max_rounds: 1, start: true });
    await app.client.reach(id, 'complete');
    const jobs = (await app.client.jobs(id)).filter(({ type }) => type === 'prompt');
    expect(jobs.length).toBeGreaterThan(3);
    for (const { job_id, participant_id, prompt_type } of jobs) {
      const shown = await send(app, 'POST', `/agent/${participant_id}/${job_id}/${prompt_type}/prompt`);
      expect(shown).toMatchObject({ job_id, prompt_type, prompt: expect.stringContaining('# Yard') });
    }
    const [judged, other] = [jobs.find((job) => job.prompt_type === 'judge_apply_effects'), jobs[0]];
    await send(
      app,
      'POST',
      `/agent/${other?.participant_id}/${judged?.job_id}/${other?.prompt_type}/prompt`,
      undefined,
      422,
    );
    await send(app, 'POST', `/agent/${other?.participant_id}/no-such-job/${other?.prompt_type}/prompt`, undefined, 404);
  });

  it('is nothing for a participant without an agent, and for a prompt type that is none', async () => {
    const app = await startApp();
    await send(app, 'POST', path, request, 404);
    await send(app, 'POST', '/agent/ada-the-player/some-job-here/player_dance/prompt', request, 404);
  });
});

describe('an agent asked over HTTP', () => {
  it('answers as it does over the bus, and the same job and attempt once by each model', async () => {
    const app = await startApp();
    await playerWith(app, bold, 'script:runner');
    const first = await send(app, 'POST', '/agent/ada-the-player/request', requestToAgentExample);
    expect(first).toMatchObject({ job_id: 'some-job-here', state: 'complete', data: { action: expect.any(String) } });
    expect(await send(app, 'POST', '/agent/ada-the-player/request', requestToAgentExample)).toEqual(first);
    const ofAnother = { ...requestToAgentExample, model: 'TEST:other' };
    expect(await send(app, 'POST', '/agent/ada-the-player/request', ofAnother)).toMatchObject({ data: 'other' });
    const again = { ...requestToAgentExample, attempt: 2, model: 'TEST:{"action":"dance"}' };
    expect(await send(app, 'POST', '/agent/ada-the-player/request', again)).toMatchObject({
      data: '{"action":"dance"}',
    });
  });

  it('is the bundled one that its strategy names, also when that changes and after another start', async () => {
    const databaseUrl = await freshDatabase();
    const app = await startApp({ databaseUrl });
    const { strategy_id } = await playerWith(app, { ...bold, model: 'script:runner' });
    const ask = (asked: RunningApp, attempt: number) =>
      send(asked, 'POST', '/agent/ada-the-player/request', { ...requestToAgentExample, attempt });
    expect(await ask(app, 1)).toMatchObject({ state: 'complete', data: { action: expect.any(String) } });
    await send(app, 'PATCH', `/strategy/${strategy_id}`, { model: 'TEST:{"action":"dance"}' });
    expect(await ask(app, 2)).toMatchObject({ data: '{"action":"dance"}' });
    await app.close();
    const again = await startApp({ databaseUrl });
    expect(await ask(again, 3)).toMatchObject({ data: '{"action":"dance"}' });
  });

  it('says that it is well', async () => {
    const app = await startApp();
    await playerWith(app, bold, 'script:runner');
    expect(await send(app, 'GET', '/agent/ada-the-player/health')).toMatchObject({
      state: 'complete',
      data: { state: 'OK' },
    });
  });

  it.each([
    ['another participant', { participant_id: 'bix-the-player' }, /participant_id/],
    ['no command', { command: 'dance' }, /command/],
    ['no view', { data: {} }, /data\.contest/],
    ['a view without rounds', { data: { contest: { you: { id: 'ada-the-player' } } } }, /data\.contest\.rounds/],
    [
      'a view whose rounds are none',
      { data: { contest: { ...requestToAgentExample.data.contest, rounds: [null] } } },
      /data\.contest\.rounds\[0\]/,
    ],
  ])('refuses a request that names %s', async (_what, change, path) => {
    const app = await startApp();
    await playerWith(app, bold, 'script:runner');
    const problem = await send(
      app,
      'POST',
      '/agent/ada-the-player/request',
      { ...requestToAgentExample, ...change },
      422,
    );
    expect(JSON.stringify(problem.errors)).toMatch(path);
  });

  it('is not there for a participant that somebody else answers for', async () => {
    const app = await startApp();
    await send(app, 'POST', '/participant', { id: 'ada-the-player', name: 'Ada', role: 'player' });
    await send(app, 'POST', '/agent/ada-the-player/request', requestToAgentExample, 404);
    await send(app, 'GET', '/agent/ada-the-player/health', undefined, 404);
  });
});
