/** An agent made with the kit, asked over the in-process bus and over a real NATS server. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type Agent,
  type AgentOptions,
  AnswerFailure,
  createAgent,
  type Handlers,
  pending,
} from '../../src/agents/kit.ts';
import type { Bus, BusConnection } from '../../src/bridge/bus.ts';
import { createLocalBus } from '../../src/bridge/bus-local.ts';
import { createNatsBus } from '../../src/bridge/bus-nats.ts';
import { memoryLog, realClock } from '../support/clock.ts';
import { startNatsServer } from '../support/nats-server.ts';
import { ask } from './requests.ts';

const id = 'one-test-player';

describe('an agent made with the kit', () => {
  let bus: Bus;
  let asker: BusConnection;
  const agents: Agent[] = [];

  beforeEach(async () => {
    bus = createLocalBus({ clock: realClock, log: memoryLog() });
    asker = await bus.connect({ name: 'asker' });
  });
  afterEach(async () => {
    await Promise.all(agents.splice(0).map((agent) => agent.close(0)));
    await bus.close();
  });

  async function connected(answer: Handlers, options: Partial<AgentOptions> = {}): Promise<Agent> {
    const agent = createAgent({ id, name: 'Tess', version: '2', answer, ...options });
    agents.push(agent);
    await agent.connect({ bus });
    return agent;
  }

  test('answers health by itself', async () => {
    await connected({});
    expect(await ask(asker, id, { command: 'health', data: {} })).toEqual({
      job_id: 'one-test-job',
      state: 'complete',
      data: { name: 'Tess', state: 'OK', version: '2' },
    });
  });

  test('answers what it declares, from the view', async () => {
    await connected({
      player_player_action: (view, request) => ({ action: 'move', target: `${view.arena.width},${request.attempt}` }),
    });
    expect(await ask(asker, id)).toEqual({
      job_id: 'one-test-job',
      state: 'complete',
      data: { action: 'move', target: '5,1' },
    });
  });

  test('says what it does answer when asked something else', async () => {
    await connected({ player_player_action: () => ({ action: 'wait' }) });
    expect(await ask(asker, id, { command: 'judge_apply_effects' })).toMatchObject({
      state: 'fail',
      message: 'Tess does not answer judge_apply_effects; it answers player_player_action',
    });
  });

  test.each([
    [
      'throws',
      () => {
        throw new Error('no key');
      },
      'Tess failed: no key',
    ],
    ['rejects', async () => Promise.reject(new Error('no key')), 'Tess failed: no key'],
    ['answers nothing', () => undefined as unknown as string, 'Tess gave no answer to player_player_action'],
  ])('fails with the reason when a handler %s', async (_name, handler, message) => {
    await connected({ player_player_action: handler });
    expect(await ask(asker, id)).toEqual({ job_id: 'one-test-job', state: 'fail', message });
  });

  test('says what a failure comes of when its handler does', async () => {
    await connected({
      player_player_action: async () => {
        throw new AnswerFailure('provider', 'status 529');
      },
    });
    expect(await ask(asker, id)).toMatchObject({
      state: 'fail',
      fault: 'provider',
      message: 'Tess failed: status 529',
    });
  });

  test('answers the same job and attempt from memory, also while it is being worked out', async () => {
    const gates: (() => void)[] = [];
    const agent = await connected({
      player_player_action: (_view, { job_id }) =>
        new Promise((resolve) => gates.push(() => resolve({ action: `for ${job_id}, ${gates.length}` }))),
    });
    const twice = [ask(asker, id), ask(asker, id)];
    await ask(asker, id, { command: 'health', data: {} });
    expect(gates).toHaveLength(1);
    gates[0]?.();
    const [first, second] = await Promise.all(twice);
    expect(second).toEqual(first);
    expect(await ask(asker, id)).toEqual(first);
    const retried = ask(asker, id, { attempt: 2 });
    await ask(asker, id, { command: 'health', data: {} });
    expect(gates).toHaveLength(2);
    gates[1]?.();
    expect(await retried).toMatchObject({ data: { action: 'for one-test-job, 2' } });
    expect(await agent.close()).toBe(0);
  });

  test('forgets the oldest answers', async () => {
    let calls = 0;
    await connected({ player_player_action: () => ({ action: `call ${++calls}` }) }, { rememberedMax: 2 });
    for (const job_id of ['job-number-1', 'job-number-2', 'job-number-3']) await ask(asker, id, { job_id });
    expect(await ask(asker, id, { job_id: 'job-number-3' })).toMatchObject({ data: { action: 'call 3' } });
    expect(await ask(asker, id, { job_id: 'job-number-1' })).toMatchObject({ data: { action: 'call 4' } });
  });

  test('says pending, and is asked again with the same attempt', async () => {
    let calls = 0;
    await connected({ player_player_action: () => (++calls === 1 ? pending(250) : { action: 'wait' }) });
    expect(await ask(asker, id)).toEqual({ job_id: 'one-test-job', state: 'pending', delay: 250 });
    expect(await ask(asker, id)).toMatchObject({ state: 'complete', data: { action: 'wait' } });
  });

  test('gives its handler a signal that is aborted when the time is over', async () => {
    await connected({
      player_player_action: (_view, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    });
    expect(await ask(asker, id, { timeout_ms: 5 })).toMatchObject({
      state: 'fail',
      message: 'Tess failed: no answer within 5 ms',
    });
  });

  test('gives up a handler that hangs, and has what it cannot hold asked again', async () => {
    await connected({ player_player_action: () => new Promise(() => {}) }, { inFlightMax: 1 });
    const hanging = ask(asker, id, { timeout_ms: 50 });
    expect(await ask(asker, id, { job_id: 'another-test-job' })).toMatchObject({
      state: 'pending',
      delay: 1_000,
      message: expect.stringContaining('1 requests at hand'),
    });
    expect(await hanging).toMatchObject({ state: 'fail' });
  });

  test.each([
    ['no JSON', 'hello'],
    ['no request', '{"command":"dance"}'],
    [
      'no data',
      '{"command":"health","job_id":"a","attempt":1,"contest_id":null,"participant_id":"a","round_no":null,"deadline":0,"timeout_ms":1,"last_latency_ms":null,"message":""}',
    ],
  ])('answers %s with a failure', async (_name, body) => {
    await connected({});
    const answer = await asker.request(`actor.agent.${id}.request.health.a-b-c`, body, { timeoutMs: 10_000 });
    expect(JSON.parse(new TextDecoder().decode(answer.data))).toMatchObject({
      state: 'fail',
      message: expect.stringContaining('not a request'),
    });
  });

  test('tells when its answer cannot be sent', async () => {
    await connected({ player_player_action: () => ({ action: 'x'.repeat(2_000_000) }) });
    expect(await ask(asker, id)).toMatchObject({
      job_id: 'one-test-job',
      state: 'fail',
      message: expect.stringContaining('could not be sent'),
    });
  });

  test('answers what is at hand before it closes, and then nobody is there', async () => {
    let finish: () => void = () => {};
    const agent = await connected({
      player_player_action: () =>
        new Promise((resolve) => {
          finish = () => resolve({ action: 'wait' });
        }),
    });
    const answer = ask(asker, id);
    await ask(asker, id, { command: 'health', data: {} });
    const closed = agent.close();
    // Nothing that comes now costs the participant an attempt.
    expect(await ask(asker, id, { job_id: 'another-test-job' })).toMatchObject({ state: 'pending' });
    finish();
    expect(await answer).toMatchObject({ state: 'complete' });
    expect(await closed).toBe(0);
    await expect(ask(asker, id)).rejects.toThrow();
  });

  test('answers for several participants, or for everybody', async () => {
    await connected(
      { player_player_action: (_view, { participant_id }) => ({ action: participant_id }) },
      { id: ['a-test-player', 'b-test-player'] },
    );
    expect(await ask(asker, 'b-test-player')).toMatchObject({ data: { action: 'b-test-player' } });
    await expect(ask(asker, 'c-test-player')).rejects.toThrow();
    await connected({ player_player_action: () => ({ action: 'anybody' }) }, { id: undefined });
    expect(await ask(asker, 'c-test-player')).toMatchObject({ data: { action: 'anybody' } });
  });
});

test('an agent made with the kit joins by the address of a real NATS server', async () => {
  const server = await startNatsServer();
  const agent = createAgent({ id, name: 'Tess', answer: { player_player_action: () => ({ action: 'wait' }) } });
  const bus = createNatsBus({ url: server.url, clock: realClock, log: memoryLog() });
  try {
    await agent.connect({ url: server.url });
    const asker = await bus.connect({ name: 'asker' });
    expect(await ask(asker, id)).toMatchObject({ state: 'complete', data: { action: 'wait' } });
    expect(await agent.close()).toBe(0);
    await expect(ask(asker, id)).rejects.toThrow();
  } finally {
    await agent.close(0);
    await bus.close();
    await server.stop();
  }
});
