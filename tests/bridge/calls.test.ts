/** What agents are asked, on a real nats-server that goes away and behind real HTTP servers. */
import type { ServerResponse } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import type { OutboundCall } from '../../src/actors/job/state.ts';
import { defaultEndpoint } from '../../src/protocol/channels.ts';
import { sendJson, startHttpServer } from '../support/http-server.ts';
import { startNatsServer } from '../support/nats-server.ts';
import { callOf, promptTask, stageCalls } from './staged-calls.ts';

const healthCall = (job: string, endpoint: string): OutboundCall =>
  callOf({ type: 'health', participant_id: 'one-test-player', endpoint }, { job_id: job });

it('sends again what went over a bus that was away, and asks no HTTP endpoint twice', async () => {
  const { nats, connection, calls, told, outcome } = await stageCalls();
  const well = { state: 'complete', data: { state: 'OK' } };
  const asked = Promise.withResolvers<ServerResponse>();
  const agent = await startHttpServer((response) => {
    if (agent.requests.length > 1) sendJson(response, well);
    else asked.resolve(response);
  });
  onTestFinished(() => agent.stop());
  calls.send(healthCall('over-http-job', agent.origin), 'job/over-http-job');
  const waiting = await asked.promise;

  const away = new Promise<void>((resolve) => connection.onStatus(({ connected }) => !connected && resolve()));
  await nats.stop();
  await away;
  const back = new Promise<void>((resolve) => connection.onReconnect(resolve));
  calls.send(healthCall('over-bus-job', defaultEndpoint), 'job/over-bus-job');
  const unreachable = outcome();
  const again = await startNatsServer({ port: nats.port });
  onTestFinished(() => again.stop());
  await Promise.all([unreachable, back]);
  // Nobody listens there: that is told of the request which was sent again.
  expect(told).toMatchObject([{ type: 'fault', kind: 'unreachable' }]);

  const next = outcome();
  calls.send(healthCall('next-http-job', agent.origin), 'job/next-http-job');
  await next;
  const answered = outcome();
  sendJson(waiting, well);
  await answered;
  expect(agent.requests.map(({ path }) => path)).toEqual([
    '/request/health/over-http-job',
    '/request/health/next-http-job',
  ]);
});

it.each([
  ['before the bus was lost', true],
  ['while it was away', false],
])('gives up what was asked %s when its time is nearly over, as the fault of the network', async (_when, isBefore) => {
  const { nats, bus, connection, calls, told, outcome } = await stageCalls();
  const silent = await bus.connect({ name: 'an agent that says nothing' });
  silent.subscribe('actor.agent.one-test-player.request.>', () => {});
  await silent.flush();
  const send = () =>
    calls.send({ ...healthCall('some-test-job', defaultEndpoint), timeout_ms: 500 }, 'job/some-test-job');
  const given = outcome();
  if (isBefore) send();
  const away = new Promise<void>((resolve) => connection.onStatus(({ connected }) => !connected && resolve()));
  await nats.stop();
  await away;
  if (!isBefore) send();
  await given;
  expect(told).toMatchObject([
    { type: 'fault', kind: 'unreachable', attempt: 1, message: expect.stringMatching(/^the bus is away/) },
  ]);
});

it('tells a job whose key cannot be read, as no fault of its agent', async () => {
  const { calls, told, outcome } = await stageCalls({
    apiKeyOf: () => Promise.reject(new Error('the database is closed')),
  });
  const failed = outcome();
  calls.send(healthCall('some-test-job', 'http://127.0.0.1:9'), 'job/some-test-job');
  await failed;
  expect(told).toMatchObject([{ type: 'fault', kind: 'unreachable', whose: 'arena', attempt: 1 }]);
});

