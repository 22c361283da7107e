/**
 * Whether entries from elsewhere are those of a contest: where each belongs, which shape its events have, whom they are about. What becomes
 * of all of them together is tried by `trial.ts`. Pure.
 */
import type { InputProblem } from '../../protocol/errors.ts';
import { isId } from '../../protocol/ids.ts';
import { addressOf, contestOf, type Kind, kindOf, lastSegment, parentOf, rootOf } from '../address.ts';
import { eventProblems } from '../event-problems.ts';
import { timeSchema } from '../event-shapes.ts';
import type { Entry } from '../runtime/journal.ts';
import type { Address } from '../runtime/machine.ts';
import type { Steps } from '../runtime/steps.ts';
import { type AdmittedJobs, jobProblems } from './job-admission.ts';
import type { ContestEvent, Seat } from './state.ts';

/** What the entries before have told. */
interface Admitted extends AdmittedJobs {
  readonly streams: Set<Address>;
}

/** How many problems are named. */
const problemsMax = 10;

/** What is wrong with all entries of a contest; paths begin with `entries`. An entry in the wrong place makes others wrong: it alone is named. */
export function* admissionProblems(entries: readonly Entry[]): Steps<InputProblem[]> {
  const alone: InputProblem[] = [];
  for (const [index, entry] of entries.entries()) {
    alone.push(...inEntry(index, problemsAlone(entry)));
    yield;
  }
  if (alone.length > 0) return alone.slice(0, problemsMax);
  const seats = seatsOf(entries);
  if (!seats) return inEntry(0, [{ path: '', message: 'entry 1 does not make the contest' }]);
  const admitted: Admitted = { seats, tasks: new Map(), streams: new Set() };
  for (const [index, entry] of entries.entries()) {
    const problems = problemsAmong(entry, admitted);
    if (problems.length > 0) return inEntry(index, problems).slice(0, problemsMax);
    admitted.streams.add(entry.stream);
    yield;
  }
  return [];
}

function inEntry(index: number, problems: readonly InputProblem[]): InputProblem[] {
  return problems.map(({ path, message }) => ({ path: `entries[${index}]${path && `.${path}`}`, message }));
}

/** What can be told from the entry by itself. */
function problemsAlone(entry: Entry): InputProblem[] {
  const { root, stream, kind, at } = entry;
  if (rootOf(stream) !== root || kindOf(stream) !== kind || !isAddress(stream)) return [stranger(entry)];
  const isTime = timeSchema.safeParse(at).success;
  return [...(isTime ? [] : [{ path: 'at', message: 'is no time' }]), ...eventProblems(entry)];
}

/** Whether its last segment is as its machine has it. */
function isAddress(stream: Address): boolean {
  const name = lastSegment(stream);
  switch (kindOf(stream)) {
    case 'round':
      return /^\d+$/.test(name) && stream === addressOf.round(contestOf(stream) ?? '', Number(name));
    case 'job':
      return isId(name);
    default:
      return true;
  }
}

function stranger({ position, stream, kind }: Entry): InputProblem {
  return { path: '', message: `entry ${position} is of ${stream} (${kind}), which this contest cannot have` };
}

/** What can be told when those before it are known. */
function problemsAmong(entry: Entry, admitted: Admitted): InputProblem[] {
  const { position, stream, kind } = entry;
  const parent = parentOf(stream);
  if (parent !== null && !admitted.streams.has(parent))
    return [{ path: '', message: `entry ${position} is of ${stream}, before there is ${parent}` }];
  if (kind === 'participant' && !admitted.seats.some(({ id }) => id === lastSegment(stream))) return [stranger(entry)];
  const outOfOrder = entry.events.flatMap((event, index) => {
    const message = orderProblem(entry, event.type, index) ?? copyProblem(stream, event);
    return message === null ? [] : [{ path: `events[${index}]`, message }];
  });
  return [...outOfOrder, ...(kind === 'job' ? jobProblems(entry, admitted) : [])];
}

/** Those that the first entry makes the contest with; null when it makes none. */
function seatsOf([first]: readonly Entry[]): readonly Seat[] | null {
  const [event] = (first?.events ?? []) as readonly unknown[] as readonly ContestEvent[];
  return first?.stream === first?.root && event?.type === 'contest_created' ? event.seats : null;
}

/** What each machine begins with, once. */
const beginnings: Readonly<Record<Kind, readonly string[]>> = {
  contest: ['contest_created'],
  setup: ['setup_created', 'copied'],
  participant: ['registered', 'copied'],
  round: ['round_created', 'copied'],
  job: ['job_created'],
};

function orderProblem({ stream, seq }: Entry, type: string, index: number): string | null {
  const isFirst = seq === 1 && index === 0;
  if (beginnings[kindOf(stream)].includes(type) === isFirst) return null;
  return isFirst ? `${stream} cannot begin with ${type}` : `${type} can only be the first event of ${stream}`;
}

/** What was copied from another contest keeps its place. */
function copyProblem(stream: Address, event: Entry['events'][number]): string | null {
  const { state } = event as { state?: { id?: unknown; round_no?: unknown } };
  if (event.type !== 'copied' || !state) return null;
  const place = state.id ?? state.round_no;
  return place === undefined || String(place) === lastSegment(stream) ? null : `it is the state of ${place}`;
}
