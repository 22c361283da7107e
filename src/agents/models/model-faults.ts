/** What went wrong at a provider, in words for people: whose fault it was, whether it may pass, and what to do. No key is ever in them. */
import { APICallError } from 'ai';
import { z } from 'zod';
import { ArenaError } from '../../protocol/errors.ts';
import { ReplyTooLarge } from './bounded-fetch.ts';
import type { ModelFault } from './model-caller.ts';

interface Meaning {
  readonly mayPass: boolean;
  readonly advice: string;
}

const meanings: Readonly<Record<number, Meaning>> = {
  400: {
    mayPass: false,
    advice: 'it does not take this request: look at the context length and the settings of the model',
  },
  401: { mayPass: false, advice: 'it does not take the key: check the key of the provider' },
  402: { mayPass: false, advice: 'it wants to be paid first: check the account at the provider' },
  403: { mayPass: false, advice: 'it does not allow this: check what the key may use' },
  404: { mayPass: false, advice: 'it has no such model or address: check the key and base_url of the model' },
  408: { mayPass: true, advice: 'it gave up waiting' },
  409: { mayPass: true, advice: 'it is busy with something else' },
  413: { mayPass: false, advice: 'the prompt is too large for it' },
  422: { mayPass: false, advice: 'it does not take this request: check what the model supports' },
  425: { mayPass: true, advice: 'it is not ready' },
  429: { mayPass: true, advice: 'it has more to do than it wants to' },
};

const shownMax = 300;

/** How far a call had come: nothing was heard, the reply had begun, or some of the answer was there. */
export type Progress = 'asked' | 'replied' | 'answering';

/** The fault of a call that threw, or whose stream told of an error. */
export function modelFault(
  error: unknown,
  options: { model: string; secret: string | null; progress: Progress; now: number },
): ModelFault {
  const { model, secret, progress, now } = options;
  const told = redacted(rootMessage(error), secret).slice(0, shownMax);
  const provider = `the provider of the model "${model}"`;
  const fault = (
    kind: ModelFault['kind'],
    whose: ModelFault['whose'],
    message: string,
    mayPass = true,
  ): ModelFault => ({
    kind,
    whose,
    message,
    mayPass,
    retryAfterMs: null,
  });
  const refused = causeOf(error, ArenaError);
  if (refused) return fault('refused', 'arena', `${provider} is ${refused.message}`, false);
  const tooLarge = causeOf(error, ReplyTooLarge);
  if (tooLarge) return fault('too_large', 'provider', `${provider} does not end: ${tooLarge.message}`, false);
  if (progress === 'answering') return fault('truncated', 'provider', `${provider} broke off its answer: ${told}`);
  const status = statusOf(error);
  if (status !== null) {
    const { mayPass, advice } = meanings[status] ?? { mayPass: status >= 500, advice: 'it failed' };
    const headers = APICallError.isInstance(error) ? (error.responseHeaders ?? {}) : {};
    return {
      ...fault('refused', 'provider', `${provider} answered with status ${status}: ${advice} (${told})`, mayPass),
      retryAfterMs: mayPass ? retryAfter(headers, now) : null,
    };
  }
  if (progress === 'replied') return fault('refused', 'provider', `${provider} failed before it had answered: ${told}`);
  return fault('unreachable', 'network', `${provider} cannot be reached: ${told}`);
}

/** Of an error's causes the first of this kind, or null. */
function causeOf<Found extends Error>(error: unknown, kind: abstract new (...args: never[]) => Found): Found | null {
  if (error instanceof kind) return error;
  return error instanceof Error && error.cause !== undefined ? causeOf(error.cause, kind) : null;
}

/** That of a refusal, also when it was told in the stream; null where the provider said none. */
function statusOf(error: unknown): number | null {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : null;
  return typeof status === 'number' && status >= 300 ? status : null;
}

/** Shorter ones are what servers on one's own machine are given for a key (`x`, `ollama`), and words that a model may say. */
const secretLengthMin = 8;

export function withoutSecret(text: string, secret: string | null): string {
  return secret !== null && secret.length >= secretLengthMin ? text.replaceAll(secret, '***') : text;
}

/** The key that was sent, and whatever looks like one. */
export function redacted(text: string, secret: string | null): string {
  return withoutSecret(text, secret).replace(/\b(Bearer\s+|sk-|key-|AIza)[\w.*-]{4,}/g, '***');
}

/** `retry-after-ms`, or `retry-after` in seconds or as a date (RFC 9110). */
function retryAfter(headers: Readonly<Record<string, string>>, now: number): number | null {
  const milliseconds = Number(headers['retry-after-ms'] ?? Number.NaN);
  if (Number.isFinite(milliseconds) && milliseconds >= 0) return Math.ceil(milliseconds);
  const value = headers['retry-after']?.trim();
  if (value === undefined || value === '') return null;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, Math.ceil(seconds * 1_000));
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

/** What the provider said itself, or else the cause at the bottom. */
function rootMessage(error: unknown): string {
  if (error instanceof Error && statusOf(error) !== null) return error.message || 'it said no more';
  if (error instanceof AggregateError && error.errors.length > 0) return rootMessage(error.errors[0]);
  if (error instanceof Error && error.cause !== undefined) return rootMessage(error.cause);
  if (typeof error === 'string') return error;
  const { message } = messageSchema.safeParse(error).data ?? {};
  return message || JSON.stringify(error) || 'no reason given';
}

/** Errors, and those that are told in a stream as plain objects. */
const messageSchema = z.looseObject({ message: z.string() });
