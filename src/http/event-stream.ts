/**
 * Server-sent events: the entries of a contest to whoever follows, from any position on. Catching up is pulled at the
 * speed of the client; while live, a client that does not read is cut off at a bound and may come back by position.
 */
import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { Contests } from '../actors/contests.ts';
import type { Clock, Log } from '../actors/runtime/ports.ts';
import type { EntryDocument } from '../protocol/entries.ts';

export interface EventStreams {
  /**
   * Sends all entries above `after` and goes on until the client leaves, is cut off, or `close` is called. Rejects, with
   * nothing sent, when there is no such contest.
   */
  open(reply: FastifyReply, contestId: string, after: number): Promise<void>;
  /** Ends every stream. */
  close(): void;
}

export interface EventStreamOptions {
  contests: Pick<Contests, 'entries' | 'follow'>;
  clock: Clock;
  log: Log;
  heartbeatMs?: number;
  /** How long a client may leave a full socket unread. */
  stallMs?: number;
  /** Bytes that may wait for a client that is live when more is to be sent. */
  pendingBytesMax?: number;
}

export function createEventStreams(options: EventStreamOptions): EventStreams {
  const { contests, clock, log, heartbeatMs = 15_000, stallMs = 30_000, pendingBytesMax = 1_048_576 } = options;
  const endings = new Set<() => void>();

  return {
    async open(reply, contestId, after) {
      let backlog = await contests.entries(contestId, after);
      reply.hijack();
      const response = reply.raw;
      let position = after;
      let ended = false;
      let stopFollowing: () => void = () => undefined;
      let stopHeartbeat: () => void = () => undefined;

      const end = (finish: () => void) => {
        if (ended) return;
        ended = true;
        endings.delete(close);
        stopHeartbeat();
        stopFollowing();
        finish();
      };
      const close = () => end(() => response.end());
      const cutOff = () =>
        end(() => {
          log.warn({ contest: contestId, position }, 'an event stream was cut off: its client does not read');
          response.destroy();
        });
      const send = (entries: readonly EntryDocument[]) => {
        for (const entry of entries) {
          if (ended) return false;
          position = entry.position;
          response.write(`id: ${entry.position}\ndata: ${JSON.stringify(entry)}\n\n`);
        }
        return !response.writableNeedDrain;
      };
      const beat = () => {
        if (response.writableLength > pendingBytesMax) return cutOff();
        response.write(': still here\n\n');
        stopHeartbeat = clock.after(heartbeatMs, beat);
      };

      endings.add(close);
      response.on('close', () => end(() => undefined));
      response.on('error', () => end(() => undefined));
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      response.write('retry: 1000\n\n');
      stopHeartbeat = clock.after(heartbeatMs, beat);

      try {
        while (backlog.length > 0 && !ended) {
          for (let start = 0; start < backlog.length && !ended; start += 100) {
            if (!send(backlog.slice(start, start + 100))) await drained(response, clock, stallMs, cutOff);
          }
          if (!ended) backlog = await contests.entries(contestId, position);
        }
        if (ended) return;
        const stop = await contests.follow(contestId, position, (entries) => {
          // What counts is what the client has left unread before: one entry alone may be larger than the bound.
          if (response.writableLength > pendingBytesMax) cutOff();
          else send(entries);
        });
        if (ended) stop();
        else stopFollowing = stop;
      } catch (error) {
        log.error({ err: error, contest: contestId }, 'an event stream failed');
        close();
      }
    },

    close() {
      for (const end of [...endings]) end();
    },
  };
}

/** Resolves when the client has read what was written, or is gone; `stalled` is called when it takes too long. */
function drained(response: ServerResponse, clock: Clock, stallMs: number, stalled: () => void): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      cancel();
      response.off('drain', finish);
      response.off('close', finish);
      resolve();
    };
    const cancel = clock.after(stallMs, () => {
      stalled();
      finish();
    });
    response.once('drain', finish);
    response.once('close', finish);
    if (response.destroyed || !response.writableNeedDrain) finish();
  });
}
