/** One row of the journal's table: its hash, its reading, and the checks that a root's rows follow each other. */
import { hash } from 'node:crypto';
import type { CommittedEntry, Entry } from '../../actors/runtime/journal.ts';
import type { DomainEvent } from '../../protocol/entries.ts';
import { ArenaError } from '../../protocol/errors.ts';

export interface EntryRow {
  readonly offset: number;
  readonly root: string;
  readonly root_seq: number;
  readonly stream: string;
  readonly seq: number;
  readonly kind: string;
  readonly command_id: string;
  readonly caused_by: string | null;
  readonly at: number;
  readonly epoch: number;
  readonly hash: string;
  readonly events: string;
}

/** Brings an event that an earlier version wrote to the shape of today. */
export type Upcast = (kind: string, event: DomainEvent) => DomainEvent;

/** Owners count from 1: an entry of this epoch was written elsewhere, and adopted. */
export const adoptedEpoch = 0;

/** SHA-256 over what is stored and the hash before it in the root; the first one's predecessor is the empty string. */
export function hashOf(predecessor: string, entry: Omit<Entry, 'events'>, epoch: number, events: string): string {
  const names = JSON.stringify([entry.root, entry.stream, entry.kind, entry.commandId, entry.causedBy]);
  const numbers = `${entry.position} ${entry.seq} ${entry.at} ${epoch}`;
  return hash('sha256', `${predecessor}\n${numbers}\n${names}\n${events}`, 'hex');
}

/** The entry of a row whose hash was checked before: what is read here is what was written. */
export function entryOf(row: EntryRow, upcast: Upcast): CommittedEntry {
  const events = JSON.parse(row.events) as DomainEvent[];
  return {
    ...headerOf(row),
    offset: row.offset,
    events: events.map((event) => upcast(row.kind, event)),
    ...(row.epoch === adoptedEpoch ? { adopted: true } : {}),
  };
}

/**
 * Checks that rows continue a root at a position with a hash, each stream counting on. Throws `conflict`, naming the root and the position
 * of the first row that does not.
 */
export function verifyRows(root: string, rows: readonly EntryRow[], from: { position: number; hash: string }): void {
  let { position } = from;
  for (const problem of rowProblems(rows, from)) {
    position += 1;
    if (problem) throw damaged(root, position, problem);
  }
}

/** What needs the journal cannot be done as long as it is so. */
export function damaged(root: string, position: number, problem: string): ArenaError {
  const message = `the journal of ${root} is damaged at position ${position}: ${problem}`;
  return new ArenaError({ code: 'conflict', message });
}

/** For each row, in order: what is wrong with it where the rows before it hold, or null. */
export function* rowProblems(
  rows: readonly EntryRow[],
  from = { position: 0, hash: '' },
): Generator<string | null, undefined> {
  const seqs = new Map<string, number>();
  let { position, hash: predecessor } = from;
  for (const row of rows) {
    yield problemOf(row, position, predecessor, seqs.get(row.stream) ?? (from.position === 0 ? 0 : null));
    seqs.set(row.stream, row.seq);
    position = row.root_seq;
    predecessor = row.hash;
  }
}

/** `seqBefore` is null where reading began in the middle and the stream's number before is not known. */
function problemOf(row: EntryRow, position: number, predecessor: string, seqBefore: number | null): string | null {
  if (row.root_seq !== position + 1) return `the next entry there is ${row.root_seq}`;
  if (seqBefore !== null && row.seq !== seqBefore + 1) return `${row.stream} goes from ${seqBefore} to ${row.seq}`;
  if (row.hash !== hashOf(predecessor, headerOf(row), row.epoch, row.events)) return 'its hash does not match';
  return null;
}

function headerOf(row: EntryRow): Omit<Entry, 'events'> {
  return {
    root: row.root,
    position: row.root_seq,
    stream: row.stream,
    seq: row.seq,
    kind: row.kind,
    commandId: row.command_id,
    causedBy: row.caused_by,
    at: row.at,
  };
}
