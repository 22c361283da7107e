/** One call of the arena over HTTP: opens it, reads its JSON, and turns a refusal into a `ClientError`. Knows no route. */
import type { InputProblem } from '../protocol/errors.ts';
import { ClientError } from './client-error.ts';

export interface CallOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

export interface Requests {
  /** Where the arena is, without a slash at the end. */
  readonly url: string;
  /** The response of a call that was not refused. */
  open(method: string, path: string, options?: CallOptions): Promise<Response>;
  /** The JSON that a call is answered with. */
  json<Result>(method: string, path: string, options?: CallOptions): Promise<Result>;
}

/** What a refusal says, as far as it is a problem (RFC 9457). */
interface ProblemLike {
  readonly detail?: unknown;
  readonly errors?: readonly InputProblem[];
}

/** What a page says of the server that it comes from. */
const unreachable = 'The arena cannot be reached. It may be starting again: try once more in a moment.';

export function createRequests(options: { url: string; fetch?: typeof fetch }): Requests {
  const url = options.url.replace(/\/+$/, '');
  const send = options.fetch ?? fetch;

  async function open(method: string, path: string, call: CallOptions = {}): Promise<Response> {
    const { body, signal } = call;
    const headers = { ...call.headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    let response: Response;
    try {
      response = await send(url + path, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      if (signal?.aborted) throw error;
      const message = url === '' ? unreachable : `There is no arena at ${url}. Start one with: arena serve`;
      throw new ClientError(message, 0, [], { cause: error });
    }
    if (response.ok) return response;
    throw await refusalOf(response, `${method} ${path}`);
  }

  return {
    url,
    open,
    json: async <Result>(method: string, path: string, call?: CallOptions) =>
      (await (await open(method, path, call)).json()) as Result,
  };
}

async function refusalOf(response: Response, call: string): Promise<ClientError> {
  const body = (await response.json().catch(() => null)) as ProblemLike | null;
  if (typeof body?.detail === 'string') return new ClientError(body.detail, response.status, body.errors ?? []);
  return new ClientError(`${call} was answered with status ${response.status}.`, response.status);
}

/** A query of what was given, with its question mark; empty when nothing was. */
export function queryOf(fields: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) query.set(name, String(value));
  return query.size === 0 ? '' : `?${query}`;
}
