/** What every entry of a journal must be, judged with the states before it: where it stands, what led to it, what it says. */

import { addressOf } from '../../src/actors/address.ts';
import type { ExistingContest } from '../../src/actors/contest/state.ts';
import { renderPrompt } from '../../src/actors/contest/view.ts';
import { callOf } from '../../src/actors/job/call.ts';
import type { ExistingJob, JobEvent, JobState } from '../../src/actors/job/state.ts';
import { existingRound } from '../../src/actors/round/state.ts';
import type { CommittedEntry } from '../../src/actors/runtime/journal.ts';
import { type ExistingGeneration, type GenerationEvent, isFinalGeneration } from '../../src/agents/generation/state.ts';
import { faultPolicies } from '../../src/protocol/faults.ts';
import { marks } from './agents.ts';
import { keyOfGeneration } from './generation-key.ts';
import type { FoldedEntry } from './ledger.ts';

type Check = (folded: FoldedEntry, broken: (what: string) => void) => void;

export function createEntryChecks(broken: (what: string) => void): (folded: FoldedEntry) => void {
  const positions = new Map<string, number>();
  const seqs = new Map<string, number>();
  const commandIds = new Map<string, Set<string>>();
  const generated = new Set<string>();

  /** Contiguous, and after what led to it: what is on disk is a causal prefix. */
  function inOrder({ entry }: FoldedEntry): void {
    const position = (positions.get(entry.root) ?? 0) + 1;
    const seq = (seqs.get(entry.stream) ?? 0) + 1;
    positions.set(entry.root, position);
    seqs.set(entry.stream, seq);
    if (entry.position !== position) broken(`${entry.root} has ${entry.position} in the place of ${position}`);
    if (entry.seq !== seq) broken(`${entry.stream} has number ${entry.seq} in the place of ${seq}`);
    const known = commandIds.get(entry.root) ?? new Set();
    commandIds.set(entry.root, known);
    const isCaused = entry.causedBy === null || entry.causedBy === 'restart' || known.has(entry.causedBy);
    if (!isCaused) broken(`${where(entry)}: what led to it (${entry.causedBy}) is not on disk before it`);
    if (known.has(entry.commandId)) broken(`${where(entry)}: the command ${entry.commandId} was carried out twice`);
    known.add(entry.commandId);
    if (entry.events.length === 0) broken(`${where(entry)}: an entry without events`);
  }

  /** A request that comes again gets the generation that there is. */
  function generatedOnce({ entry }: FoldedEntry): void {
    const key = keyOfGeneration(entry);
    if (key === null) return;
    if (generated.has(key)) broken(`${where(entry)}: a second generation for ${key}`);
    generated.add(key);
  }

  return (folded) => {
    inOrder(folded);
    generatedOnce(folded);
    for (const check of checksOf[folded.entry.kind] ?? []) check(folded, broken);
  };
}

const checksOf: Readonly<Record<string, readonly Check[]>> = {
  job: [numbered, seenAsRecorded, signed, onlyOnce, withoutOrphans],
  contest: [afterItsChild],
  generation: [triedInOrder],
};

function where({ root, position, stream }: CommittedEntry): string {
  return `entry ${position} of ${root} (${stream.slice(root.length) || 'its top'})`;
}

function jobBefore({ entry, before }: FoldedEntry): ExistingJob | null {
  const job = before.stateOf(entry.stream) as JobState | undefined;
  return job && job.state !== 'none' ? job : null;
}

function eventsOf({ entry }: FoldedEntry): readonly JobEvent[] {
  return entry.events as unknown as readonly JobEvent[];
}

/** A request has the number of its attempt: the next one after a fault of somebody, the same when it was lost on the way. */
function numbered(folded: FoldedEntry, broken: (what: string) => void): void {
  const job = jobBefore(folded);
  for (const event of eventsOf(folded)) {
    if (event.type !== 'requested') continue;
    if (event.attempt > (folded.state as ExistingJob).spec.max_attempts)
      broken(`${where(folded.entry)}: attempt ${event.attempt} is more than the job may make`);
    const fault = job?.faults.findLast(({ kind }) => kind !== 'late');
    const keeps =
      fault !== undefined &&
      faultPolicies[fault.kind].keepsAttempt &&
      callOf((folded.state as ExistingJob).spec.task)?.type !== 'http';
    const again = job?.state === 'waiting' || (job?.state === 'idle' && job.waits_for === 'turn' && job.polls) || keeps;
    const expected = job === null ? 1 : job.attempt + (again && job.attempt > 0 ? 0 : 1);
    if (event.attempt !== expected)
      broken(
        `${where(folded.entry)}: attempt ${event.attempt} where ${expected} is due, after ${fault?.kind ?? 'nothing'}`,
      );
  }
}

