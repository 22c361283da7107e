/** Traces as a collector gets them over OTLP/HTTP, of contests that are launched within traces of their callers. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createLocalBus } from '../../src/bridge/bus-local.ts';
import { requestSchema } from '../../src/protocol/messages.ts';
import { startApp } from '../app/running-app.ts';
import { freshDatabase } from '../support/arena-process.ts';
import { memoryLog, realClock } from '../support/clock.ts';
import { smallContest } from '../support/contest-input.ts';
import { wellBehaved } from '../support/nats-agents.ts';

const madeSchema = z.looseObject({ id: z.string() });
const snapshotSchema = z.looseObject({ format: z.string() });
const spanSchema = z.looseObject({
  name: z.string(),
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  startTimeUnixNano: z.coerce.bigint(),
});
const exportSchema = z.looseObject({
  resourceSpans: z.array(z.looseObject({ scopeSpans: z.array(z.looseObject({ spans: z.array(spanSchema) })) })),
});
type Span = z.infer<typeof spanSchema>;

const callerTrace = '4bf92f3577b34da6a3ce929d0e0e4736';
const callerSpan = '00f067aa0ba902b7';
const stormyTrace = '5bf92f3577b34da6a3ce929d0e0e4736';
const stormySpan = '10f067aa0ba902b7';
const quietTrace = '6bf92f3577b34da6a3ce929d0e0e4736';
/** Each belongs to one request that begins something from what there is already. */
const traceOf = {
  clone: '71f92f3577b34da6a3ce929d0e0e4736',
  fork: '72f92f3577b34da6a3ce929d0e0e4736',
  copy: '73f92f3577b34da6a3ce929d0e0e4736',
  verify: '74f92f3577b34da6a3ce929d0e0e4736',
  carried: '75f92f3577b34da6a3ce929d0e0e4736',
  message: '76f92f3577b34da6a3ce929d0e0e4736',
};
const variable = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const spans: Span[] = [];
/** Of the first entries of the fork and of the copy. */
const causes: (string | null)[] = [];
/** The `traceparent` of every request to an agent, by what was asked. */
const asked: { contest: string | null; traceparent: string }[] = [];

const collector = createServer(async (request, response) => {
  const body = exportSchema.parse(await json(request));
  for (const { scopeSpans } of body.resourceSpans) spans.push(...scopeSpans.flatMap((scope) => scope.spans));
  response.setHeader('content-type', 'application/json').end('{}');
});

