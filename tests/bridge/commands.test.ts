/** Commands that come in over a real nats-server: what the arena is asked to do, and what the one who asked is answered. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { createNatsBus } from '../../src/bridge/bus-nats.ts';
import { takeCommands } from '../../src/bridge/commands.ts';
import { ArenaError } from '../../src/protocol/errors.ts';
import type { JobResponse } from '../../src/protocol/jobs.ts';
import { memoryLog, realClock } from '../support/clock.ts';
import { startNatsServer } from '../support/nats-server.ts';

const response: JobResponse = {
  job_id: 'some-test-job',
  type: 'http',
  state: 'pending',
  data: null,
  message: '',
  channel: null,
  method: 'GET',
  url: 'https://example.org/',
  request_data: null,
  child_data: null,
  attempts: 0,
  faults: [],
};

async function stage(makeJob: (body: unknown) => Promise<JobResponse>) {
  const nats = await startNatsServer();
  const log = memoryLog();
  const bus = createNatsBus({ url: nats.url, clock: realClock, log });
  onTestFinished(async () => {
    await bus.close();
    await nats.stop();
  });
  const arena = await bus.connect({ name: 'the arena', noEcho: true });
  const contests = {
    act: () => Promise.reject(new ArenaError({ code: 'not_found', message: 'there is no contest x' })),
  };
  takeCommands({ bus: arena, contests, jobs: { makeJob }, log });
  await arena.flush();
  const caller = await bus.connect({ name: 'a caller' });
  const ask = async (subject: string, body: string | Uint8Array): Promise<unknown> =>
    JSON.parse(new TextDecoder().decode((await caller.request(subject, body, { timeoutMs: 5_000 })).data));
  return { ask, log };
}

describe('arena.request.job', () => {
  it('makes the job of its body, and answers with its response', async () => {
    const bodies: unknown[] = [];
    const { ask } = await stage(async (body) => {
      bodies.push(body);
      return response;
    });
    expect(await ask('arena.request.job', '{"method":"GET","url":"https://example.org/"}')).toEqual(response);
    expect(bodies).toEqual([{ method: 'GET', url: 'https://example.org/' }]);
  });

  it('says what was wrong with a job that is refused', async () => {
    const problems = [{ path: 'url', message: 'GET needs the url to call' }];
    const { ask } = await stage(() =>
      Promise.reject(new ArenaError({ code: 'invalid', message: 'this is no job', problems })),
    );
    expect(await ask('arena.request.job', '{}')).toEqual({
      error: { status: 422, detail: 'this is no job', errors: problems },
    });
  });

  it.each([
    ['no JSON', '{"method":\n GET}', expect.stringContaining('line 2, column 2: a value was expected')],
    ['nothing', '', expect.stringContaining('not JSON: line 1, column 1')],
    ['no text', new Uint8Array([0xff, 0xfe]), 'The body is not text in UTF-8.'],
  ])('refuses a body that is %s', async (_what, body, detail) => {
    const { ask } = await stage(async () => response);
    expect(await ask('arena.request.job', body)).toEqual({ error: { status: 400, detail } });
  });

  it('refuses a key that would pass for a prototype, and says which', async () => {
    const { ask } = await stage(async () => response);
    expect(await ask('arena.request.job', '{"method":"FINAL","data":[{"__proto__":{"a":1}}]}')).toMatchObject({
      error: { status: 400, errors: [{ path: 'data[0].__proto__' }] },
    });
  });

  it('tells nothing of the inside when the arena fails, and logs it', async () => {
    const { ask, log } = await stage(() => Promise.reject(new Error('SQLITE_FULL')));
    expect(await ask('arena.request.job', '{}')).toEqual({
      error: { status: 500, detail: 'the arena failed at this command' },
    });
    expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
  });
});

it('a command to advance a contest that there is not is answered with why', async () => {
  const { ask } = await stage(async () => response);
  expect(await ask('arena.contest.x.contestflow.in_round.some-test-job', '')).toEqual({
    job_id: 'some-test-job',
    state: 'fail',
    message: 'there is no contest x',
  });
});
