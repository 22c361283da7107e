/**
 * Follows the entries of a contest over as many connections as it takes: each comes once and in order of its position,
 * whatever is lost on the way. Knows nothing of what entries mean.
 */
import type { EntryDocument } from '../protocol/entries.ts';
import { ClientError } from './client-error.ts';
import type { Pause } from './pause.ts';
import type { Requests } from './requests.ts';

export interface FollowOptions {
  /** Leave out entries up to this position. */
  readonly after?: number;
  /** Ends it from outside; a `break` does so from inside. */
  readonly signal?: AbortSignal;
  /** How many connections in a row may bring nothing, no entry and no sign of life, before the stream rejects. */
  readonly failuresMax?: number;
  /** Told when the stream is connected, and when it is not. */
  readonly onConnection?: (connected: boolean) => void;
}

const usualFailuresMax = 5;
const longestPauseMs = 5_000;
/** The arena says that it is still there every 15 s. */
const longestSilenceMs = 40_000;

/**
 * Every entry above `after`, without gap or repeat, until the signal is aborted. Rejects with `ClientError` when the arena refuses,
 * or nothing comes from it `failuresMax` times in a row.
 */
export async function* followEntries(
  requests: Requests,
  pause: Pause,
  contestId: string,
  {
    after = 0,
    signal = new AbortController().signal,
    failuresMax = usualFailuresMax,
    onConnection = () => undefined,
  }: FollowOptions,
): AsyncGenerator<EntryDocument, void, undefined> {
  const path = `/api/contest/${encodeURIComponent(contestId)}/events`;
  let position = after;
  let failures = 0;
  while (!signal.aborted) {
    const connection = new AbortController();
    const both = AbortSignal.any([signal, connection.signal]);
    let trouble: unknown = new Error('the connection was closed');
    failures += 1;
    try {
      const headers = { accept: 'text/event-stream', 'last-event-id': String(position) };
      const response = await requests.open('GET', path, { headers, signal: both });
      onConnection(true);
      for await (const data of eventData(response, pause)) {
        const entry = data === null ? null : (JSON.parse(data) as EntryDocument);
        if (entry && entry.position > position + 1)
          throw new Error(`entry ${position + 1} is missing before ${entry.position}`);
        failures = 0;
        if (!entry || entry.position <= position) continue;
        position = entry.position;
        yield entry;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ClientError && error.status !== 0 && error.status < 500) throw error;
      trouble = error;
    } finally {
      connection.abort();
      onConnection(false);
    }
    if (signal.aborted) return;
    if (failures >= failuresMax) throw asClientError(trouble, contestId);
    await pause(Math.min(longestPauseMs, 200 * 2 ** failures), signal);
  }
}

function asClientError(trouble: unknown, contestId: string): ClientError {
  if (trouble instanceof ClientError) return trouble;
  const reason = trouble instanceof Error ? trouble.message : String(trouble);
  return new ClientError(`The entries of contest ${contestId} do not come: ${reason}.`, 0, [], { cause: trouble });
}

/** The data of each server-sent event, and null for a comment, a sign of life. Throws when nothing comes for too long. */
async function* eventData(response: Response, pause: Pause): AsyncGenerator<string | null> {
  if (!response.body) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await readWithin(reader, pause);
    if (done) return;
    const blocks = (rest + value).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const lines = block.split('\n').filter((line) => line.startsWith('data: '));
      if (lines.length > 0) yield lines.map((line) => line.slice('data: '.length)).join('\n');
      else if (block.startsWith(':')) yield null;
    }
  }
}

async function readWithin(reader: ReadableStreamDefaultReader<string>, pause: Pause) {
  const read = new AbortController();
  const silence = pause(longestSilenceMs, read.signal).then(() => {
    if (!read.signal.aborted) throw new Error('the event stream has gone silent');
    return { done: true as const, value: undefined };
  });
  try {
    return await Promise.race([reader.read(), silence]);
  } finally {
    read.abort();
  }
}
