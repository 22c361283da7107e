/**
 * Checks a contest's journal against itself: its events have their shapes, it folds, and every request that was sent follows from the
 * state before it, with a view that has the hash on record. Pure; that the entries are those that were written is checked by the storage.
 */

import { isDeepStrictEqual } from 'node:util';
import type { Audit } from '../../protocol/audit.ts';
import { problemsInWords } from '../../protocol/input-problems.ts';
import { kindOf, lastSegment, parentOf, rootOf } from '../address.ts';
import { eventProblems } from '../event-problems.ts';
import { plansOf } from '../job/children.ts';
import { jobEvents } from '../job/entries.ts';
import type { ExistingJob, JobCommand, JobEvent, JobSpec, JobState, ViewRecord } from '../job/state.ts';
import type { ParticipantState } from '../participant/state.ts';
import type { ShownActor } from '../records.ts';
import { planFor } from '../round/plan.ts';
import { existingRound } from '../round/state.ts';
import { type MachineOf, statesAlong } from '../runtime/fold.ts';
import type { Entry } from '../runtime/journal.ts';
import type { Address, Machine, Scope } from '../runtime/machine.ts';
import type { Steps } from '../runtime/steps.ts';
import { promptOf } from '../setup/decide.ts';
import type { SetupState } from '../setup/state.ts';
import { healthCheck } from './prompts.ts';
import { contestIn } from './reading.ts';

export type AuditedEntries = Pick<Audit, 'entries' | 'requests' | 'views' | 'views_of_other_versions' | 'problems'>;

type Requested = Extract<JobEvent, { type: 'requested' }>;

/**
 * `entries` are a root's from its first on, `shown` the states in which its actors are known otherwise to have been. What cannot be
 * folded ends the audit; every other problem is one among others.
 */
export function* auditEntries(
  root: string,
  machineOf: MachineOf,
  entries: readonly Entry[],
  shown: readonly ShownActor[] = [],
): Steps<AuditedEntries> {
  const found = { entries: 0, requests: 0, views: 0, views_of_other_versions: 0, problems: [] as Audit['problems'] };
  const states = new Map<Address, unknown>();
  const seqs = new Map<Address, number>();
  /** Of each actor, the states in which an entry has left it. */
  const passed = new Map<Address, Set<string>>();
  const folded = statesAlong(machineOf, entries, states);

  for (const [index, entry] of entries.entries()) {
    const problem = (text: string) => {
      found.problems.push({ position: entry.position, stream: entry.stream, problem: text });
    };
    const order = orderProblem(root, entry, index + 1, seqs);
    if (order) {
      problem(order);
      return found;
    }
    const [misshapen] = eventProblems(entry);
    if (misshapen) problem(problemsInWords([misshapen]));
    else if (entry.kind === 'job') auditRequest(entry, states, found, problem);
    try {
      folded.next();
    } catch (error) {
      problem(`it cannot be folded: ${reasonOf(error)}`);
      return found;
    }
    seqs.set(entry.stream, entry.seq);
    const { state } = states.get(entry.stream) as { state: string };
    passed.set(entry.stream, (passed.get(entry.stream) ?? new Set()).add(state));
    found.entries += 1;
    yield;
  }
  const unheard = shown.find((actor) => !wasIn(actor));
  if (unheard) {
    const problem = `the tables show it in ${unheard.state}, where the journal does not bring it: entries were cut off at the end`;
    found.problems.push({ position: entries.length + 1, stream: unheard.stream, problem });
  }
  return found;

  /** A job that was never begun, and has no entries, ended with the batch above it. */
  function wasIn({ stream, state }: ShownActor): boolean {
    const above = kindOf(stream) === 'job' ? parentOf(stream) : null;
    if (seqs.has(stream) || above === null) return passed.get(stream)?.has(state) ?? false;
    return hasEnded(machineOf(above), states.get(above));
  }

  function auditRequest(
    entry: Entry,
    before: ReadonlyMap<Address, unknown>,
    counts: { requests: number; views: number; views_of_other_versions: number },
    problem: (text: string) => void,
  ): void {
    const recorded = jobEvents(entry);
    const requested = recorded.find((event): event is Requested => event.type === 'requested');
    const created = recorded.find((event) => event.type === 'job_created');
    if (!requested && !created) return;
    const scope: Scope = { root, position: entry.position - 1, stateOf: (address) => before.get(address) };
    if (requested) counts.requests += 1;
    let decided: readonly JobEvent[];
    try {
      decided = decidedAgain(machineOf(entry.stream), entry, scope);
    } catch (error) {
      return problem(`it does not follow from the state before it: ${reasonOf(error)}`);
    }
    const view = decided.find((event): event is Requested => event.type === 'requested')?.view ?? null;
    const other = viewProblem(requested?.view ?? null, view);
    if (other === 'another version') counts.views_of_other_versions += 1;
    else if (other) return problem(other);
    else if (view) counts.views += 1;
    const bare = other === null ? withoutHash : withoutView;
    if (!isSame(bare(decided), bare(recorded)))
      problem('it does not follow from the state before it: deciding it again gives other events');
  }
}

