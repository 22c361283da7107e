/**
 * Contests carried from one arena to another: taken out as one sealed document, and taken in under their own id or as new ones. What a
 * document looks like is the protocol's; what a contest needs of the catalogue is looked up and made by who keeps that.
 */
import { ArenaError, type InputProblem, messageOf } from '../../protocol/errors.ts';
import { randomId } from '../../protocol/ids.ts';
import { problemsInWords } from '../../protocol/input-problems.ts';
import { isNestedDeeper } from '../../protocol/json.ts';
import { limits } from '../../protocol/limits.ts';
import { type SnapshotCatalogue, type SnapshotDocument, snapshotFormat } from '../../protocol/snapshot.ts';
import { problemWithSeal, sealSnapshot, type UnsealedSnapshot } from '../../protocol/snapshot-seal.ts';
import { addressOf } from '../address.ts';
import type { Launch } from '../contests.ts';
import { entryDocument, entryOfDocument } from '../entry-document.ts';
import { machineOf } from '../machines.ts';
import { foldRoot } from '../runtime/fold.ts';
import type { Append, Entry, Journal, StatedEntry } from '../runtime/journal.ts';
import type { Clock } from '../runtime/ports.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { inSlices, type Steps } from '../runtime/steps.ts';
import { admissionProblems } from './admission.ts';
import { contestIn } from './reading.ts';
import { jobIdsOf, renamedEntries } from './renaming.ts';
import type { ContestCopy, ContestEvent } from './state.ts';
import { trialProblem } from './trial.ts';

export type AgentsOfContest = Pick<SnapshotCatalogue, 'agents' | 'strategies'>;

/** What a restore does within one transaction of the catalogue. */
export interface RestoreTransaction {
  /** Makes what is not there; what is there stays as it is. */
  addMissing(needed: SnapshotCatalogue): Promise<void>;
  append(append: Append): void;
}

export interface SnapshotsOptions {
  readonly runtime: Pick<Runtime, 'adopt'>;
  readonly journal: Pick<Journal, 'load'>;
  readonly clock: Clock;
  /** The agents of participants, and the strategies of these. */
  readonly agentsOf: (participantIds: readonly string[]) => Promise<AgentsOfContest>;
  /** Those of these ids that jobs here have. */
  readonly jobsHere: (ids: readonly string[]) => Promise<readonly string[]>;
  readonly transaction: (work: (transaction: RestoreTransaction) => Promise<void>) => Promise<void>;
}

export interface Snapshots {
  take(id: string): Promise<SnapshotDocument>;
  /**
   * Takes a contest in, and it goes on where it was; resolves with its id. Rejects with `invalid`, naming the entry, for a document that
   * is not as it was sealed, and with `conflict` when the contest or one of its jobs is here already.
   */
  restore(document: SnapshotDocument, options: { asNew: boolean } & Launch): Promise<string>;
}

