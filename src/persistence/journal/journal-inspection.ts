/**
 * Reads a contest's entries without trusting them: as far as each hash follows from the one before, and with the states in which the
 * tables show its actors. What the entries say is not looked at.
 */
import type { InspectedRoot, ShownActor } from '../../actors/records.ts';
import type { Entry } from '../../actors/runtime/journal.ts';
import type { NativeDatabase } from '../database/native.ts';
import { type EntryRow, entryOf, rowProblems, type Upcast } from './entry-row.ts';

export function createJournalInspection(native: NativeDatabase, upcast: Upcast): (root: string) => InspectedRoot {
  const ofRoot = native.prepare('select * from entry where root = ? order by root_seq');
  const shownOf = native.prepare(shownSql);
  return (root) => {
    // The tables follow the journal: read before it, they show nothing that is not in it yet.
    const shown = shownOf.all(root) as ShownActor[];
    const rows = ofRoot.all(root) as EntryRow[];
    const problems = rowProblems(rows);
    const entries: Entry[] = [];
    for (const row of rows) {
      const position = entries.length + 1;
      const { value: problem } = problems.next();
      if (problem) return { entries, shown, damage: { position, problem } };
      try {
        entries.push(entryOf(row, upcast));
      } catch {
        return { entries, shown, damage: { position, problem: 'its events are not JSON' } };
      }
    }
    return { entries, shown, damage: null };
  };
}

/** A contest's job has its row when it has ended; the contest, its seats and its rounds have theirs from the beginning. */
const shownSql = `
  with asked as (select ? as root),
       inspected as (select root, substr(root, length('contest/') + 1) as id from asked)
  select root as stream, contest.state from inspected join contest on contest.key = id
  union all
  select root || '/participant/' || participant_id, seat.state from inspected join seat on seat.contest_id = id
  union all
  select root || '/round/' || round_no, round.state from inspected join round on round.contest_id = id
  union all
  select job.stream, job.state from inspected join job on job.contest_id = id and job.root = inspected.root`;
