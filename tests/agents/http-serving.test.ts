/** An agent made with the kit that is an HTTP server: asked by the arena's own caller, tried like any other, and playing in a contest. */
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { checkAgent } from '../../src/agents/checking/check.ts';
import { askOverHttp } from '../../src/agents/checking/over-http.ts';
import { type Agent, createAgent, type Handlers, type HttpServingOptions, pending } from '../../src/agents/kit.ts';
import { agentOfModel } from '../../src/agents/scripted/scripted-agents.ts';
import { limits } from '../../src/protocol/limits.ts';
import type { AgentRequest } from '../../src/protocol/messages.ts';
import { arenaSignature, signatureHeader } from '../../src/protocol/signature.ts';
import { startApp } from '../app/running-app.ts';
import { playedGame, tried } from '../checking/trying.ts';
import { realClock } from '../support/clock.ts';
import { smallContest, smallParticipants } from '../support/contest-input.ts';

const apiKey = 'a key that only two know';
let played: AgentRequest[];
beforeAll(async () => {
  played = await playedGame();
});

const agents: Agent[] = [];
afterEach(async () => {
  for (const agent of agents.splice(0)) await agent.close(0);
});

async function served(answer: Handlers, options: Partial<HttpServingOptions> = {}): Promise<string> {
  const agent = createAgent({ id: tried, name: 'Tess', answer });
  agents.push(agent);
  return (await agent.serve({ port: 0, ...options })).url;
}

function runner(): Handlers {
  const handlers = agentOfModel('script:runner');
  if (!handlers) throw new Error('there is no runner');
  return handlers;
}

function check(url: string, key: string | null) {
  const agent = askOverHttp(url, { apiKey: key, clock: realClock });
  const options = {
    agent,
    participantId: tried,
    roles: ['player'] as const,
    played,
    clock: realClock,
    timeoutMs: 5_000,
  };
  return checkAgent(options).finally(() => agent.close());
}

it.each<[string, string | null]>([
  ['without a key', null],
  ['with a key', apiKey],
])('stands every test %s', async (_name, key) => {
  const url = await served(runner(), key === null ? {} : { apiKey: key });
  const report = await check(url, key);
  expect(report.findings.filter(({ verdict }) => verdict !== 'fine')).toEqual([]);
  expect(report.findings.length).toBeGreaterThan(8);
});

it('refuses those who do not have its key', async () => {
  const url = await served(runner(), { apiKey });
  for (const key of [null, 'another key']) {
    const report = await check(url, key);
    expect(report.findings[0]).toMatchObject({ probe: 'health', verdict: 'wrong', fault: 'refused' });
    expect(report.findings[0]?.message).toContain('401');
  }
});

describe('a request', () => {
  const question = () => JSON.stringify({ ...played[0], participant_id: tried, timeout_ms: 5_000 });
  const path = '/some/path/request/player_player_action/one-test-job';

  async function send(url: string, init: RequestInit = {}, at = path) {
    const response = await fetch(url + at, { method: 'POST', body: question(), ...init });
    return { status: response.status, body: (await response.json()) as { state: string; message?: string } };
  }

  it.each<[string, number, string]>([
    ['an old signature', realClock.now() - 600_000, 'not of these minutes'],
    ['a signature of the future', realClock.now() + 600_000, 'not of these minutes'],
  ])('with %s is refused', async (_name, at, reason) => {
    const url = await served(runner(), { apiKey });
    const body = question();
    const headers = { [signatureHeader]: arenaSignature(apiKey, at, body) };
    expect(await send(url, { body, headers })).toMatchObject({
      status: 401,
      body: { message: expect.stringContaining(reason) },
    });
    const fresh = { [signatureHeader]: arenaSignature(apiKey, realClock.now(), body) };
    expect(await send(url, { body: `${body} `, headers: fresh })).toMatchObject({ status: 401 });
    expect(await send(url, { body, headers: fresh })).toMatchObject({ status: 200 });
  });

  it.each<[string, string, RequestInit, number]>([
    ['elsewhere', '/request', {}, 404],
    ['for what nobody has asked', path, { method: 'GET', body: null }, 404],
    ['of another method', path, { method: 'PUT' }, 405],
    ['that is too large', path, { body: 'x'.repeat(limits.bodyBytes + 1) }, 413],
  ])('%s is refused', async (_name, at, init, status) => {
    const url = await served(runner());
    expect(await send(url, init, at)).toMatchObject({ status, body: { state: 'fail' } });
  });

  it('that is pending is worked on when it is asked for, and its answer is there for those who ask again', async () => {
    let calls = 0;
    const url = await served({ player_player_action: () => (++calls === 1 ? pending(100) : { action: 'wait' }) });
    const request = { ...played.find(({ command }) => command === 'player_player_action'), timeout_ms: 5_000 };
    expect(await send(url, { body: JSON.stringify(request) })).toMatchObject({
      body: { state: 'pending', delay: 100 },
    });
    const ask = { method: 'GET', body: null };
    expect(await send(url, ask)).toMatchObject({ body: { state: 'complete', data: { action: 'wait' } } });
    expect(await send(url, ask)).toMatchObject({ body: { state: 'complete', data: { action: 'wait' } } });
    expect(calls).toBe(2);
  });
});

it('plays a contest in every role, with signed requests', async () => {
  const models = ['script:runner', 'script:thief', 'script:referee', 'script:announcer', 'script:feature-maker'];
  const participants: object[] = [];
  for (const [index, participant] of smallParticipants.entries()) {
    const handlers = agentOfModel(models[index] ?? '') ?? {};
    const agent = createAgent({ name: participant.name, answer: handlers });
    agents.push(agent);
    const { url } = await agent.serve({ port: 0, apiKey });
    participants.push({ ...participant, endpoint: `${url}/${participant.name}`, api_key: apiKey });
  }
  const { client } = await startApp({ env: { ARENA_ALLOW_HOSTS: '127.0.0.1' } });
  const { id } = await client.create(smallContest({ participants }));
  const contest = await client.reach(id, 'complete');
  expect(contest.rounds.map(({ players }) => players.flatMap(({ faults }) => faults))).toEqual([[], []]);
  expect(contest.rounds[0]?.players.map(({ action }) => action?.action)).not.toContain('none');
});
