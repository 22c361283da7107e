/** Contests over HTTP as a test needs them: launched, steered, read, and followed by their event stream until something has happened. */
import { z } from 'zod';
import { type ContestDocument, contestDocumentSchema } from '../../src/protocol/contest.ts';
import type { ContestAction } from '../../src/protocol/contest-input.ts';
import { type EntryDocument, entrySchema } from '../../src/protocol/entries.ts';
import { type JobNode, jobNodeSchema } from '../../src/protocol/jobs.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: unknown;
}

export interface ContestClient {
  send(method: string, path: string, body?: unknown): Promise<HttpAnswer>;
  create(input: object): Promise<ContestDocument>;
  get(id: string): Promise<ContestDocument>;
  act(id: string, action: ContestAction): Promise<ContestDocument>;
  entries(id: string, after?: number): Promise<EntryDocument[]>;
  /** All jobs of a contest, batches and what is below them alike. */
  jobs(id: string): Promise<JobNode[]>;
  follow(id: string, after?: number): EntryStream;
  /** Resolves with the contest once it is in the state, by its event stream. Rejects as soon as it has ended or rests in another one. */
  reach(id: string, state: string): Promise<ContestDocument>;
}

/** A moment of a contest's machines, as events tell it. */
export interface Move {
  readonly kind: string;
  readonly to: string;
}

export function createContestClient(url: string): ContestClient {
  async function send(method: string, path: string, body?: unknown): Promise<HttpAnswer> {
    const isText = typeof body === 'string';
    const response = await fetch(url + path, {
      method,
      ...(body === undefined
        ? {}
        : { body: isText ? body : JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    return { status: response.status, type, body: type.includes('json') ? JSON.parse(text) : text };
  }

  async function good<T>(schema: z.ZodType<T>, method: string, path: string, body?: unknown): Promise<T> {
    const answer = await send(method, path, body);
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return schema.parse(answer.body);
  }

  const client: ContestClient = {
    send,
    create: (input) => good(contestDocumentSchema, 'POST', '/api/contest', input),
    get: (id) => good(contestDocumentSchema, 'GET', `/api/contest/${id}`),
    act: (id, action) => good(contestDocumentSchema, 'POST', `/api/contest/${id}/${action}`),
    entries: (id, after = 0) => good(z.array(entrySchema), 'GET', `/api/contest/${id}/events?after=${after}`),
    jobs: async (id) => flat(await good(z.array(jobNodeSchema), 'GET', `/api/contest/${id}/job`)),
    follow: (id, after = 0) => followEntries(`${url}/api/contest/${id}/events`, after),
    reach: async (id, state) => {
      const stream = client.follow(id);
      const stops = new Set([state, ...endings]);
      try {
        for (let position = 0; ; ) {
          const entry = await stream.until(
            (one) => one.position > position && contestMoves(one).some((to) => stops.has(to)),
          );
          const contest = await client.get(id);
          if (contestMoves(entry).includes(state)) return contest;
          // What it had ended as, and was told to go on from, is in its stream too.
          if (contest.state !== state && endings.includes(contest.state)) throw endedOtherwise(contest, state);
          position = entry.position;
        }
      } finally {
        await stream.close();
      }
    },
  };
  return client;
}

/** States that nobody waits in for another one: a contest leaves `fail` only when it is told to. */
const endings: readonly string[] = ['complete', 'cancelled', 'fail'];

function contestMoves(entry: EntryDocument): string[] {
  return movesOf(entry).flatMap(({ kind, to }) => (kind === 'contest' ? [to] : []));
}

function endedOtherwise({ id, state, error, end_reason: reason }: ContestDocument, wanted: string): Error {
  return new Error(`contest ${id} was to reach ${wanted}, and is in ${state}: ${error ?? reason}`);
}

function flat(nodes: readonly JobNode[]): JobNode[] {
  return nodes.flatMap((node) => [node, ...flat(node.children)]);
}

/** The transitions and halts that an entry tells of. */
export function movesOf(entry: EntryDocument): Move[] {
  return entry.events.flatMap((event) => {
    if (event.type !== 'moved' && event.type !== 'halted') return [];
    const { to, state } = event as { to?: string; state?: string };
    return [{ kind: event.type === 'halted' ? `${entry.kind} halted` : entry.kind, to: to ?? state ?? '' }];
  });
}

export interface EntryStream {
  /** What has come so far, in order. */
  readonly entries: readonly EntryDocument[];
  /** The first entry that matches, come or to come. Rejects when the stream ends before. */
  until(matches: (entry: EntryDocument) => boolean): Promise<EntryDocument>;
  /** The first entry by which the contest, setup or round enters a state (`halted` after the kind: stops before leaving it). */
  moved(kind: string, to: string): Promise<EntryDocument>;
  /** Resolves when so many more entries have come, or the stream has ended. */
  more(count: number): Promise<void>;
  close(): Promise<void>;
}

function followEntries(url: string, after: number): EntryStream {
  const entries: EntryDocument[] = [];
  const stop = new AbortController();
  let ended: Error | null = null;
  let changed: (() => void)[] = [];
  const tell = () => {
    const waiting = changed;
    changed = [];
    for (const resolve of waiting) resolve();
  };
  const change = () => new Promise<void>((resolve) => changed.push(resolve));

  async function read(): Promise<void> {
    const headers = { accept: 'text/event-stream', 'last-event-id': String(after) };
    const response = await fetch(url, { headers, signal: stop.signal });
    if (!response.ok || !response.body) throw new Error(`no event stream: ${response.status} ${await response.text()}`);
    let text = '';
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      const blocks = (text + chunk).split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const data = block.split('\n').find((line) => line.startsWith('data: '));
        if (data) entries.push(entrySchema.parse(JSON.parse(data.slice('data: '.length))));
      }
      tell();
    }
  }

  const reading = read()
    .then(() => new Error('the event stream has ended'))
    .catch((error: unknown) => new Error('the event stream broke off', { cause: error }))
    .then((why) => {
      ended = why;
      tell();
    });

  const until: EntryStream['until'] = async (matches) => {
    for (let index = 0; ; ) {
      for (; index < entries.length; index += 1) {
        const entry = entries[index];
        if (entry && matches(entry)) return entry;
      }
      if (ended) throw ended;
      await change();
    }
  };

  return {
    entries,
    until,
    moved: (kind, to) => until((entry) => movesOf(entry).some((move) => move.kind === kind && move.to === to)),
    more: async (count) => {
      const wanted = entries.length + count;
      while (entries.length < wanted && !ended) await change();
    },
    close: async () => {
      stop.abort();
      await reading;
    },
  };
}
