/** A client of the arena's HTTP interface: plain requests, refusals as errors, and the event stream that comes back by position. */
import { z } from 'zod';
import type { Clock } from '../actors/runtime/ports.ts';
import { type ContestDocument, contestDocumentSchema } from '../protocol/contest.ts';
import { type EntryDocument, entrySchema } from '../protocol/entries.ts';
import type { InputProblem } from '../protocol/errors.ts';
import { type Json, jsonSchema } from '../protocol/json.ts';

const problemSchema = z.looseObject({
  detail: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).default([]),
});

/** The arena refused, or cannot be reached (`status` 0). */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  readonly status: number;
  readonly problems: readonly InputProblem[];

  constructor(message: string, status: number, problems: readonly InputProblem[] = [], options?: ErrorOptions) {
    super(message, options);
    this.status = status;
    this.problems = problems;
  }
}

/** A job says its id as its messages do. */
const listed = z.array(z.union([z.looseObject({ id: z.string() }), z.looseObject({ job_id: z.string() })]));

export interface HttpClient {
  readonly url: string;
  get(path: string): Promise<Json>;
  post(path: string, body?: unknown): Promise<Json>;
  delete(path: string): Promise<Json>;
  /** What is at a path, as it is. */
  bytes(path: string): Promise<Uint8Array>;
  contest(id: string): Promise<ContestDocument>;
  /** An id as it is, or the newest of the model for `latest`. */
  idOf(model: string, id: string): Promise<string>;
  /**
   * Every entry above `after`, once and in order, over as many connections as it takes; ends when the signal is aborted. Rejects
   * when the arena refuses, or cannot be reached five times in a row.
   */
  follow(contestId: string, options: { after?: number; signal: AbortSignal }): AsyncGenerator<EntryDocument>;
}

export function createHttpClient(options: { url: string; clock: Clock }): HttpClient {
  const url = options.url.replace(/\/+$/, '');

  async function open(method: string, path: string, init: RequestInit = {}): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(url + path, { method, ...init });
    } catch (error) {
      if (init.signal?.aborted) throw error;
      const message = `There is no arena at ${url}. Start one with: arena serve`;
      throw new ClientError(message, 0, [], { cause: error });
    }
    if (response.ok) return response;
    const body = problemSchema.safeParse(await response.json().catch(() => null));
    if (body.success) throw new ClientError(body.data.detail, response.status, body.data.errors);
    throw new ClientError(`${method} ${path} was answered with status ${response.status}.`, response.status);
  }

  async function send(method: string, path: string, body?: unknown): Promise<Json> {
    const headers = { 'content-type': 'application/json' };
    const response = await open(method, path, body === undefined ? {} : { headers, body: JSON.stringify(body) });
    return jsonSchema.parse(await response.json());
  }

  async function newest(model: string): Promise<string> {
    const [newest] = listed.parse(
      await send('GET', `/api/${model}?order=newest&limit=1${model === 'job' ? '&top=true' : ''}`),
    );
    const last = newest && ('id' in newest ? newest.id : newest.job_id);
    if (typeof last !== 'string') throw new ClientError(`There is no ${model} yet.`, 404);
    return last;
  }

  return {
    url,
    get: (path) => send('GET', path),
    post: (path, body) => send('POST', path, body),
    delete: (path) => send('DELETE', path),
    bytes: async (path) => new Uint8Array(await (await open('GET', path)).arrayBuffer()),
    contest: async (id) => contestDocumentSchema.parse(await send('GET', `/api/contest/${encodeURIComponent(id)}`)),
    idOf: async (model, id) => (id === 'latest' ? await newest(model) : id),

    async *follow(contestId, { after = 0, signal }) {
      let position = after;
      let failures = 0;
      while (!signal.aborted) {
        try {
          const headers = { accept: 'text/event-stream', 'last-event-id': String(position) };
          const path = `/api/contest/${encodeURIComponent(contestId)}/events`;
          const response = await open('GET', path, { headers, signal });
          for await (const data of eventData(response)) {
            const entry = entrySchema.parse(JSON.parse(data));
            position = entry.position;
            failures = 0;
            yield entry;
          }
        } catch (error) {
          if (signal.aborted) return;
          if (error instanceof ClientError && error.status !== 0) throw error;
          failures += 1;
          if (failures >= 5) throw error;
        }
        if (!signal.aborted) await pause(options.clock, 200 * 2 ** failures, signal);
      }
    },
  };
}

/** The data of each server-sent event; comments and other fields are left out. */
async function* eventData(response: Response): AsyncGenerator<string> {
  if (!response.body) return;
  let rest = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const lines = block.split('\n').filter((line) => line.startsWith('data: '));
      if (lines.length > 0) yield lines.map((line) => line.slice('data: '.length)).join('\n');
    }
  }
}

/** Resolves after a time, or as soon as the signal is aborted. */
export function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      cancel();
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = clock.after(delayMs, finish);
    signal.addEventListener('abort', finish);
    if (signal.aborted) finish();
  });
}