function hasEnded(machine: Machine, state: unknown): boolean {
  return state !== undefined && machine.activity(state) === 'final';
}

function orderProblem(root: string, entry: Entry, position: number, seqs: ReadonlyMap<Address, number>): string | null {
  const { stream, seq, kind } = entry;
  if (entry.position !== position) return `entry ${position} is missing: ${entry.position} stands in its place`;
  if (rootOf(stream) !== root) return `${stream} is not of ${root}`;
  if (kind !== kindOf(stream)) return `it is of the kind ${kind}, but at ${stream} lives a ${kindOf(stream)}`;
  const before = seqs.get(stream) ?? 0;
  return seq === before + 1 ? null : `${stream} goes from ${before} to ${seq}`;
}

/** What the machine decides on the command that must have led to the entry. Throws what is wrong when there is no such command. */
function decidedAgain(machine: Machine, entry: Entry, scope: Scope): readonly JobEvent[] {
  const before = (scope.stateOf(entry.stream) ?? machine.initialState(entry.stream)) as JobState;
  const command = before.state === 'none' ? creation(entry.stream, scope) : wakeOf(before);
  const context = { address: entry.stream, commandId: entry.commandId, at: entry.at, scope };
  const decision = machine.decide(before, command, context);
  if ('refused' in decision) throw new Error(decision.refused.message);
  return jobEvents(decision);
}

/** A job is made by the plan of what is above it. */
function creation(address: Address, scope: Scope): JobCommand {
  const parent = parentOf(address) ?? '';
  const spec = plannedBy(parent, lastSegment(address), scope);
  if (!spec) throw new Error(`${parent} has not planned ${lastSegment(address)}`);
  return { type: 'create', parent, spec };
}

function plannedBy(parent: Address, job: string, scope: Scope): JobSpec | null {
  const contest = contestIn(scope);
  const state = scope.stateOf(parent);
  if (state === undefined) return null;
  switch (kindOf(parent)) {
    case 'round': {
      const round = existingRound(state);
      return round?.job_id === job ? planFor(contest, round, round.state, job) : null;
    }
    case 'setup': {
      const setup = state as SetupState;
      return setup.state !== 'none' && setup.job_id === job ? promptOf(contest, setup.state) : null;
    }
    case 'participant': {
      const { id, job_id } = state as Extract<ParticipantState, { job_id: unknown }>;
      const seat = contest.seats.find((one) => one.id === id);
      return seat && job_id === job ? healthCheck(seat, contest.settings.health_timeout_ms) : null;
    }
    case 'job': {
      const above = state as ExistingJob;
      return plansOf(above.spec.task).find(({ id }) => id === job)?.spec ?? null;
    }
    default:
      return null;
  }
}

/** A job that exists asks again by itself: when its time, its turn or a pause has come. */
function wakeOf(job: ExistingJob): JobCommand {
  const reasons = { retry: 'retry', waiting: 'ask_again' } as const;
  if (job.state === 'retry' || job.state === 'waiting')
    return { type: 'wake', reason: reasons[job.state], attempt: job.attempt };
  if (job.state === 'idle' && job.waits_for !== 'children')
    return { type: 'wake', reason: job.waits_for === 'turn' ? 'turn' : 'due', attempt: job.attempt };
  throw new Error(`job ${job.id} is ${job.state} and asks nobody`);
}

function viewProblem(recorded: ViewRecord | null, made: ViewRecord | null): string | null {
  if (recorded && made && recorded.version !== made.version) return 'another version';
  if (recorded && made && recorded.hash !== made.hash)
    return `the view of its request has the hash ${made.hash}, on record is ${recorded.hash}`;
  return null;
}

/** Hashes are compared by themselves; the rest of a request must be the same to the letter. */
function withoutHash(events: readonly JobEvent[]): unknown[] {
  return events.map((event) =>
    event.type === 'requested' ? { ...event, view: event.view && { position: event.view.position } } : event,
  );
}

/** Another version of the program would not have taken the same two views for one. */
function withoutView(events: readonly JobEvent[]): unknown[] {
  return events.map((event) => (event.type === 'requested' ? { ...event, view: event.view !== null } : event));
}

/** As JSON says it, whatever the order of members. */
function isSame(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(one)), JSON.parse(JSON.stringify(other)));
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