/** Calls to the model are numbered, and follow one another until the first end. */
function triedInOrder({ entry, before }: FoldedEntry, broken: (what: string) => void): void {
  const generation = before.stateOf(entry.stream) as ExistingGeneration | undefined;
  if (generation && isFinalGeneration(generation)) broken(`${where(entry)}: it goes on, and was ${generation.state}`);
  const events = entry.events as readonly unknown[] as readonly GenerationEvent[];
  const asked = events.find((event) => event.type === 'asked');
  const due = (generation?.try ?? 0) + 1;
  if (asked && asked.try !== due) broken(`${where(entry)}: call ${asked.try} where ${due} is due`);
}

/** The view of a request hashes to what is on record, rendered again from the states before it. */
function seenAsRecorded({ entry, before, state }: FoldedEntry, broken: (what: string) => void): void {
  for (const event of entry.events as unknown as readonly JobEvent[]) {
    if (event.type !== 'requested' || !event.view) continue;
    const { task } = (state as ExistingJob).spec;
    if (task.type !== 'prompt' || event.view.position !== before.position) continue;
    if (renderPrompt(before, task).hash !== event.view.hash)
      broken(`${where(entry)}: the view on record is not what the states before it give`);
  }
}

/** What an agent's answer was taken for was said by that agent. */
function signed({ entry, state }: FoldedEntry, broken: (what: string) => void): void {
  const { task } = (state as ExistingJob).spec;
  if (task.type !== 'prompt') return;
  for (const event of entry.events as unknown as readonly JobEvent[]) {
    if (event.type !== 'completed') continue;
    const text = JSON.stringify(event.data);
    if (text.includes('signed ') && !text.includes(marks.signature(task.participant_id)))
      broken(`${where(entry)}: an answer for ${task.participant_id} that somebody else has signed`);
  }
}

const endings: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled']);

/** The first end of a job is its end. */
function onlyOnce(folded: FoldedEntry, broken: (what: string) => void): void {
  const state = jobBefore(folded)?.state;
  const wasFinal = state === 'complete' || state === 'fail' || state === 'cancelled';
  if (wasFinal && folded.entry.events.some(({ type }) => endings.has(type)))
    broken(`${where(folded.entry)}: it ends, and was ${state} before`);
}

/** A job ends after its children, and records each of them once. */
function withoutOrphans({ entry, before }: FoldedEntry, broken: (what: string) => void): void {
  if (!entry.events.some(({ type }) => endings.has(type))) return;
  const job = before.stateOf(entry.stream) as ExistingJob | undefined;
  const planned = job?.spec.task.type === 'batch' ? job.spec.task.children : [];
  for (const { id } of planned) {
    const child = before.stateOf(addressOf.childJob(entry.stream, id)) as ExistingJob | undefined;
    if (child && !['complete', 'fail', 'cancelled'].includes(child.state))
      broken(`${where(entry)}: it ends while its child ${id} is in ${child.state}`);
  }
}

/** The contest goes on when the round that it waits for has settled, not before, and takes it for what it was. */
function afterItsChild({ entry, before }: FoldedEntry, broken: (what: string) => void): void {
  const contest = before.stateOf(entry.stream) as ExistingContest | undefined;
  for (const event of entry.events) {
    if (event.type !== 'round_settled' || !contest) continue;
    const round = existingRound(before.stateOf(addressOf.round(contest.id, contest.round_no ?? 0)));
    const { outcome } = (event as unknown as { outcome: { outcome: string } }).outcome;
    const is = round?.state === 'round_complete' ? 'complete' : round?.stopped ? 'cancelled' : 'fail';
    if (!round || is !== outcome || (is === 'fail' && round.state !== 'round_fail'))
      broken(`${where(entry)}: round ${contest.round_no} is taken for ${outcome} and is in ${round?.state}`);
  }
}
