/** Carries out what the edges ask about the record of a contest: the checks are `audit.ts`, the turns `turns.ts`. */
import { ArenaError } from '../../protocol/errors.ts';
import { addressOf } from '../address.ts';
import type { InspectRoot, Records } from '../records.ts';
import type { MachineOf } from '../runtime/fold.ts';
import type { Journal } from '../runtime/journal.ts';
import type { Clock } from '../runtime/ports.ts';
import { inSlices } from '../runtime/steps.ts';
import { auditEntries } from './audit.ts';
import { turnsOf } from './turns.ts';

export function createRecords(options: {
  machineOf: MachineOf;
  inspect: InspectRoot;
  journal: Pick<Journal, 'load'>;
  clock: Pick<Clock, 'now' | 'soon'>;
}): Records {
  const { machineOf, inspect, journal, clock } = options;
  return {
    async audit(contestId) {
      const root = addressOf.contest(contestId);
      const { entries, shown, damage } = await inspect(root);
      if (entries.length === 0 && shown.length === 0 && !damage) throw notFound(contestId);
      // Behind damage nothing was read, so nothing is missing there.
      const found = await inSlices(clock, auditEntries(root, machineOf, entries, damage ? [] : shown));
      const problems = [...found.problems, ...(damage ? [{ ...damage, stream: null }] : [])];
      return { contest_id: contestId, ok: problems.length === 0, ...found, problems };
    },
    async turns(contestId) {
      const root = addressOf.contest(contestId);
      const entries = await journal.load(root);
      if (entries.length === 0) throw notFound(contestId);
      return inSlices(clock, turnsOf(root, machineOf, entries));
    },
  };
}

function notFound(id: string): ArenaError {
  return new ArenaError({ code: 'not_found', message: `there is no contest ${id}` });
}
