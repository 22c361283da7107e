/** Traces as a collector gets them: a real one over OTLP/HTTP, of a contest that is launched with a trace of the caller's. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createLocalBus } from '../../src/bridge/bus-local.ts';
import { requestSchema } from '../../src/protocol/messages.ts';
import { startApp } from '../app/running-app.ts';
import { memoryLog, realClock } from '../support/clock.ts';
import { smallContest } from '../support/contest-input.ts';
import { wellBehaved } from '../support/nats-agents.ts';

const spanSchema = z.looseObject({
  name: z.string(),
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  links: z.array(z.looseObject({ traceId: z.string(), spanId: z.string() })).optional(),
});
const exportSchema = z.looseObject({
  resourceSpans: z.array(z.looseObject({ scopeSpans: z.array(z.looseObject({ spans: z.array(spanSchema) })) })),
});
type Span = z.infer<typeof spanSchema>;

const callerTrace = '4bf92f3577b34da6a3ce929d0e0e4736';
const callerSpan = '00f067aa0ba902b7';
const variable = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const spans: Span[] = [];
/** The `traceparent` of every request to an agent, by what was asked. */
const asked: { command: string; traceparent: string }[] = [];

const collector = createServer(async (request, response) => {
  const body = exportSchema.parse(await json(request));
  for (const { scopeSpans } of body.resourceSpans) spans.push(...scopeSpans.flatMap((scope) => scope.spans));
  response.setHeader('content-type', 'application/json').end('{}');
});

beforeAll(async () => {
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  process.env[variable] = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  const bus = createLocalBus({ clock: realClock, log: memoryLog() });
  const agents = await bus.connect({ name: 'agents of a test' });
  agents.subscribe('actor.agent.*.request.>', ({ data, reply, headers }) => {
    const request = requestSchema.parse(JSON.parse(new TextDecoder().decode(data)));
    asked.push({ command: request.command, traceparent: headers.traceparent ?? '' });
    agents.publish(reply ?? '', JSON.stringify(wellBehaved(request)));
  });
  const app = await startApp({ bus });
  const launched = await fetch(`${app.url}/api/contest`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', traceparent: `00-${callerTrace}-${callerSpan}-01` },
    body: JSON.stringify(smallContest({ id: 'calm-red-heron' })),
  });
  expect(launched.status).toBe(200);
  await app.client.reach('calm-red-heron', 'complete');
  // What was not sent yet is sent at the end.
  await app.close();
});

afterAll(async () => {
  delete process.env[variable];
  await new Promise((resolve) => collector.close(resolve));
});

const named = (name: string): Span => {
  const found = spans.find((span) => span.name === name);
  if (!found) throw new Error(`there is no span ${name} among ${[...new Set(spans.map((span) => span.name))]}`);
  return found;
};

describe('a contest that was launched within a trace', () => {
  it('continues the trace of the caller with the launch, which leads to the contest and back', () => {
    const launch = named('POST /api/contest');
    const contest = named('contest');
    expect(launch).toMatchObject({ traceId: callerTrace, parentSpanId: callerSpan });
    expect(launch.links).toMatchObject([{ traceId: contest.traceId, spanId: contest.spanId }]);
    expect(contest.links).toMatchObject([{ traceId: callerTrace, spanId: launch.spanId }]);
  });

  it('has a span for every request, with the ids that the agent was told', () => {
    expect(asked.length).toBeGreaterThan(10);
    const told = spans
      .filter(({ name }) => name.startsWith('request '))
      .map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`);
    expect([...told].sort()).toEqual(asked.map(({ traceparent }) => traceparent).sort());
  });

  it('hangs together: every span but the contest has its parent in the trace', () => {
    const contest = named('contest');
    const own = spans.filter(({ traceId }) => traceId === contest.traceId);
    const ids = new Set(own.map(({ spanId }) => spanId));
    expect(contest.parentSpanId ?? '').toBe('');
    const orphans = own.filter((span) => span !== contest && !ids.has(span.parentSpanId ?? ''));
    expect(orphans.map(({ name }) => name)).toEqual([]);
    expect(ids.size).toBe(own.length);
    expect(own.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['setup', 'round 0', 'round 1', 'player_player_action']),
    );
  });
});
