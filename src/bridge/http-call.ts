/**
 * One HTTP call through the gate, and what came of it as a value: the answer as it was sent, or a fault. What is asked, when, and
 * what an answer means, is the caller's; where may be called is the gate's.
 */
import type { Response } from 'undici';
import type { Clock } from '../actors/runtime/ports.ts';
import { ArenaError } from '../protocol/errors.ts';
import { limits } from '../protocol/limits.ts';
import type { FaultKind, FaultOwner } from '../protocol/states.ts';
import { credentialsIn } from '../protocol/urls.ts';
import { type OutboundGate, shownUrl } from './outbound-gate.ts';

export interface HttpRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For all of it, from the connection to the last byte of the answer. */
  readonly timeoutMs: number;
  /** Ends the call; nobody wants its outcome any more. */
  readonly signal?: AbortSignal;
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
    }
  | { readonly kind: 'withdrawn' };

export interface HttpCaller {
  /** Never rejects. */
  call(request: HttpRequest): Promise<HttpOutcome>;
}

/** The headers that every call of the arena has. */
export function arenaHeaders(traceparent: string): Record<string, string> {
  return { accept: 'application/json', 'user-agent': 'agent-arena', traceparent };
}

/** Statuses below 500 that may pass. */
const passingStatuses = new Set([408, 425, 429]);
const shownBodyLength = 200;

export function createHttpCaller({ gate, clock }: { gate: OutboundGate; clock: Clock }): HttpCaller {
  async function call(request: HttpRequest): Promise<HttpOutcome> {
    const { url, timeoutMs, signal } = request;
    const controller = new AbortController();
    let timedOut = false;
    const cancelTimer = clock.after(timeoutMs, () => {
      timedOut = true;
      controller.abort();
    });
    const signals = signal ? AbortSignal.any([signal, controller.signal]) : controller.signal;
    let response: Response | null = null;
    try {
      response = await gate.fetch(url, { ...request, signal: signals });
      const text = await readBody(response, limits.answerBytes);
      if (response.ok) return text === null ? tooLarge(url) : { kind: 'answer', text };
      return refusal(url, response, text ?? '', clock.now());
    } catch (error) {
      if (signal?.aborted) return { kind: 'withdrawn' };
      if (timedOut) return fault('timeout', 'agent', `no whole answer from ${shownUrl(url)} within ${timeoutMs} ms`);
      return failure(url, error, response !== null);
    } finally {
      cancelTimer();
      // Whatever of the answer has not been read is not wanted.
      controller.abort();
    }
  }

  return { call };
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

function refusal(url: string, response: Response, body: string, now: number): HttpOutcome {
  const passes = response.status >= 500 || passingStatuses.has(response.status);
  const said = withoutSecrets(body.trim(), url).slice(0, shownBodyLength);
  const message = `${shownUrl(url)} answered with status ${response.status}${said === '' ? '' : `: ${said}`}`;
  const retryAfterMs = passes ? readRetryAfter(response.headers.get('retry-after'), now) : null;
  return {
    ...fault('refused', 'agent', message),
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
    ...(passes ? {} : { final: true }),
  };
}

/** What the other side says may repeat what it was sent. */
function withoutSecrets(text: string, url: string): string {
  return credentialsIn(url).reduce((shown, secret) => shown.replaceAll(secret, '***'), text);
}

/** Seconds, or a date. */
function readRetryAfter(value: string | null, now: number): number | null {
  if (value === null) return null;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1_000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

function failure(url: string, error: unknown, answered: boolean): HttpOutcome {
  if (error instanceof ArenaError) return { ...fault('refused', 'arena', error.message), final: true };
  const why = rootMessage(error);
  if (answered) return fault('truncated', 'network', `the answer of ${shownUrl(url)} broke off: ${why}`);
  return fault('unreachable', 'network', `${shownUrl(url)} cannot be reached: ${why}`);
}

function tooLarge(url: string): HttpOutcome {
  return fault('too_large', 'agent', `the answer of ${shownUrl(url)} is larger than ${limits.answerBytes} bytes`);
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
