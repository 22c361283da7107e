/** A real HTTP server on a free loopback port over ports in memory; every response is checked against its schema. */
import { createHttpServer, type HttpServerOptions } from '../../src/http/server.ts';
import { jsonSchema } from '../../src/protocol/json.ts';
import { memoryLog, realClock } from '../support/clock.ts';
import { createMemoryCatalogue } from './memory-catalogue.ts';
import { createMemoryContests } from './memory-contests.ts';
import { noJobs } from './no-jobs.ts';
import { noRecords } from './no-records.ts';

export async function startServer(options: Partial<HttpServerOptions> = {}) {
  const contests = createMemoryContests();
  const log = memoryLog();
  const server = await createHttpServer({
    contests,
    jobs: noJobs,
    catalogue: createMemoryCatalogue(),
    records: noRecords,
    verifyParticipant: (id) => contests.verify(id),
    overview: { changedAfter: async (cursor) => ({ cursor, contests: [], removed: [] }) },
    health: { ready: () => ({ ok: true, missing: [] }) },
    log,
    clock: realClock,
    version: '1.2.3',
    checkResponses: true,
    ...options,
  });
  const url = await server.listen('127.0.0.1', 0);
  return { url, contests, inputs: contests.inputs, log, server, close: () => server.close() };
}

export type TestServer = Awaited<ReturnType<typeof startServer>>;

export interface Answer {
  status: number;
  type: string;
  text: string;
  body: unknown;
}

/** Asks as any client would. A `body` that is not text is sent as JSON. */
export async function ask(
  method: string,
  url: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const response = await fetch(url, { method, headers: { ...type, ...headers }, ...sent });
  const text = await response.text();
  const contentType = response.headers.get('content-type') ?? '';
  const parsed = /json/.test(contentType) ? jsonSchema.parse(JSON.parse(text)) : null;
  return { status: response.status, type: contentType, text, body: parsed };
}
