/**
 * Reads a contest's entries without trusting them: as far as each hash follows from the one before, and with what the tables show
 * to have ended. What the entries say is not looked at.
 */
import type { InspectedRoot } from '../actors/records.ts';
import type { Entry } from '../actors/runtime/journal.ts';
import { type EntryRow, entryOf, rowProblems, type Upcast } from './entry-row.ts';
import type { NativeDatabase } from './native.ts';

export function createJournalInspection(native: NativeDatabase, upcast: Upcast): (root: string) => InspectedRoot {
  const ofRoot = native.prepare('select * from entry where root = ? order by root_seq');
  const endingsOf = native.prepare(endingsSql);
  return (root) => {
    // The tables follow the journal: read before it, they show nothing that is not in it yet.
    const ended = (endingsOf.all(root) as { stream: string }[]).map(({ stream }) => stream);
    const rows = ofRoot.all(root) as EntryRow[];
    const problems = rowProblems(rows);
    const entries: Entry[] = [];
    for (const row of rows) {
      const position = entries.length + 1;
      const { value: problem } = problems.next();
      if (problem) return { entries, ended, damage: { position, problem } };
      try {
        entries.push(entryOf(row, upcast));
      } catch {
        return { entries, ended, damage: { position, problem: 'its events are not JSON' } };
      }
    }
    return { entries, ended, damage: null };
  };
}

/** A contest's job has its row when it has ended. */
const endingsSql = `
  with asked as (select ? as root),
       inspected as (select root, substr(root, length('contest/') + 1) as id from asked)
  select inspected.root as stream from inspected join contest on contest.key = inspected.id
  where contest.state in ('complete', 'cancelled')
  union all
  select job.stream from inspected join job on job.contest_id = inspected.id and job.root = inspected.root`;