beforeAll(async () => {
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  process.env[variable] = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  let judgeIsDown = true;
  /** Answers well, but for the judge of one contest, which is down for a while. */
  const start = async (databaseUrl: string) => {
    const bus = createLocalBus({ clock: realClock, log: memoryLog() });
    const agents = await bus.connect({ name: 'agents of a test' });
    agents.subscribe('actor.agent.*.request.>', ({ data, reply, headers }) => {
      const request = requestSchema.parse(JSON.parse(new TextDecoder().decode(data)));
      asked.push({ contest: request.contest_id, traceparent: headers.traceparent ?? '' });
      const isDown = judgeIsDown && request.contest_id === 'stormy-red-heron' && request.command.startsWith('judge');
      const answer = isDown ? { job_id: request.job_id, state: 'fail', message: 'down' } : wellBehaved(request);
      agents.publish(reply ?? '', JSON.stringify(answer));
    });
    return { ...(await startApp({ bus, databaseUrl })), agents };
  };
  const post = async (url: string, traceparent: string, body?: object): Promise<unknown> => {
    const sent = body && { body: JSON.stringify(body) };
    const headers = { traceparent, ...(body && { 'content-type': 'application/json' }) };
    const answer = await fetch(url, { method: 'POST', headers, ...sent });
    expect(answer.status).toBe(200);
    return answer.json();
  };
  const launch = (url: string, id: string, traceparent: string, change: object = {}) =>
    post(`${url}/api/contest`, traceparent, smallContest({ id, ...change }));
  const withinTrace = (trace: string) => `00-${trace}-${callerSpan}-01`;

  const databaseUrl = await freshDatabase();
  const first = await start(databaseUrl);
  await launch(first.url, 'calm-red-heron', `00-${callerTrace}-${callerSpan}-01`);
  await launch(first.url, 'quiet-red-heron', `00-${quietTrace}-${callerSpan}-00`);
  await launch(first.url, 'stormy-red-heron', `00-${stormyTrace}-${stormySpan}-01`, { max_attempts: 1, max_rounds: 1 });
  await first.client.reach('calm-red-heron', 'complete');
  await first.client.reach('quiet-red-heron', 'complete');
  await first.client.reach('stormy-red-heron', 'fail');

  const calm = `${first.url}/api/contest/calm-red-heron`;
  const clone = madeSchema.parse(await post(`${calm}/clone`, withinTrace(traceOf.clone)));
  const fork = madeSchema.parse(await post(`${calm}/fork`, withinTrace(traceOf.fork), { round_no: 0 }));
  const calmSnapshot = snapshotSchema.parse(
    (await first.client.send('GET', '/api/contest/calm-red-heron/snapshot')).body,
  );
  const copying = post(`${first.url}/api/contest/restore?as_new=true`, withinTrace(traceOf.copy), calmSnapshot);
  const copy = madeSchema.parse(await copying);
  for (const { id } of [fork, copy]) causes.push((await first.client.entries(id))[0]?.caused_by ?? null);
  await post(`${calm}/verify`, withinTrace(traceOf.verify));
  await launch(first.url, 'carried-red-heron', withinTrace(traceOf.carried), { start: false });
  const carried = snapshotSchema.parse(
    (await first.client.send('GET', '/api/contest/carried-red-heron/snapshot')).body,
  );
  const headers = { traceparent: withinTrace(traceOf.message) };
  const job = JSON.stringify({ method: 'FINAL' });
  await first.agents.request('arena.request.job', job, { timeoutMs: 20_000, headers });
  await first.close();

  judgeIsDown = false;
  const second = await start(databaseUrl);
  const restarted = await second.client.send('POST', '/api/contest/stormy-red-heron/round/0/restart');
  expect(restarted.status).toBe(200);
  await second.client.reach('stormy-red-heron', 'complete');
  await second.client.act(clone.id, 'start');
  await second.client.reach(clone.id, 'complete');
  // What was not sent yet is sent at the end.
  await second.close();

  const third = await start(await freshDatabase());
  await post(`${third.url}/api/contest/restore`, withinTrace(quietTrace).replace(/01$/, '00'), carried);
  await third.client.act('carried-red-heron', 'start');
  await third.client.reach('carried-red-heron', 'complete');
  await third.close();
});

afterAll(async () => {
  delete process.env[variable];
  await new Promise((resolve) => collector.close(resolve));
});

const named = (name: string, trace: string): Span => {
  const found = spans.find((span) => span.name === name && span.traceId === trace);
  if (!found) throw new Error(`there is no span ${name} among ${[...new Set(spans.map((span) => span.name))]}`);
  return found;
};

/** All of them: of a caller, and of whoever is asked. */
function expectWhole(own: readonly Span[], above: string): void {
  const ids = new Set(own.map(({ spanId }) => spanId));
  expect(own.length).toBeGreaterThan(10);
  expect(ids.size, 'a span is told once').toBe(own.length);
  const orphans = own.filter(({ parentSpanId = '' }) => parentSpanId !== above && !ids.has(parentSpanId));
  expect(orphans.map(({ name }) => name)).toEqual([]);
}

