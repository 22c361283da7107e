/** What a round leaves in the journal, read from the database that was measured. */
import { DatabaseSync } from 'node:sqlite';

export interface JournalFigures {
  readonly entriesPerRound: number;
  /** All columns of a round's entries as they are stored. */
  readonly bytesPerRound: number;
  /** The file with its indexes and the tables for people, for each round. */
  readonly fileBytesPerRound: number;
}

/** All columns of an entry as they are stored. */
const entryBytes = `length(root) + length(stream) + length(kind) + length(command_id) + coalesce(length(caused_by), 0)
             + length(hash) + length(events) + 40`;

const figuresQuery = `
  with entries as (
    select stream like '%/round/%' as of_round,
           stream glob '*/round/*' and kind = 'round' and events like '%"to":"round_complete"%' as ends_round,
           ${entryBytes} as bytes
    from entry)
  select sum(of_round) as entries, sum(case when of_round then bytes end) as bytes, sum(ends_round) as rounds from entries`;

/** Counts the entries of rounds, not those of launching, role call and setup. */
export function readJournal(file: string): JournalFigures {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const { entries, bytes, rounds } = database.prepare(figuresQuery).get() as Record<string, number>;
    const pages = database.prepare('select page_count * page_size as size from pragma_page_count, pragma_page_size');
    const { size } = pages.get() as Record<string, number>;
    const each = (total: number | undefined) => (total ?? 0) / Math.max(1, rounds ?? 0);
    return { entriesPerRound: each(entries), bytesPerRound: each(bytes), fileBytesPerRound: each(size) };
  } finally {
    database.close();
  }
}

/** What one root has left in the journal. */
export function readRoot(file: string, root: string): { entries: number; journalBytes: number } {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const query = `select count(*) as entries, sum(${entryBytes}) as bytes from entry where root = ?`;
    const { entries, bytes } = database.prepare(query).get(root) as Record<string, number>;
    return { entries: entries ?? 0, journalBytes: bytes ?? 0 };
  } finally {
    database.close();
  }
}
