import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { agentHttpRequest, type HttpAsk } from '../../src/bridge/agent-http-request.ts';
import { createHttpCaller, type HttpOutcome } from '../../src/bridge/http-call.ts';
import { createOutboundGate, type OutboundGate, type OutboundGateOptions } from '../../src/bridge/outbound-gate.ts';
import { realClock } from '../support/clock.ts';
import { type Answer, type HttpServer, sendJson, startHttpServer } from '../support/http-server.ts';

const gates: OutboundGate[] = [];
const servers: HttpServer[] = [];
const job = 'brave-finch-runs-9z8y7x6w';
const request = JSON.stringify({ command: 'player_player_action', job_id: job, note: 'grüße' });

afterEach(async () => {
  await Promise.all(gates.splice(0).map((gate) => gate.close()));
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function serve(answer: Answer): Promise<HttpServer> {
  const server = await startHttpServer(answer);
  servers.push(server);
  return server;
}

function ask(
  endpoint: string,
  how: Partial<HttpAsk> = {},
  gateOptions: OutboundGateOptions = { allowHosts: ['127.0.0.1'] },
): Promise<HttpOutcome> {
  const gate = createOutboundGate(gateOptions);
  gates.push(gate);
  const ask: HttpAsk = {
    endpoint,
    askType: 'player_player_action',
    job,
    body: request,
    poll: false,
    timeoutMs: 20_000,
    traceparent: '00-abc-def-01',
    ...how,
  };
  return createHttpCaller({ gate, clock: realClock }).call(agentHttpRequest(ask, realClock.now()));
}

function faultOf(outcome: HttpOutcome) {
  if (outcome.kind !== 'fault') throw new Error(`no fault but ${JSON.stringify(outcome)}`);
  return outcome;
}

describe('asking an agent over HTTP', () => {
  it('posts the request below the endpoint and gives back what was answered', async () => {
    const server = await serve((response) =>
      sendJson(response, { job_id: job, state: 'complete', data: { action: 'wait' } }),
    );
    const outcome = await ask(`${server.origin}/bots/7/?team=a`);
    expect(outcome).toEqual({
      kind: 'answer',
      text: `{"job_id":"${job}","state":"complete","data":{"action":"wait"}}`,
    });
    expect(server.requests).toMatchObject([
      {
        method: 'POST',
        path: `/bots/7/request/player_player_action/${job}?team=a`,
        body: request,
        headers: { 'content-type': 'application/json', traceparent: '00-abc-def-01' },
      },
    ]);
    expect(server.requests[0]?.headers).not.toHaveProperty('x-arena-signature');
  });

  it('polls with GET after pending, at the same address', async () => {
    const server = await serve((response, { method }) =>
      sendJson(response, method === 'POST' ? { state: 'pending', delay: 5 } : { state: 'complete', data: 'done' }),
    );
    expect(await ask(server.origin, { askType: 'health' })).toMatchObject({ text: '{"state":"pending","delay":5}' });
    expect(await ask(server.origin, { askType: 'health', poll: true })).toMatchObject({
      text: '{"state":"complete","data":"done"}',
    });
    expect(server.requests.map(({ method, path, body }) => [method, path, body])).toEqual([
      ['POST', `/request/health/${job}`, request],
      ['GET', `/request/health/${job}`, ''],
    ]);
  });

  it.each([false, true])('signs time and body with the key of the participant (polling: %s)', async (poll) => {
    const server = await serve((response, { headers, body }) => {
      const [, time = '', signature = ''] =
        /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['x-arena-signature'])) ?? [];
      const expected = createHmac('sha256', 'the key').update(`${time}.${body}`).digest('hex');
      const isFresh = Math.abs(Date.now() - Number(time)) < 60_000;
      sendJson(response, 'signed', signature === expected && isFresh ? 200 : 401);
    });
    expect(await ask(server.origin, { poll, apiKey: 'the key' })).toEqual({ kind: 'answer', text: '"signed"' });
    expect(faultOf(await ask(server.origin, { poll, apiKey: 'another key' })).fault.kind).toBe('refused');
  });

  it('gives back text that is no JSON as it is', async () => {
    const server = await serve((response) => response.end('<think>…</think> I go north'));
    expect(await ask(server.origin)).toEqual({ kind: 'answer', text: '<think>…</think> I go north' });
  });

  it('gives back an empty answer as it is', async () => {
    const server = await serve((response) => response.writeHead(204).end());
    expect(await ask(server.origin)).toEqual({ kind: 'answer', text: '' });
  });

  it('reads a compressed answer', async () => {
    const server = await serve((response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('"small"')),
    );
    expect(await ask(server.origin)).toEqual({ kind: 'answer', text: '"small"' });
  });
});

