/** The HTTP request by which a job's URL is called: where, and with what. Making it is `http-call.ts`, when is `host-calls.ts`. */
import type { HttpTask, OutboundCall } from '../actors/job/state.ts';
import { bodyOf } from './call-body.ts';
import { arenaHeaders, type HttpRequest } from './http-call.ts';

/** `url` is the one that the tokens were replaced in, `traceparent` that of the attempt. To ask again after `pending` is to make the same request again. */
export function urlRequest(call: OutboundCall, task: HttpTask, traceparent: string, url: string): HttpRequest {
  const { method } = task;
  const headers = {
    ...arenaHeaders(traceparent),
    'x-arena-job': call.job_id,
    'x-arena-attempt': String(call.attempt),
  };
  const hasBody = method !== 'GET' && (task.data !== null || call.child_data !== null);
  if (!hasBody) return { url, method, headers, timeoutMs: call.timeout_ms };
  const { text, isJson } = bodyOf(call, task.data);
  const type = isJson ? 'application/json' : 'text/plain;charset=utf-8';
  return { url, method, headers: { ...headers, 'content-type': type }, body: text, timeoutMs: call.timeout_ms };
}
