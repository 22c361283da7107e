/** What becomes of what an agent gives, and of what it could not work out. */
import { createContext, runInContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { type AnsweringAgent, createAnswering } from '../../src/agents/answering.ts';
import type { Handlers } from '../../src/agents/asks.ts';
import { withUsage } from '../../src/agents/kit.ts';
import { ArenaError } from '../../src/protocol/errors.ts';
import { realClock } from '../support/clock.ts';

const request = {
  command: 'player_player_action',
  job_id: 'a-job-here',
  attempt: 1,
  contest_id: 'a-contest-here',
  participant_id: 'a-player-here',
  round_no: 1,
  deadline: 0,
  timeout_ms: 60_000,
  last_latency_ms: null,
  message: '',
  data: { contest: {} },
};

function answerBy(agent: AnsweringAgent) {
  const answering = createAnswering({ clock: realClock, agentFor: () => agent });
  return answering.answer(new TextEncoder().encode(JSON.stringify(request)));
}

const answerOf = (thrown: Error) => answerBy({ name: 'Host', respond: () => Promise.reject(thrown) });

/** By one handler, which may give what its type would not let it. */
const handled = (handler: unknown) =>
  answerBy({ name: 'Ada', handlers: { player_player_action: handler as Handlers['player_player_action'] } });

it.each(['unavailable', 'overloaded'] as const)(
  'is asked for again while the host is %s: that is nobody’s failed attempt',
  async (code) => {
    expect(await answerOf(new ArenaError({ code, message: 'the arena is stopping' }))).toEqual({
      job_id: 'a-job-here',
      state: 'pending',
      delay: expect.any(Number),
      message: 'Host cannot answer now: the arena is stopping',
    });
  },
);

it('is worked out anew for a request that names another model, and remembered for each', async () => {
  let answers = 0;
  const respond = ({ job_id, model }: { job_id: string; model?: string | undefined }) => {
    answers += 1;
    return Promise.resolve({ job_id, state: 'complete' as const, data: model ?? 'my own' });
  };
  const answering = createAnswering({
    clock: realClock,
    agentFor: () => ({ name: 'Host', handlers: {}, respond }),
  });
  for (const _ of ['first', 'again']) {
    for (const model of [undefined, 'another', 'a-third']) {
      const body = new TextEncoder().encode(JSON.stringify({ ...request, ...(model && { model }) }));
      expect(await answering.answer(body)).toMatchObject({ data: model ?? 'my own' });
    }
  }
  expect(answers).toBe(3);
});

it('is a failure when anything else was thrown', async () => {
  expect(await answerOf(new Error('no idea'))).toMatchObject({ state: 'fail', message: 'Host failed: no idea' });
  expect(await answerOf(new ArenaError({ code: 'invalid', message: 'no such thing' }))).toMatchObject({
    state: 'fail',
  });
});

describe('a handler', () => {
  it.each([
    ['at once', () => ({ action: 'wait' })],
    ['later', async () => ({ action: 'wait' })],
    ['by a promise that another realm made', runInContext("async () => ({ action: 'wait' })", createContext())],
  ])('may answer %s', async (_, handler) => {
    expect(await handled(handler)).toEqual({ job_id: 'a-job-here', state: 'complete', data: { action: 'wait' } });
  });

  it('may say what the answer took', async () => {
    const usage = { model: 'm', input_tokens: 3 };
    expect(await handled(async () => withUsage({ action: 'wait' }, usage))).toMatchObject({
      data: { action: 'wait' },
      usage,
    });
  });

  it.each([null, undefined])('that gives %s has failed', async (nothing) => {
    expect(await handled(() => nothing)).toMatchObject({
      state: 'fail',
      message: expect.stringContaining('no answer'),
    });
  });

  it('may hand its request on, with the signal in it', async () => {
    const said = await handled((_: unknown, asked: object) => ({
      action: Object.keys({ ...asked }).includes('signal'),
    }));
    expect(said).toMatchObject({ data: { action: true } });
  });
});
