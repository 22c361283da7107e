/**
 * Keeps the tables for people: follows the feed, asks the projection for the rows of each machine's newest state, writes them in
 * batches. What a row holds is the projection's; one that fails is put down as stale and refuses nothing.
 */
import type { CommittedEntry } from '../../actors/runtime/journal.ts';
import { type Clock, type Log, laterTurn } from '../../actors/runtime/ports.ts';
import type { Projection, Row, StreamState } from '../../actors/runtime/projection.ts';
import { messageOf } from '../../protocol/errors.ts';
import { catalogueKind } from '../catalogue/catalogue-entry.ts';
import type { NativeDatabase } from '../database/native.ts';
import { levelOf } from '../database/trouble.ts';
import { cursorAt, cursorWrite } from '../journal/cursors.ts';
import type { EntryStore } from '../journal/entry-store.ts';
import type { CommitFeed } from '../journal/feed.ts';
import type { RefusedWrite, Write } from '../writing/write.ts';
import type { Writer } from '../writing/writer.ts';
import { createOverlay } from './overlay.ts';
import { createRowWriter } from './row-writer.ts';
import { forgetStaleWrite, type StaleTable, staleTables, staleWrite } from './stale-tables.ts';
import { createTableReaders } from './table-readers.ts';

export interface Projector {
  /** Resolves when the tables show every entry up to and with this offset; without one, all that is committed now. */
  waitFor(offset?: number): Promise<void>;
  /** Empties the tables and makes them again from the journal; clears what was put down as stale. */
  rebuild(): Promise<void>;
  /** What could not be shown since the last rebuild. */
  stale(): Promise<StaleTable[]>;
  /** Committed entries that the tables do not show yet. */
  behind(): number;
  /** Shows what is committed and stops. */
  close(): Promise<void>;
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
const rowsPerWrite = 250;

const retryMs = 1_000;

/** The projector's name among the cursors. */
export const projectorCursor = 'projector';

/** A row as it is written, with the stream that it shows. */
interface ShownRow {
  readonly row: Row;
  readonly write: Write;
  readonly stream: string;
}

/**
 * Begins with what was committed while no projector ran. Live, only the newest state of each stream is held, so that it never has
 * to read back what it did not show in time.
 */
export async function startProjector(options: ProjectorOptions): Promise<Projector> {
  const { native, writer, store, feed, projection, clock, log, cadenceMs = 500, waitMaxMs = 5_000 } = options;
  const rowWriter = createRowWriter(native);
  const overlay = createOverlay(native);
  /** Up to which entry readers see rows that the database has not taken yet. */
  let laidUpTo = 0;
  /** The newest states that are not shown yet, and roots of which entries came without a state. */
  let states = new Map<string, StreamState>();
  let roots = new Set<string>();
  let noted = feed.newestOffset();
  let shown = (await writer.read(() => cursorAt(native, projectorCursor))) ?? 0;
  const readers = createTableReaders({ clock, waitMaxMs, shown: () => shown });
  let writing: Promise<void> = Promise.resolve();
  let cancelTimer: (() => void) | null = null;
  const stopListening = feed.listen(note);
  for (const root of await writer.read(() => store.rootsAfter(shown, catalogueKind))) roots.add(root);
  // Catching up waits one cadence so that roots are brought back first; readers wait for it, so they see no less.
  if (noted !== shown) schedule(cadenceMs);

  function note(entries: readonly CommittedEntry[]): void {
    for (const entry of entries) {
      if (entry.kind === catalogueKind) continue;
      if (entry.state === undefined) roots.add(entry.root);
      else states.set(entry.stream, { stream: entry.stream, kind: entry.kind, seq: entry.seq, state: entry.state });
    }
    noted = entries.at(-1)?.offset ?? noted;
    schedule(cadenceMs);
  }

  function schedule(delayMs: number): void {
    cancelTimer ??= clock.after(delayMs, () => void showSoon());
  }

  /** Shows what there is; when the database refuses, tries again later with what has come by then. */
  async function showSoon(): Promise<void> {
    cancelTimer?.();
    cancelTimer = null;
    try {
      await inTurn(show);
      // A reader who came in the middle waits for what was noted after its beginning.
      if (readers.waiting() > 0) schedule(0);
    } catch (error) {
      log[levelOf(error)]({ shown, noted, err: error }, 'the tables could not be written');
      schedule(retryMs);
      if (readers.waiting() > 0) void inTurn(layOver);
    }
  }

  /** Nothing can be written at present, and readers need not wait for that. */
  async function layOver(): Promise<void> {
    const upTo = noted;
    try {
      const folded = (await Promise.all([...roots].map(fold))).flat();
      const rows = [...folded, ...states.values()].flatMap(rowsOf).map(({ row }) => row);
      await writer.read(() => overlay.lay(rows));
      laidUpTo = upTo;
      readers.release(upTo);
    } catch (error) {
      log.warn({ shown, noted, err: error }, 'what could not be written cannot be read either');
    }
  }

  /** One at a time: two at once could write an older state over a newer one. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    const done = writing.then(work);
    writing = done.catch(() => undefined);
    return done;
  }

  async function show(): Promise<void> {
    if (noted === shown && states.size === 0 && roots.size === 0) return;
    const [upTo, showing, folding] = [noted, states, roots];
    states = new Map();
    roots = new Set();
    try {
      await writeRoots(folding);
      await writeStates([...showing.values()], upTo);
    } catch (error) {
      // What has come meanwhile is newer than what is put back.
      states = new Map([...showing, ...states]);
      roots = new Set([...folding, ...roots]);
      throw error;
    }
    if (laidUpTo > 0) await writer.read(overlay.lift);
    laidUpTo = 0;
    shown = Math.max(shown, upTo);
    readers.release(shown);
  }

  /** The cursor is written with the last rows. */
  async function writeStates(newest: readonly StreamState[], upTo: number): Promise<void> {
    let rows: ShownRow[] = [];
    for (const state of newest) {
      rows.push(...rowsOf(state));
      if (rows.length < rowsPerWrite) continue;
      await keep(rows);
      rows = [];
    }
    await keep(rows, cursorWrite(projectorCursor, upTo));
  }

  /** The journal's next commit takes the rows along. For a reader that waits they get a commit of their own. */
  async function keep(rows: readonly ShownRow[], ...last: readonly Write[]): Promise<void> {
    const writes = [...writesOf(rows), ...last];
    if (readers.waiting() > 0) putDownRefused(rows, await writer.writeEach(writes));
    else putDownRefused(rows, await writer.writeSoon(projectorCursor, writes));
  }

  function putDownRefused(rows: readonly ShownRow[], refused: readonly RefusedWrite[]): void {
    for (const { index, message } of refused) {
      const one = rows[index];
      if (one) putDownStale(one.row.table, one.stream, new Error(message));
    }
  }

  /** Many small roots share a transaction: after a crash a thousand of them would take a thousand commits. */
  async function writeRoots(folding: Iterable<string>): Promise<void> {
    let rows: ShownRow[] = [];
    for (const root of folding) {
      rows.push(...(await fold(root)).flatMap(rowsOf));
      if (rows.length < rowsPerWrite) continue;
      await keepInParts(rows);
      rows = [];
    }
    await keepInParts(rows);
  }

  /** What else waits for the event loop has its turn in between. */
  async function keepInParts(rows: readonly ShownRow[]): Promise<void> {
    for (let from = 0; from < rows.length; from += rowsPerWrite) {
      const part = rows.slice(from, from + rowsPerWrite);
      putDownRefused(part, await writer.writeEach(writesOf(part)));
      await laterTurn(clock);
    }
  }

  async function fold(root: string): Promise<readonly StreamState[]> {
    const entries = await writer.read(() => {
      try {
        return store.load(root, 0);
      } catch (error) {
        return putDownStale('journal', root, error);
      }
    });
    try {
      return entries ? projection.fold(entries) : [];
    } catch (error) {
      putDownStale('fold', root, error);
      return [];
    }
  }

  function rowsOf(state: StreamState): readonly ShownRow[] {
    try {
      return projection.rowsOf(state).flatMap((row) => shownRow(row, state.stream));
    } catch (error) {
      putDownStale(`kind:${state.kind}`, state.stream, error);
      return [];
    }
  }

  function shownRow(row: Row, stream: string): ShownRow[] {
    try {
      return [{ row, write: rowWriter.put(row), stream }];
    } catch (error) {
      putDownStale(row.table, stream, error);
      return [];
    }
  }

  function putDownStale(name: string, stream: string, cause: unknown): null {
    log.error({ name, stream, err: cause }, 'a table is stale: what the journal says could not be shown');
    writer.writeEventually(`stale ${name}`, staleWrite({ name, error: messageOf(cause), stream, at: clock.now() }));
    return null;
  }

  async function remake(): Promise<void> {
    const upTo = noted;
    await writer.write(...rowWriter.clear(), forgetStaleWrite(), cursorWrite(projectorCursor, 0));
    await writeRoots(await writer.read(() => store.rootsAfter(0, catalogueKind)));
    await writer.write(cursorWrite(projectorCursor, upTo));
  }

  function waitFor(offset = feed.newestOffset()): Promise<void> {
    if (offset <= Math.max(shown, laidUpTo)) return Promise.resolve();
    const shownThen = readers.wait(offset);
    if (readers.waiting() === 1) void showSoon();
    return shownThen;
  }

  return {
    waitFor,
    behind: () => Math.max(0, noted - shown),
    rebuild: () => inTurn(remake),
    async stale() {
      await writer.flush();
      return writer.read(() => staleTables(native));
    },
    async close() {
      stopListening();
      cancelTimer?.();
      await inTurn(show).catch((error: unknown) =>
        log.warn({ err: error }, 'the tables will be written at the next start'),
      );
    },
  };
}

function writesOf(rows: readonly ShownRow[]): Write[] {
  return rows.map((row) => row.write);
}