export function createSnapshots(options: SnapshotsOptions): Snapshots {
  const { runtime, journal, clock } = options;

  async function adopt(id: string, entries: readonly StatedEntry[], needed: SnapshotCatalogue): Promise<void> {
    const root = addressOf.contest(id);
    const keep = async () => {
      const [taken] = await options.jobsHere(jobIdsOf(entries));
      if (taken !== undefined) throw conflict(`its job ${taken} is here already`);
      await options.transaction(async (transaction) => {
        await transaction.addMissing(needed);
        // What it owes is found out by bringing it back.
        const outcome = { committed: () => {}, failed: () => {} };
        transaction.append({ root, entries, adopted: true, status: 'owed', ...outcome });
      });
    };
    await runtime.adopt(root, entries[0]?.causedBy ?? null, keep).catch(async (error: unknown) => {
      if (!(error instanceof ArenaError) || error.code !== 'conflict') throw error;
      const why = (await isDeleted(root)) ? 'it was deleted here, and what it was is kept' : error.message;
      throw conflict(`contest ${id} cannot be restored: ${why}; give as_new=true for another one beside it`, error);
    });
  }

  /** One that is deleted is shown to nobody any more, but its journal keeps its id. */
  async function isDeleted(root: string): Promise<boolean> {
    const entries = await journal.load(root);
    return entries.length > 0 && contestIn(foldRoot(root, machineOf, entries)).removed_at !== null;
  }

  return {
    async take(id) {
      const root = addressOf.contest(id);
      const entries = await journal.load(root);
      const { arena, seats } = contestIn(foldRoot(root, machineOf, entries));
      const participants = seats.map(({ id: seat, name, role, description, endpoint }) => ({
        id: seat,
        name,
        role,
        description,
        endpoint,
      }));
      const agents = await options.agentsOf(seats.map((seat) => seat.id));
      const contents: UnsealedSnapshot = {
        format: snapshotFormat,
        version: 1,
        contest_id: id,
        taken_at: clock.now(),
        position: entries.length,
        catalogue: { arena: { ...arena, features: [...arena.features] }, participants, ...agents },
        entries: entries.map(entryDocument),
      };
      return inSlices(clock, sealSnapshot(contents));
    },
    async restore(document, { asNew, causedBy = null }) {
      if (isNestedDeeper(document, limits.jsonNesting))
        refuse([{ path: '', message: `it is nested deeper than ${limits.jsonNesting} levels` }]);
      const unsealed = await inSlices(clock, problemWithSeal(document));
      if (unsealed) refuse([unsealed]);
      const { contest_id: id, catalogue } = document;
      const root = addressOf.contest(id);
      const entries = document.entries.map((entry) => entryOfDocument(root, entry));
      const admitted = await inSlices(clock, admittedEntries(root, entries));
      if (!asNew) {
        await adopt(id, admitted, catalogue);
        return id;
      }
      const copy = randomId();
      const origin = { copy_of: id, position: entries.length, copied_at: clock.now() };
      await adopt(copy, await inSlices(clock, copiedEntries(copy, entries, origin, causedBy)), catalogue);
      return copy;
    },
  };
}

/** The first entry of a contest as that of a copy: it says where that came from, and who asked for it. */
function asOrigin(first: Entry, origin: ContestCopy, causedBy: string | null): Entry {
  const events = (first.events as readonly unknown[] as readonly ContestEvent[]).map((event) =>
    event.type === 'contest_created' ? { ...event, origin } : event,
  );
  return { ...first, causedBy, events };
}

/** The entries of a contest as those of a new one. */
function* copiedEntries(
  id: string,
  [first, ...others]: readonly Entry[],
  origin: ContestCopy,
  causedBy: string | null,
): Steps<StatedEntry[]> {
  if (!first) return [];
  const copied: StatedEntry[] = [];
  for (const entry of renamedEntries([asOrigin(first, origin, causedBy), ...others], origin.copy_of, id)) {
    copied.push(entry);
    yield;
  }
  return copied;
}

/** A document may be sealed and still be no contest's. Throws `invalid` then. */
function* admittedEntries(root: string, entries: readonly Entry[]): Steps<StatedEntry[]> {
  refuse(yield* admissionProblems(entries));
  const admitted: StatedEntry[] = [];
  let message: string | null;
  try {
    const folded = foldRoot(root, machineOf, entries, null, (entry, state) => admitted.push({ ...entry, state }));
    message = yield* trialProblem(folded, entries.at(-1)?.at ?? 0);
  } catch (error) {
    message = messageOf(error);
  }
  if (message !== null) refuse([{ path: 'entries', message }]);
  return admitted;
}

function refuse(problems: readonly InputProblem[]): void {
  if (problems.length === 0) return;
  const message = `the document cannot be restored: ${problemsInWords(problems)}`;
  throw new ArenaError({ code: 'invalid', message, problems: [...problems] });
}

function conflict(message: string, cause?: unknown): ArenaError {
  return new ArenaError({ code: 'conflict', message }, cause === undefined ? {} : { cause });
}