it('names each attempt of a job in the trace of its contest, over the bus as over HTTP', async () => {
  const { bus, calls, outcome } = await stageCalls();
  const channelAgent = await bus.connect({ name: 'an agent' });
  const heard: (string | undefined)[] = [];
  channelAgent.subscribe('actor.agent.one-test-player.request.>', ({ headers, reply }) => {
    heard.push(headers.traceparent);
    channelAgent.publish(reply ?? '', JSON.stringify({ state: 'complete', data: { state: 'OK' } }));
  });
  await channelAgent.flush();
  const httpAgent = await startHttpServer((response, { headers }) => {
    heard.push(String(headers.traceparent));
    sendJson(response, { state: 'complete', data: { state: 'OK' } });
  });
  onTestFinished(() => httpAgent.stop());
  const ask = async (contest: string, endpoint: string, attempt: number) => {
    const answered = outcome();
    const address = `contest/${contest}/participant/one-test-player/some-test-job`;
    calls.send({ ...healthCall('some-test-job', endpoint), attempt }, address);
    await answered;
  };
  await ask('this-test-contest', defaultEndpoint, 1);
  await ask('this-test-contest', httpAgent.origin, 1);
  await ask('this-test-contest', httpAgent.origin, 2);
  await ask('other-test-contest', defaultEndpoint, 1);
  const parts = heard.map((text) => /^00-([0-9a-f]{32})-([0-9a-f]{16})-01$/.exec(text ?? '')?.slice(1) ?? []);
  const [first, overHttp, second, elsewhere] = parts;
  expect(first).toHaveLength(2);
  expect(overHttp).toEqual(first);
  expect(second?.[0]).toBe(first?.[0]);
  expect(second?.[1]).not.toBe(first?.[1]);
  expect(elsewhere?.[0]).not.toBe(first?.[0]);
});

it.each([
  ['that the journal does not give again', async () => null],
  ['whose journal cannot be read', () => Promise.reject(new Error('the database is closed'))],
])('tells a job at once, as no fault of its agent, of a prompt %s', async (_what, renderAgain) => {
  const { calls, told, outcome } = await stageCalls({ renderAgain });
  const failed = outcome();
  const view = { position: 9, version: 1, hash: 'of a text that is gone' };
  calls.send({ ...healthCall('some-test-job', defaultEndpoint), task: promptTask, view }, 'job/some-test-job');
  await failed;
  expect(told).toMatchObject([{ type: 'fault', kind: 'unreachable', whose: 'arena', attempt: 1 }]);
});

it.each([
  ['the default one', defaultEndpoint, 'actor.agent.one-test-player', 'actor.agent.other-test-player'],
  ['one of its own', 'channel://my.players.one', 'my.players.one', 'my.players.two'],
])(
  'takes an answer to a job that waits only on the subject of its endpoint, %s',
  async (_what, endpoint, own, another) => {
    const { bus, connection, calls, told, outcome } = await stageCalls();
    const { task } = healthCall('some-test-job', endpoint);
    calls.expect('some-test-job', 'job/some-test-job', task);
    // Somebody else's job, so that the other prefix is listened for too.
    const other = { type: 'health', participant_id: 'other-test-player', endpoint: `channel://${another}` } as const;
    calls.expect('other-test-job', 'job/other-test-job', other);
    await connection.flush();
    const agents = await bus.connect({ name: 'agents' });
    const answered = outcome();
    for (const prefix of [another, own]) agents.publish(`${prefix}.response.health.some-test-job`, `on ${prefix}`);
    await answered;
    expect(told).toEqual([{ type: 'answer', from: 'one-test-player', body: `on ${own}`, compare_job: true }]);
    expect(calls.stats().refused).toBe(1);
  },
);

it('refuses an answer on the bus to what is asked over HTTP, or of nobody', async () => {
  const { bus, calls, told, connection } = await stageCalls();
  calls.expect('over-http-job', 'job/over-http-job', healthCall('over-http-job', 'http://127.0.0.1:9').task);
  calls.expect('to-nobody-job', 'job/to-nobody-job', { type: 'message', subject: 'some.where', data: null });
  await connection.flush();
  const agents = await bus.connect({ name: 'agents' });
  const refused = Promise.withResolvers<void>();
  connection.subscribe('the.last.word', () => refused.resolve());
  await connection.flush();
  for (const job of ['over-http-job', 'to-nobody-job'])
    agents.publish(`actor.agent.one-test-player.response.health.${job}`, '{}');
  agents.publish('the.last.word', '');
  await refused.promise;
  expect(told).toEqual([]);
  expect(calls.stats().refused).toBe(2);
});
