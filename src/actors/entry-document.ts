/** An entry of the journal as a document, for those who read it outside or carry it elsewhere, and back. */
import type { EntryDocument } from '../protocol/entries.ts';
import type { CommittedEntry, Entry } from './runtime/journal.ts';

export function entryDocument(entry: Entry | CommittedEntry): EntryDocument {
  return {
    position: entry.position,
    stream: entry.stream,
    seq: entry.seq,
    kind: entry.kind,
    events: entry.events.map((event) => ({ ...event })),
    command_id: entry.commandId,
    caused_by: entry.causedBy,
    at: entry.at,
  };
}

export function entryOfDocument(root: string, document: EntryDocument): Entry {
  const { position, stream, seq, kind, events, command_id, caused_by, at } = document;
  return { root, position, stream, seq, kind, events, commandId: command_id, causedBy: caused_by, at };
}
