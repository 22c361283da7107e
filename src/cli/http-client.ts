/**
 * The command line's client: the arena's own typed client, and beside it what goes by the name of a model or was written by a person, with
 * what comes checked, all pages of a list, and `latest` for the newest of a model.
 */
import { z } from 'zod';
import type { Clock } from '../actors/runtime/ports.ts';
import { type Client, ClientError, createClient } from '../client/client.ts';
import { type ContestDocument, contestDocumentSchema } from '../protocol/contest.ts';
import { type EntryDocument, entrySchema } from '../protocol/entries.ts';
import { type Json, jsonSchema } from '../protocol/json.ts';
import { pause } from './pause.ts';

export { ClientError } from '../client/client.ts';

/** A job says its id as its messages do. */
const listed = z.array(z.union([z.looseObject({ id: z.string() }), z.looseObject({ job_id: z.string() })]));

/** The arena gives no more rows at once. */
const pageRows = 1_000;

export interface HttpClient {
  readonly url: string;
  /** Trusts what comes: who uses it checks that. */
  readonly arena: Client;
  /** Hands on what a person has written: the arena says what is wrong with it. */
  post(path: string, body: unknown): Promise<Json>;
  /** All rows that the filters let through, over as many pages as it takes; a filter `limit` or `offset` asks for one page. */
  list(model: string, filters: Readonly<Record<string, string>>): Promise<Json[]>;
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
  const arena = createClient({
    url: options.url,
    pause: (delayMs, signal) => pause(options.clock, delayMs, signal),
  });

  async function newest(model: string): Promise<string> {
    const [newest] = listed.parse(
      await arena.get(`/api/${model}?order=newest&limit=1${model === 'job' ? '&top=true' : ''}`),
    );
    const last = newest && ('id' in newest ? newest.id : newest.job_id);
    if (typeof last !== 'string') throw new ClientError(`There is no ${model} yet.`, 404);
    return last;
  }

  async function list(model: string, filters: Readonly<Record<string, string>>): Promise<Json[]> {
    const page = async (query: Readonly<Record<string, string>>) =>
      z.array(jsonSchema).parse(await arena.get(`/api/${model}?${new URLSearchParams(query)}`));
    if ('limit' in filters || 'offset' in filters) return page(filters);
    const rows: Json[] = [];
    for (let hasMore = true; hasMore; ) {
      const next = await page({ ...filters, limit: String(pageRows), offset: String(rows.length) });
      for (const row of next) rows.push(row);
      hasMore = next.length === pageRows;
    }
    return rows;
  }

  return {
    url: arena.url,
    arena,
    post: async (path, body) => jsonSchema.parse(await arena.post(path, body)),
    list,
    bytes: arena.bytes,
    contest: async (id) => contestDocumentSchema.parse(await arena.contests.get(id)),
    idOf: async (model, id) => (id === 'latest' ? await newest(model) : id),
    async *follow(contestId, follow) {
      for await (const entry of arena.contests.follow(contestId, follow)) yield entrySchema.parse(entry);
    },
  };
}
