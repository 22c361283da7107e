/**
 * Asks an agent at an `http(s)://` endpoint and says what came of it, as a value. When to ask, and what an answer
 * means, is the job's; where it may be called is the gate's.
 */
import { createHmac } from 'node:crypto';
import type { Response } from 'undici';
import type { Clock } from '../actors/runtime/ports.ts';
import { ArenaError } from '../protocol/errors.ts';
import { limits } from '../protocol/limits.ts';
import type { AskType, FaultKind, FaultOwner } from '../protocol/states.ts';
import { type OutboundGate, shownUrl } from './outbound-gate.ts';

export interface HttpCall {
  readonly endpoint: string;
  readonly askType: AskType;
  readonly job: string;
  /** The request as JSON text; it is not sent when polling. */
  readonly body: string;
  /** After `pending`: asks with GET whether the answer is there. */
  readonly poll: boolean;
  /** For all of it, from the connection to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly apiKey?: string | null;
  readonly traceparent: string;
}

export type HttpOutcome =
  /** The body as it was sent, whatever it is. */
  | { readonly kind: 'answer'; readonly text: string }
  | {
      readonly kind: 'fault';
      readonly fault: { readonly kind: FaultKind; readonly whose: FaultOwner; readonly message: string };
      /** The other side asked not to be called again before. */
      readonly retryAfterMs?: number;
      /** Asking again would give the same. */
      readonly final?: boolean;
    };

export interface HttpAgentCaller {
  /** Never rejects. */
  ask(call: HttpCall): Promise<HttpOutcome>;
}

/** Statuses below 500 that may pass. */
const passingStatuses = new Set([408, 425, 429]);
const shownBodyLength = 200;

export function createHttpAgentCaller({ gate, clock }: { gate: OutboundGate; clock: Clock }): HttpAgentCaller {
  async function ask(call: HttpCall): Promise<HttpOutcome> {
    const controller = new AbortController();
    let timedOut = false;
    const cancelTimer = clock.after(call.timeoutMs, () => {
      timedOut = true;
      controller.abort();
    });
    let response: Response | null = null;
    try {
      response = await gate.fetch(requestUrl(call), { ...requestOf(call, clock.now()), signal: controller.signal });
      const text = await readBody(response, limits.answerBytes);
      if (response.ok) return text === null ? tooLarge(call) : { kind: 'answer', text };
      return refusal(call, response, text ?? '', clock.now());
    } catch (error) {
      if (timedOut)
        return fault('timeout', 'agent', `no whole answer from ${shownUrl(call.endpoint)} within ${call.timeoutMs} ms`);
      return failure(call, error, response !== null);
    } finally {
      cancelTimer();
      // Whatever of the answer has not been read is not wanted.
      controller.abort();
    }
  }

  return { ask };
}

/** The value of `X-Arena-Signature`: an HMAC-SHA256 of time and body with the participant's key. */
function arenaSignature(apiKey: string, atMs: number, body: string): string {
  return `t=${atMs},v1=${createHmac('sha256', apiKey).update(`${atMs}.${body}`).digest('hex')}`;
}

function requestOf(call: HttpCall, now: number): { method: string; headers: Record<string, string>; body?: string } {
  const body = call.poll ? '' : call.body;
  const headers = {
    accept: 'application/json',
    'user-agent': 'agent-arena',
    ...(call.poll ? {} : { 'content-type': 'application/json' }),
    ...(call.apiKey ? { 'x-arena-signature': arenaSignature(call.apiKey, now, body) } : {}),
    traceparent: call.traceparent,
  };
  return call.poll ? { method: 'GET', headers } : { method: 'POST', headers, body };
}

/** The endpoint may have a path and a query of its own. */
function requestUrl({ endpoint, askType, job }: HttpCall): string {
  const url = URL.parse(endpoint);
  if (!url) return endpoint;
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/request/${askType}/${encodeURIComponent(job)}`;
  return url.href;
}

/** The body as text, or null when it is longer than the limit; then the rest is not read. */
async function readBody(response: Response, bytesMax: number): Promise<string | null> {
  if (Number(response.headers.get('content-length') ?? 0) > bytesMax) return null;
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    length += chunk.byteLength;
    if (length > bytesMax) return null;
  }
  return new TextDecoder().decode(Buffer.concat(chunks, length));
}

function refusal(call: HttpCall, response: Response, body: string, now: number): HttpOutcome {
  const passes = response.status >= 500 || passingStatuses.has(response.status);
  const said = body.trim().slice(0, shownBodyLength);
  const message = `${shownUrl(call.endpoint)} answered with status ${response.status}${said === '' ? '' : `: ${said}`}`;
  const retryAfterMs = passes ? readRetryAfter(response.headers.get('retry-after'), now) : null;
  return {
    ...fault('refused', 'agent', message),
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
    ...(passes ? {} : { final: true }),
  };
}

/** Seconds, or a date. */
function readRetryAfter(value: string | null, now: number): number | null {
  if (value === null) return null;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1_000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

function failure(call: HttpCall, error: unknown, answered: boolean): HttpOutcome {
  if (error instanceof ArenaError) return { ...fault('refused', 'arena', error.message), final: true };
  const why = rootMessage(error);
  if (answered) return fault('truncated', 'network', `the answer of ${shownUrl(call.endpoint)} broke off: ${why}`);
  return fault('unreachable', 'network', `${shownUrl(call.endpoint)} cannot be reached: ${why}`);
}

function tooLarge(call: HttpCall): HttpOutcome {
  return fault(
    'too_large',
    'agent',
    `the answer of ${shownUrl(call.endpoint)} is larger than ${limits.answerBytes} bytes`,
  );
}

/** The cause at the bottom says what happened; of several addresses that were tried, the first. */
function rootMessage(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return rootMessage(error.errors[0]);
  if (error instanceof Error && error.cause !== undefined) return rootMessage(error.cause);
  return error instanceof Error ? error.message : 'no reason given';
}

function fault(kind: FaultKind, whose: FaultOwner, message: string): Extract<HttpOutcome, { kind: 'fault' }> {
  return { kind: 'fault', fault: { kind, whose, message } };
}
