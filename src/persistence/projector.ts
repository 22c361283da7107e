/**
 * Keeps the tables for people: follows the feed, asks the projection for the rows of each machine's newest state, writes them in
 * batches. What a row holds is the projection's; one that fails is put down as stale and refuses nothing.
 */
import type { CommittedEntry } from '../actors/runtime/journal.ts';
import type { Clock, Log } from '../actors/runtime/ports.ts';
import type { Projection, Row, StreamState } from '../actors/runtime/projection.ts';
import { ArenaError } from '../protocol/errors.ts';
import { catalogueKind } from './catalogue-entry.ts';
import type { EntryStore } from './entry-store.ts';
import type { CommitFeed } from './feed.ts';
import type { NativeDatabase } from './native.ts';
import { createRowWriter } from './row-writer.ts';
import type { Writer } from './writer.ts';

export interface Projector {
  /** Resolves when the tables show every entry up to and with this offset; without one, all that is committed now. */
  waitFor(offset?: number): Promise<void>;
  /** Empties the tables and makes them again from the journal; clears what was put down as stale. */
  rebuild(): Promise<void>;
  /** What could not be shown since the last rebuild. */
  stale(): Promise<StaleTable[]>;
}

/** `name` is a table, or `kind:<machine kind>` where the projection itself threw. */
export interface StaleTable {
  name: string;
  error: string;
  stream: string;
  at: number;
}

export interface ProjectorOptions {
  readonly native: NativeDatabase;
  readonly writer: Writer;
  readonly store: EntryStore;
  readonly feed: CommitFeed;
  readonly projection: Projection;
  readonly clock: Clock;
  readonly log: Log;
  /** The pause between two writes, in which changes of the same row become one; a waiting reader ends it. */
  readonly cadenceMs?: number;
  /** How long a reader waits before it is refused with `unavailable`. */
  readonly waitMaxMs?: number;
}

/** A transaction of this many rows holds the event loop for some milliseconds. */
const rowsPerWrite = 500;

/** The projector's cursor. */
const followerName = 'projector';

export async function startProjector(options: ProjectorOptions): Promise<Projector> {
  const { native, writer, store, feed, projection, clock, log, cadenceMs = 50, waitMaxMs = 5_000 } = options;
  const rowWriter = createRowWriter(native);
  const sql = statementsOf(native);
  let shown = await writer.read(() => (sql.cursor.get(followerName) as { at: number } | undefined)?.at ?? 0);
  let waiting: { offset: number; resolve: () => void }[] = [];
  let endPause: (() => void) | null = null;
  let follower = await follow();

  function follow(): Promise<{ stop(): Promise<void> }> {
    return feed.follow({ name: followerName, take });
  }

  async function take(entries: readonly CommittedEntry[]): Promise<void> {
    await write((await newestStates(entries)).flatMap(rowsOf));
    shown = Math.max(shown, entries.at(-1)?.offset ?? 0);
    waiting = waiting.filter((reader) => {
      if (reader.offset <= shown) reader.resolve();
      return reader.offset > shown;
    });
    if (waiting.length === 0) await pause();
  }

  /** The newest state of each stream; of entries that were read back, from a fold of their root. */
  async function newestStates(entries: readonly CommittedEntry[]): Promise<StreamState[]> {
    const live = new Map<string, StreamState>();
    const roots = new Set<string>();
    for (const entry of entries) {
      if (entry.kind === catalogueKind) continue;
      const { stream, kind, seq, state } = entry;
      if (state === undefined) roots.add(entry.root);
      else live.set(stream, { stream, kind, seq, state });
    }
    const folded: StreamState[] = [];
    for (const root of roots) folded.push(...(await fold(root)));
    return [...folded.filter((state) => (live.get(state.stream)?.seq ?? 0) < state.seq), ...live.values()];
  }

  async function fold(root: string): Promise<readonly StreamState[]> {
    try {
      return projection.fold(await writer.read(() => store.load(root, 0)));
    } catch (error) {
      putDownStale('kind:fold', root, error);
      return [];
    }
  }

  function rowsOf(state: StreamState): readonly (Row & { readonly stream: string })[] {
    try {
      return projection.rowsOf(state).map((row) => ({ ...row, stream: state.stream }));
    } catch (error) {
      putDownStale(`kind:${state.kind}`, state.stream, error);
      return [];
    }
  }

  async function write(rows: readonly (Row & { readonly stream: string })[]): Promise<void> {
    for (let from = 0; from < rows.length; from += rowsPerWrite) {
      await writer.write(() => rows.slice(from, from + rowsPerWrite).forEach(put));
    }
  }

  /** A row that is refused leaves the transaction as it is; an error that ended it is everybody's. */
  function put(row: Row & { readonly stream: string }): void {
    try {
      rowWriter.put(row);
    } catch (error) {
      if (!native.inTransaction) throw error;
      putDownStale(row.table, row.stream, error);
    }
  }

  function putDownStale(name: string, stream: string, cause: unknown): void {
    log.error({ name, stream, err: cause }, 'a table is stale: what the journal says could not be shown');
    const error = cause instanceof Error ? cause.message : String(cause);
    writer.later(`stale ${name}`, () => sql.putDown.run(name, error, stream, clock.now()));
  }

  function pause(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.after(cadenceMs, finish);
      function finish(): void {
        cancel();
        endPause = null;
        resolve();
      }
      endPause = finish;
    });
  }

  return {
    waitFor(offset = feed.newestOffset()) {
      if (offset <= shown) return Promise.resolve();
      return new Promise((resolve, reject) => {
        const cancel = clock.after(waitMaxMs, () => {
          waiting = waiting.filter((other) => other !== reader);
          const message = `the tables show ${shown} of ${offset}; they are behind the journal`;
          reject(new ArenaError({ code: 'unavailable', message }));
        });
        const reader = {
          offset,
          resolve: () => {
            cancel();
            resolve();
          },
        };
        waiting.push(reader);
        endPause?.();
      });
    },
    async rebuild() {
      endPause?.();
      await follower.stop();
      const upTo = await writer.write(() => {
        rowWriter.clear();
        sql.forgetStale.run();
        return store.lastOffset();
      });
      for (const root of await writer.read(() => store.rootsExcept(catalogueKind))) {
        await write((await fold(root)).flatMap(rowsOf));
      }
      await writer.write(() => sql.saveCursor.run(followerName, upTo));
      follower = await follow();
    },
    async stale() {
      await writer.flush();
      return writer.read(() => sql.stale.all() as StaleTable[]);
    },
  };
}

function statementsOf(native: NativeDatabase) {
  return {
    cursor: native.prepare('select "offset" as at from cursor where name = ?'),
    saveCursor: native.prepare(
      'insert into cursor (name, "offset") values (?, ?) on conflict (name) do update set "offset" = excluded."offset"',
    ),
    putDown: native.prepare(
      `insert into projection_state (name, error, stream, at) values (?, ?, ?, ?)
       on conflict (name) do update set error = excluded.error, stream = excluded.stream, at = excluded.at`,
    ),
    forgetStale: native.prepare('delete from projection_state'),
    stale: native.prepare('select name, error, stream, at from projection_state order by name'),
  };
}
