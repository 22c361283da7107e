/** The HTTP request by which an agent at an `http(s)://` endpoint is asked: where, with what, and signed. Making it is `http-call.ts`. */
import { arenaSignature, signatureHeader } from '../protocol/signature.ts';
import { arenaHeaders, type HttpRequest } from './http-call.ts';

/** One ask of an agent over HTTP. */
export interface HttpAsk {
  readonly endpoint: string;
  /** Health, or a prompt type. */
  readonly askType: string;
  readonly job: string;
  /** The request as JSON text; it is not sent when polling. */
  readonly body: string;
  /** After `pending`: asks with GET whether the answer is there. */
  readonly poll: boolean;
  readonly timeoutMs: number;
  readonly apiKey?: string | null;
  readonly traceparent: string;
}

export function agentHttpRequest(ask: HttpAsk, now: number): HttpRequest {
  const { poll, apiKey, timeoutMs } = ask;
  const body = poll ? '' : ask.body;
  const headers = {
    ...arenaHeaders(ask.traceparent),
    ...(poll ? {} : { 'content-type': 'application/json' }),
    ...(apiKey ? { [signatureHeader]: arenaSignature(apiKey, now, body) } : {}),
  };
  const url = requestUrl(ask);
  return poll ? { url, method: 'GET', headers, timeoutMs } : { url, method: 'POST', headers, body, timeoutMs };
}

/** The endpoint may have a path and a query of its own. */
function requestUrl({ endpoint, askType, job }: HttpAsk): string {
  const url = URL.parse(endpoint);
  if (!url) return endpoint;
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/request/${encodeURIComponent(askType)}/${encodeURIComponent(job)}`;
  return url.href;
}
