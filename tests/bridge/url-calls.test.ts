/** Calls of URLs that jobs make, to real HTTP servers: what is sent, and what each answer is told as. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { HttpTask, JobCommand, TurnRequest } from '../../src/actors/job/state.ts';
import type { Json } from '../../src/protocol/json.ts';
import { type Answer, type HttpServer, sendJson, startHttpServer } from '../support/http-server.ts';
import { callOf, httpTask, stageCalls } from './staged-calls.ts';

async function serve(answer: Answer = (response) => sendJson(response, { state: 'complete' })): Promise<HttpServer> {
  const server = await startHttpServer(answer);
  onTestFinished(() => server.stop());
  return server;
}

const methods: HttpTask['method'][] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

describe('the request', () => {
  it.each(methods)(
    '%s goes to the URL with the data as JSON, but for GET, and says which job it is of',
    async (method) => {
      const server = await serve();
      const { outcomeOf } = await stageCalls();
      const task = httpTask(`${server.origin}/things?colour=red`, { method, data: { count: 3 } });
      const told = await outcomeOf(callOf(task, { attempt: 2 }));
      expect(told).toEqual({ type: 'answer', from: null, body: '{"state":"complete"}', compare_job: false });
      expect(server.requests).toMatchObject([
        {
          method,
          path: '/things?colour=red',
          body: method === 'GET' ? '' : '{"count":3}',
          headers: { 'x-arena-job': 'some-test-job', 'x-arena-attempt': '2', 'user-agent': 'agent-arena' },
        },
      ]);
      expect(server.requests[0]?.headers['content-type']).toBe(method === 'GET' ? undefined : 'application/json');
    },
  );

  it('carries a string as it is, and nothing where there is no data', async () => {
    const server = await serve();
    const { outcomeOf } = await stageCalls();
    await outcomeOf(callOf(httpTask(server.origin, { data: 'grüße' })));
    await outcomeOf(callOf(httpTask(server.origin)));
    expect(server.requests.map(({ body, headers }) => [body, headers['content-type']])).toEqual([
      ['grüße', 'text/plain;charset=utf-8'],
      ['', undefined],
    ]);
  });

  it('of a batch carries its id, its data and what its children have come to', async () => {
    const server = await serve();
    const { outcomeOf } = await stageCalls();
    await outcomeOf(callOf(httpTask(server.origin, { data: 'of old' }), { child_data: [{ state: 'complete' }, null] }));
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({
      job_id: 'some-test-job',
      data: 'of old',
      child_data: [{ state: 'complete' }, null],
    });
  });

  it('that cannot be written is a fault of the arena, once and for all', async () => {
    const endless: Json[] = [];
    endless.push(endless);
    const server = await serve();
    const { outcomeOf, calls } = await stageCalls();
    const told = await outcomeOf(callOf(httpTask(server.origin), { child_data: endless }));
    expect(told).toMatchObject({ type: 'fault', kind: 'too_large', whose: 'arena', final: true });
    expect(server.requests).toEqual([]);
    await expect.poll(() => calls.stats().inFlight).toBe(0);
  });

  it('goes to where its tokens say', async () => {
    const server = await serve();
    const bases = () => ({ arena: `${server.origin}/`, actor: `${server.origin}/actors` });
    const { outcomeOf } = await stageCalls({ bases });
    for (const url of ['$ARENA$/api/job/$JOB$', '$ACTOR$/x?of=$JOB$'])
      await outcomeOf(callOf(httpTask(url, { method: 'GET' })));
    expect(server.requests.map(({ path }) => path)).toEqual(['/api/job/some-test-job', '/actors/x?of=some-test-job']);
  });

  it('has the credentials of its URL in a header, and shows them to nobody', async () => {
    const server = await serve((response, { headers }) =>
      sendJson(response, { you: headers.authorization, are: 'p@ss' }, 503),
    );
    const { outcomeOf, log } = await stageCalls();
    const url = `http://me-myself:p%40ss@127.0.0.1:${server.port}/?key=hidden`;
    const told = await outcomeOf(callOf(httpTask(url)));
    expect(server.requests[0]?.headers.authorization).toBe(`Basic ${btoa('me-myself:p@ss')}`);
    for (const secret of ['me-myself', 'p@ss', 'p%40ss', 'hidden', btoa('me-myself:p@ss')])
      expect(JSON.stringify([told, log.lines])).not.toContain(secret);
  });
});

describe('the answer', () => {
  const cases: [string, Answer, Partial<Extract<JobCommand, { type: 'fault' }>>][] = [
    ['400', (response) => sendJson(response, {}, 400), { kind: 'refused', final: true }],
    ['401', (response) => sendJson(response, {}, 401), { kind: 'refused', final: true }],
    ['404', (response) => sendJson(response, {}, 404), { kind: 'refused', final: true }],
    ['422', (response) => sendJson(response, {}, 422), { kind: 'refused', final: true }],
    ['429', (response) => sendJson(response, {}, 429), { kind: 'refused', final: undefined }],
    ['500', (response) => sendJson(response, {}, 500), { kind: 'refused', final: undefined }],
    [
      'a Retry-After in seconds',
      (response) => sendJson(response, {}, 503, { 'retry-after': '7' }),
      { kind: 'refused', retry_after_ms: 7_000 },
    ],
    ['a connection that is cut', (response) => void response.destroy(), { kind: 'unreachable', whose: 'network' }],
  ];
  it.each(cases)('of %s is a fault, for good or not', async (_name, answer, fault) => {
    const server = await serve(answer);
    const { outcomeOf } = await stageCalls();
    expect(await outcomeOf(callOf(httpTask(server.origin)))).toMatchObject({ type: 'fault', attempt: 1, ...fault });
  });

  it('with a Retry-After as a date says how long that is from now', async () => {
    const server = await serve((response) =>
      sendJson(response, {}, 429, { 'retry-after': new Date(Date.now() + 3_600_000).toUTCString() }),
    );
    const { outcomeOf } = await stageCalls();
    const told = await outcomeOf(callOf(httpTask(server.origin)));
    const waits = told?.type === 'fault' ? (told.retry_after_ms ?? 0) : 0;
    expect(Math.abs(waits - 3_600_000)).toBeLessThan(60_000);
  });

  it('that does not come in its time is a timeout', async () => {
    const server = await serve(() => {});
    const { outcomeOf } = await stageCalls();
    const told = await outcomeOf(callOf(httpTask(server.origin), { timeout_ms: 40 }));
    expect(told).toMatchObject({ type: 'fault', kind: 'timeout' });
  });

  it('of a port that nobody listens at is unreachable', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    server.close();
    const { outcomeOf } = await stageCalls();
    const told = await outcomeOf(callOf(httpTask(`http://127.0.0.1:${port}`)));
    expect(told).toMatchObject({ type: 'fault', kind: 'unreachable' });
  });

  it.each([
    'http://169.254.169.254/latest/meta-data',
    'http://[::1]:1/',
    'ftp://example.org/',
    'file:///etc/passwd',
    'nowhere',
  ])('of %s is the refusal of the arena, for good', async (url) => {
    const { outcomeOf } = await stageCalls();
    expect(await outcomeOf(callOf(httpTask(url)))).toMatchObject({ kind: 'refused', whose: 'arena', final: true });
  });

  it('behind a redirect to where nothing may be called is the refusal of the arena', async () => {
    const server = await serve((response) => response.writeHead(307, { location: 'http://10.0.0.1/' }).end());
    const { outcomeOf } = await stageCalls();
    const told = await outcomeOf(callOf(httpTask(server.origin)));
    expect(told).toMatchObject({ kind: 'refused', whose: 'arena', final: true });
  });
});

describe('the turn at a host', () => {
  const turn = (job: string, url: string, priority: number): TurnRequest => ({
    kind: 'turn',
    job_id: job,
    attempt: 0,
    url,
    priority,
    since: 0,
  });

  /** A host that answers when it is told to, with one call in flight and others that wait for their turns. */
  async function busyHost() {
    const held: ServerResponse[] = [];
    const server = await serve((response) => void held.push(response));
    const granted: string[] = [];
    const grants = new EventTarget();
    const { calls } = await stageCalls({
      limits: { inFlightMax: 8, inFlightPerHostMax: 1 },
      tell(address, command) {
        if (command.type === 'wake') granted.push(`${address} ${command.reason}`);
        grants.dispatchEvent(new Event(command.type));
      },
    });
    // So long that a call ends by an answer or because it is cut.
    const timeout_ms = 3_600_000;
    const call = (job: string): void => calls.sendAs(callOf(httpTask(server.origin), { job_id: job, timeout_ms }), job);
    calls.sendAs(turn('first', server.origin, 5), 'first');
    call('first');
    for (const [job, priority] of Object.entries({ low: 1, high: 9, middle: 5 }))
      calls.sendAs(turn(job, server.origin, priority), job);
    await vi.waitUntil(() => held.length === 1);
    return { server, held, granted, grants, calls, call };
  }

  it('goes to the highest priority when the call in flight has been answered', async () => {
    const { held, granted, grants, calls, call } = await busyHost();
    expect(granted).toEqual(['first turn']);
    expect(calls.stats()).toMatchObject({ inFlight: 1, waiting: 3 });
    const next = once(grants, 'wake');
    sendJson(held[0] as ServerResponse, { state: 'complete' });
    await next;
    expect(granted).toEqual(['first turn', 'high turn']);
    call('high');
    expect(calls.stats()).toMatchObject({ inFlight: 1, waiting: 2 });
  });

  it('goes on when the job that calls is withdrawn or leaves memory, and its call is cut and told of to nobody', async () => {
    const { held, granted, calls, call } = await busyHost();
    const cut = once(held[0] as ServerResponse, 'close');
    calls.sendAs({ kind: 'withdrawal', job_id: 'first' }, 'first');
    await cut;
    calls.forget('high');
    call('middle');
    calls.sendAs({ kind: 'withdrawal', job_id: 'low' }, 'low');
    calls.forget('middle');
    expect(granted).toEqual(['first turn', 'high turn', 'middle turn']);
    expect(calls.stats()).toMatchObject({ inFlight: 0, waiting: 0 });
  });

  it('is waited for again by a job that asks while it calls: its call is cut, and takes nothing away from it', async () => {
    const { server, held, granted, calls } = await busyHost();
    const cut = once(held[0] as ServerResponse, 'close');
    calls.sendAs(turn('first', server.origin, 2), 'first');
    await cut;
    expect(calls.stats()).toMatchObject({ inFlight: 1, waiting: 3 });
    for (const job of ['high', 'middle', 'first']) calls.sendAs({ kind: 'withdrawal', job_id: job }, job);
    expect(granted).toEqual(['first turn', 'high turn', 'middle turn', 'first turn', 'low turn']);
  });

  it('is not lost to a host by one at another', async () => {
    const { granted, calls } = await busyHost();
    const other = await serve();
    calls.sendAs(turn('elsewhere', other.origin, 1), 'elsewhere');
    expect(granted).toEqual(['first turn', 'elsewhere turn']);
  });
});
