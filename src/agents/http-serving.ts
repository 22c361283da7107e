/**
 * Serves an agent's answers over HTTP, for participants with an `http(s)://` endpoint: takes the request, checks whose it is, and after a
 * `pending` works on when it is asked whether it is done. What the answer is comes from `answering.ts`.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock, Log } from '../actors/runtime/ports.ts';
import { limits } from '../protocol/limits.ts';
import type { AgentResponse } from '../protocol/messages.ts';
import { signatureHeader, signatureProblem } from '../protocol/signature.ts';
import type { Answering } from './answering.ts';

export interface HttpServingOptions {
  /** 0 for any that is free. */
  readonly port: number;
  /** Default 127.0.0.1; `0.0.0.0` to be reached from elsewhere. */
  readonly host?: string;
  /** The participant's `api_key`: requests that are not signed with it are refused. */
  readonly apiKey?: string;
}

export interface HttpServing {
  /** The participant's `endpoint`. */
  readonly url: string;
  /** Takes no more requests; resolves when those at hand are answered. */
  close(): Promise<void>;
}

/** So many requests are known to those who ask whether they are done: what was asked while that is pending, and then the answer. */
const keptMax = 1_000;
/** A request with the largest view, and room to spare. */
const bodyBytesMax = limits.bodyBytes;

/** Rejects when the port is taken. */
export async function serveOverHttp(
  answering: Answering,
  options: HttpServingOptions,
  { clock, log }: { clock: Clock; log: Log },
): Promise<HttpServing> {
  const { port, host = '127.0.0.1', apiKey } = options;
  const kept = new Map<string, Buffer | AgentResponse>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    const [path = ''] = url.split('?');
    if (!/\/request\/[^/]+\/[^/]+$/.test(path))
      return refuse(response, 404, 'Ask at <endpoint>/request/<command>/<job>.');
    if (method !== 'POST' && method !== 'GET')
      return refuse(response, 405, 'Ask with POST, and whether it is done with GET.');
    const body = await read(request);
    if (body === null) return refuse(response, 413, `A request has at most ${bodyBytesMax} bytes.`);
    const problem =
      apiKey === undefined
        ? null
        : signatureProblem(headerOf(request), { apiKey, body: body.toString(), now: clock.now() });
    if (problem) return refuse(response, 401, `Not answered: ${problem}.`);
    const asked = method === 'POST' ? body : kept.get(path);
    if (asked === undefined) return refuse(response, 404, 'Nobody has asked this, or it is long ago.');
    const answered = Buffer.isBuffer(asked) ? await answering.answer(asked) : asked;
    keep(path, answered.state === 'pending' && Buffer.isBuffer(asked) ? asked : answered);
    send(response, 200, answered);
  }

  function keep(path: string, value: Buffer | AgentResponse): void {
    kept.delete(path);
    kept.set(path, value);
    const [oldest] = kept.keys();
    if (kept.size > keptMax && oldest !== undefined) kept.delete(oldest);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      log.error({ err: error, path: request.url }, 'a request over HTTP was not answered');
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  const shownHost = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${shownHost}:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

function headerOf(request: IncomingMessage): string | undefined {
  const value = request.headers[signatureHeader];
  return typeof value === 'string' ? value : undefined;
}

/** The whole body, or null when it is too large. */
async function read(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > bodyBytesMax) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function refuse(response: ServerResponse, status: number, message: string): void {
  // What has not been read of the request is not wanted, so the connection cannot be used again.
  response.setHeader('connection', 'close');
  send(response, status, { state: 'fail', message });
}

function send(response: ServerResponse, status: number, body: AgentResponse): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
