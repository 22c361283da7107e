/** Reads a root's entries without trusting them: as far as each hash follows from the one before. What they say is not looked at. */
import type { InspectedRoot } from '../actors/records.ts';
import type { Entry } from '../actors/runtime/journal.ts';
import { type EntryRow, entryOf, rowProblems, type Upcast } from './entry-row.ts';
import type { NativeDatabase } from './native.ts';

export function createJournalInspection(native: NativeDatabase, upcast: Upcast): (root: string) => InspectedRoot {
  const ofRoot = native.prepare('select * from entry where root = ? order by root_seq');
  return (root) => {
    const rows = ofRoot.all(root) as EntryRow[];
    const problems = rowProblems(rows);
    const entries: Entry[] = [];
    for (const row of rows) {
      const position = entries.length + 1;
      const { value: problem } = problems.next();
      if (problem) return { entries, damage: { position, problem } };
      try {
        entries.push(entryOf(row, upcast));
      } catch {
        return { entries, damage: { position, problem: 'its events are not JSON' } };
      }
    }
    return { entries, damage: null };
  };
}