describe('a fault', () => {
  it.each([500, 502, 503, 429, 408])('is a refusal that may pass with status %i', async (status) => {
    const server = await serve((response) => response.writeHead(status).end('not now'));
    const outcome = faultOf(await ask(server.origin));
    expect(outcome).toEqual({
      kind: 'fault',
      fault: {
        kind: 'refused',
        whose: 'agent',
        message: `${server.origin}/request/player_player_action/${job} answered with status ${status}: not now`,
      },
    });
  });

  it.each([400, 401, 404, 410, 304])('is a refusal for good with status %i', async (status) => {
    const server = await serve((response) => response.writeHead(status).end());
    expect(faultOf(await ask(server.origin))).toMatchObject({
      fault: { kind: 'refused', whose: 'agent' },
      final: true,
    });
  });

  it('says when the other side wants to be called again, in seconds or as a date', async () => {
    const inSeconds = await serve((response) => response.writeHead(429, { 'retry-after': '7' }).end());
    expect(faultOf(await ask(inSeconds.origin)).retryAfterMs).toBe(7_000);
    const past = await serve((response) => response.writeHead(503, { 'retry-after': new Date(0).toUTCString() }).end());
    expect(faultOf(await ask(past.origin)).retryAfterMs).toBe(0);
    const rubbish = await serve((response) => response.writeHead(503, { 'retry-after': 'soon' }).end());
    expect(faultOf(await ask(rubbish.origin))).not.toHaveProperty('retryAfterMs');
  });

  it('is the network when nobody listens', async () => {
    const server = await startHttpServer(() => {});
    await server.stop();
    expect(faultOf(await ask(server.origin))).toMatchObject({
      fault: { kind: 'unreachable', whose: 'network', message: /ECONNREFUSED/ },
    });
  });

  it('is the network when the name is unknown', async () => {
    const resolve = () =>
      Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND nowhere.example'), { code: 'ENOTFOUND' }));
    expect(faultOf(await ask('http://nowhere.example', {}, { resolve }))).toMatchObject({
      fault: { kind: 'unreachable', whose: 'network', message: /ENOTFOUND/ },
    });
  });

  it('is the network when the other side does not speak TLS', async () => {
    const server = await serve((response) => sendJson(response, 'plain'));
    expect(faultOf(await ask(server.origin.replace('http:', 'https:')))).toMatchObject({
      fault: { kind: 'unreachable', whose: 'network' },
    });
  });

  it('is the network when the connection is cut before an answer', async () => {
    const server = await serve((response) => void response.destroy());
    expect(faultOf(await ask(server.origin))).toMatchObject({ fault: { kind: 'unreachable', whose: 'network' } });
  });

  it('is a truncated answer when the connection is cut in the middle of it', async () => {
    const server = await serve((response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"state":', () => response.destroy());
    });
    expect(faultOf(await ask(server.origin))).toMatchObject({ fault: { kind: 'truncated', whose: 'network' } });
  });

  it('is a timeout when no answer comes', async () => {
    const server = await serve(() => {});
    expect(faultOf(await ask(server.origin, { timeoutMs: 50 }))).toMatchObject({
      fault: { kind: 'timeout', whose: 'agent', message: /within 50 ms/ },
    });
  });

  it('is a timeout when an answer begins and does not end', async () => {
    const server = await serve((response) => void response.writeHead(200).write('{"state":'));
    expect(faultOf(await ask(server.origin, { timeoutMs: 100 }))).toMatchObject({
      fault: { kind: 'timeout', whose: 'agent' },
    });
  });

  it('is an answer that is too large, by what it says of itself', async () => {
    const server = await serve((response) => response.end(Buffer.alloc(1_048_577, 'x')));
    expect(faultOf(await ask(server.origin))).toMatchObject({ fault: { kind: 'too_large', whose: 'agent' } });
  });

  it('is an answer that is too large, and the connection is cut instead of reading 10 MB', async () => {
    let cut: (sent: number) => void = () => {};
    const sentUntilCut = new Promise<number>((resolve) => {
      cut = resolve;
    });
    const total = 10 * 1_048_576;
    const server = await serve((response) => {
      let sent = 0;
      const more = () => {
        while (sent < total) {
          sent += 65_536;
          if (!response.write(Buffer.alloc(65_536, 'x'))) return void response.once('drain', more);
        }
        response.end();
      };
      response.once('close', () => cut(sent));
      more();
    });
    expect(faultOf(await ask(server.origin))).toMatchObject({ fault: { kind: 'too_large', whose: 'agent' } });
    expect(await sentUntilCut).toBeLessThan(total);
  });

  it('is an answer that is too large when it is unpacked', async () => {
    const server = await serve((response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(10 * 1_048_576))),
    );
    expect(faultOf(await ask(server.origin))).toMatchObject({ fault: { kind: 'too_large', whose: 'agent' } });
  });

  it('takes an answer of exactly the limit', async () => {
    const server = await serve((response) => response.end(Buffer.alloc(1_048_576, 'x')));
    const outcome = await ask(server.origin);
    expect(outcome.kind === 'answer' && outcome.text.length).toBe(1_048_576);
  });

  it.each(['http://127.0.0.1:1/', 'http://[::1]/', 'ftp://example.org', 'no address'])(
    "is the arena's own refusal, for good, for %s",
    async (endpoint) => {
      expect(faultOf(await ask(endpoint, {}, {}))).toMatchObject({
        fault: { kind: 'refused', whose: 'arena' },
        final: true,
      });
    },
  );

  it("is the arena's own refusal behind a redirect to a place that is not allowed", async () => {
    const server = await serve((response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end());
    expect(faultOf(await ask(server.origin))).toMatchObject({
      fault: { kind: 'refused', whose: 'arena' },
      final: true,
    });
  });

  it('names no credentials', async () => {
    const server = await serve((response) => response.writeHead(500).end());
    const endpoint = `http://me:secret@127.0.0.1:${server.port}/?key=secret`;
    expect(JSON.stringify(await ask(endpoint))).not.toContain('secret');
    await server.stop();
    servers.length = 0;
    expect(JSON.stringify(await ask(endpoint))).not.toContain('secret');
  });

  it('is made of anything that is no HTTP', async () => {
    const raw = await startRawServer('SSH-2.0-OpenSSH_9.2\r\n');
    const outcome = faultOf(await ask(`http://127.0.0.1:${raw.port}`));
    raw.server.close();
    expect(outcome).toMatchObject({ fault: { kind: 'unreachable', whose: 'network' } });
  });
});

async function startRawServer(greeting: string): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => socket.on('error', () => {}).end(greeting));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (!address || typeof address === 'string') throw new Error('a server has no port');
  return { server, port: address.port };
}