const requestsOf = (own: readonly Span[]) =>
  own.filter(({ name }) => name.startsWith('request ')).map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`);

describe('a contest that is launched within a trace', () => {
  const own = () => spans.filter(({ traceId }) => traceId === callerTrace);

  it('is a part of it: the launch below the caller, the contest below the launch, and all else below the contest', () => {
    const launch = named('POST /api/contest', callerTrace);
    expect(launch).toMatchObject({ parentSpanId: callerSpan });
    expect(named('contest', callerTrace)).toMatchObject({ parentSpanId: launch.spanId });
    expectWhole(own(), callerSpan);
    for (const name of ['setup', 'round 0', 'round 1', 'player_player_action', 'health']) named(name, callerTrace);
  });

  it('has spans that hold those below them', () => {
    const byId = new Map(own().map((span) => [span.spanId, span]));
    const early = own().filter((span) => {
      const above = byId.get(span.parentSpanId ?? '');
      return (
        above !== undefined && above.name !== 'POST /api/contest' && span.startTimeUnixNano < above.startTimeUnixNano
      );
    });
    expect(early.map(({ name }) => name)).toEqual([]);
  });

  it('has a span for every request, with the ids that the agent was told', () => {
    const told = asked.filter(({ contest }) => contest === 'calm-red-heron').map(({ traceparent }) => traceparent);
    expect(told.length).toBeGreaterThan(10);
    expect(requestsOf(own()).sort()).toEqual(told.sort());
  });
});

describe('a contest that fails, is retried in another process, and plays a round again', () => {
  const trace = () => named('POST /api/contest', stormyTrace).traceId;

  it('goes on in its trace, and tells each span once', () => {
    const own = spans.filter(({ traceId }) => traceId === trace());
    expectWhole(own, stormySpan);
    expect(own.filter(({ name }) => name === 'contest')).toHaveLength(1);
    expect(own.filter(({ name }) => name === 'contest failed')).toHaveLength(1);
    expect(own.filter(({ name }) => name === 'round 0 failed')).toHaveLength(1);
    expect(own.filter(({ name }) => name === 'round 0')).toHaveLength(1);
    const told = asked.filter(({ contest }) => contest === 'stormy-red-heron').map(({ traceparent }) => traceparent);
    expect(requestsOf(own).filter((id) => !told.includes(id))).toEqual([]);
    for (const traceparent of told) expect(traceparent).toContain(stormyTrace);
  });
});

it('a caller that wants no trace gets none, and neither do the agents', () => {
  expect(spans.filter(({ traceId }) => traceId === quietTrace)).toEqual([]);
  const told = asked.filter(({ contest }) => contest === 'quiet-red-heron').map(({ traceparent }) => traceparent);
  expect(told.length).toBeGreaterThan(10);
  for (const traceparent of told) expect(traceparent).toMatch(new RegExp(`^00-${quietTrace}-[0-9a-f]{16}-00$`));
});

describe('what begins from something that there is', () => {
  it('is a part of the trace of its request: a clone with all that it plays after a restart', () => {
    const launch = named('POST /api/contest/:id/clone', traceOf.clone);
    expect(launch).toMatchObject({ parentSpanId: callerSpan });
    expect(named('contest', traceOf.clone)).toMatchObject({ parentSpanId: launch.spanId });
    expectWhole(
      spans.filter(({ traceId }) => traceId === traceOf.clone),
      callerSpan,
    );
  });

  it('has the request on record as its cause, be it a fork or a copy', () => {
    const launches = [
      named('POST /api/contest/:id/fork', traceOf.fork),
      named('POST /api/contest/restore', traceOf.copy),
    ];
    expect(launches.map(({ parentSpanId }) => parentSpanId)).toEqual([callerSpan, callerSpan]);
    expect(causes).toEqual(launches.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`));
  });

  it('has a check of health below its request', () => {
    const launch = named('POST /api/contest/:id/verify', traceOf.verify);
    expect(named('batch', traceOf.verify)).toMatchObject({ parentSpanId: launch.spanId });
  });

  it('goes on in its own trace when it is carried to another arena, from the moment that it is there', () => {
    const launch = named('POST /api/contest', traceOf.carried);
    expect(named('contest', traceOf.carried)).toMatchObject({ parentSpanId: launch.spanId });
    const told = asked.filter(({ contest }) => contest === 'carried-red-heron').map(({ traceparent }) => traceparent);
    expect(told.length).toBeGreaterThan(10);
    for (const traceparent of told) expect(traceparent).toContain(traceOf.carried);
  });

  it('is below the caller when it is a job that came as a message', () => {
    expect(named('batch', traceOf.message)).toMatchObject({ parentSpanId: callerSpan });
  });
});
