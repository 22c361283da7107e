/** What went wrong at a provider, in words for people: whose fault it was, whether it may pass, and what to do. No key is ever in them. */
import { APICallError } from 'ai';
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

/** The fault of a call that threw, or whose stream told of an error. `began`: some of the answer was there. */
export function modelFault(
  error: unknown,
  options: { model: string; secret: string | null; began: boolean; now: number },
): ModelFault {
  const { model, secret, began, now } = options;
  const told = redacted(rootMessage(error), secret).slice(0, shownMax);
  if (APICallError.isInstance(error) && error.statusCode !== undefined && error.statusCode >= 300) {
    const status = error.statusCode;
    const { mayPass, advice } = meanings[status] ?? { mayPass: status >= 500, advice: 'it failed' };
    return {
      kind: 'refused',
      whose: 'provider',
      message: `the provider of the model "${model}" answered with status ${status}: ${advice} (${told})`,
      mayPass,
      retryAfterMs: mayPass ? retryAfter(error.responseHeaders ?? {}, now) : null,
    };
  }
  if (began) {
    const message = `the provider of the model "${model}" broke off its answer: ${told}`;
    return { kind: 'truncated', whose: 'provider', message, mayPass: true, retryAfterMs: null };
  }
  const message = `the provider of the model "${model}" cannot be reached: ${told}`;
  return { kind: 'unreachable', whose: 'network', message, mayPass: true, retryAfterMs: null };
}

/** The key that was sent, and whatever looks like one. */
export function redacted(text: string, secret: string | null): string {
  const plain = secret ? text.replaceAll(secret, '***') : text;
  return plain.replace(/\b(Bearer\s+|sk-|key-|AIza)[\w.*-]{4,}/g, '***');
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
  if (APICallError.isInstance(error) && error.statusCode !== undefined) return error.message || 'it said no more';
  if (error instanceof AggregateError && error.errors.length > 0) return rootMessage(error.errors[0]);
  if (error instanceof Error && error.cause !== undefined) return rootMessage(error.cause);
  if (error instanceof Error) return error.message;
  return typeof error === 'string' ? error : JSON.stringify(error) || 'no reason given';
}
