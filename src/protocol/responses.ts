/**
 * Reads what an agent sends back: the response object around its answer. Lenient about how that is wrapped, strict about what it says.
 * The data in it is read by `answers.ts`.
 */
import { z } from 'zod';
import { type AnswerFault, fault, problemsOf, tooLarge } from './answer-faults.ts';
import type { Json } from './json.ts';
import { findJson, nestsDeeperThan, parseJson } from './json-in-text.ts';
import { limits } from './limits.ts';
import { type AgentResponse, responseSchema } from './messages.ts';
import { isObject, looksLikeResponse, withoutNulls, wrappingsMax } from './spoken-text.ts';

export type ReadResponse = { ok: true; response: AgentResponse; altered: boolean } | { ok: false; fault: AnswerFault };

const nestingMax = 200;
const decoder = new TextDecoder();

/** The data was parsed from JSON, so it is not walked through again to see that it is JSON. */
const envelopeSchema = responseSchema.extend({ data: z.custom<Json>().optional() });

/**
 * Reads the body of an answer. A response object inside a response object, or written as a JSON text, is unwrapped; what is no response
 * object at all is a fault. With `jobId`, an answer that names another job is the fault `wrong_job`.
 */
export function readResponse(body: Uint8Array | string, options: { jobId?: string } = {}): ReadResponse {
  const size = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  if (size > limits.answerBytes) return tooLarge(size);
  const text = typeof body === 'string' ? body : decoder.decode(body);
  if (text.trim() === '') return fault('empty', 'the answer has no body');
  if (nestsDeeperThan(text, nestingMax)) return fault('invalid', `the answer nests deeper than ${nestingMax} levels`);
  const value = parseJson(text);
  if (value === undefined) {
    const kind = findJson(text).unfinished ? 'truncated' : 'unparsable';
    return fault(kind, `the body is not JSON; expected a response object ${envelopeHint}`);
  }
  return readEnvelope(value, options.jobId);
}

const envelopeHint = '{"job_id", "state": "complete|pending|fail", "data"}';

function readEnvelope(body: Json, jobId: string | undefined): ReadResponse {
  let value = body;
  let altered = false;
  let outer: AgentResponse | null = null;
  for (let depth = 0; depth < wrappingsMax; depth += 1) {
    if (typeof value === 'string') {
      const inner = parseJson(value);
      if (inner === undefined) break;
      value = inner;
      altered = true;
      continue;
    }
    const read: z.ZodSafeParseResult<AgentResponse> = envelopeSchema.safeParse(withoutNulls(value));
    if (!read.success) {
      return fault('invalid', `the body is not a response object ${envelopeHint}: ${problemsOf(read.error)}`);
    }
    const response: AgentResponse = outer ? { ...read.data, ...envelopeOf(outer) } : read.data;
    const inner = response.state === 'complete' ? innerResponse(response.data) : undefined;
    if (inner === undefined) {
      if (jobId !== undefined && response.job_id !== undefined && response.job_id !== jobId) {
        return fault('wrong_job', `the answer names job "${response.job_id.slice(0, 100)}", asked was "${jobId}"`);
      }
      return { ok: true, response, altered };
    }
    outer = response;
    value = inner;
    altered = true;
  }
  return fault('invalid', `the body is not a response object ${envelopeHint}`);
}

/** What the outermost response object says about job and cost stands. */
function envelopeOf({ job_id, usage }: AgentResponse): Partial<AgentResponse> {
  return { ...(job_id === undefined ? {} : { job_id }), ...(usage === undefined ? {} : { usage }) };
}

/** The response object that the data of a response is, as JSON or as JSON text; undefined when the data is the answer itself. */
function innerResponse(data: Json | undefined): Json | undefined {
  if (typeof data === 'string') {
    const start = data.trimStart().charAt(0);
    if (start !== '{' && start !== '"') return undefined;
    const value = parseJson(data);
    return innerResponse(value);
  }
  return isObject(data) && looksLikeResponse(data) ? data : undefined;
}
