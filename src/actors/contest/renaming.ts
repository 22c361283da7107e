/**
 * A contest's entries as those of another contest: its id and the ids of its jobs are exchanged wherever they stand, and the hashes of
 * what agents were shown are made again, so that the copy stands up to the same checks as the original. Pure.
 */
import type { DomainEvent } from '../../protocol/entries.ts';
import { derivedId } from '../../protocol/ids.ts';
import { addressOf, isWithin, lastSegment } from '../address.ts';
import { plansOf } from '../job/children.ts';
import { jobEvents, taskAfter } from '../job/entries.ts';
import { idsIn } from '../job/plan.ts';
import type { ChildPlan, JobEvent, JobState, Task } from '../job/state.ts';
import { machineOf } from '../machines.ts';
import { statesAlong } from '../runtime/fold.ts';
import type { Entry, StatedEntry } from '../runtime/journal.ts';
import type { Address, Scope } from '../runtime/machine.ts';
import { renderPrompt } from './view.ts';

/** `entries` are all of a contest, in order. What agents have written stays as they wrote it. One by one, each with the state it leads to. */
export function* renamedEntries(entries: readonly Entry[], from: string, to: string): Generator<StatedEntry> {
  const rename = renaming(entries, from, to);
  const root = addressOf.contest(to);
  const states = new Map<Address, unknown>();
  for (const entry of entries) {
    const scope: Scope = { root, position: entry.position - 1, stateOf: (address) => states.get(address) };
    const stream = rename(entry.stream);
    const events = entry.events.map((event) => renamedIn(event, rename) as DomainEvent);
    const renamed: Entry = {
      ...entry,
      root,
      stream,
      events: events.map((event) => shownAgain(event, events, stream, scope)),
    };
    for (const state of statesAlong(machineOf, [renamed], states)) yield { ...renamed, state };
  }
}

/** The ids of all jobs, also of those that a batch has planned and not begun. */
export function jobIdsOf(entries: readonly Entry[]): string[] {
  return [...new Set(jobsMade(entries).flatMap(({ id, spec }) => idsIn(id, spec)))];
}

function jobsMade(entries: readonly Entry[]): ChildPlan[] {
  return entries
    .filter(({ kind }) => kind === 'job')
    .flatMap((entry) => jobEvents(entry).map((event) => ({ id: lastSegment(entry.stream), event })))
    .flatMap(({ id, event }) => (event.type === 'job_created' ? [{ id, spec: event.spec }] : []));
}

function renaming(entries: readonly Entry[], from: string, to: string): (text: string) => string {
  const newIds = newJobIds(entries, to);
  const [before, after] = [addressOf.contest(from), addressOf.contest(to)];
  const rename = (id: string) => newIds.get(id) ?? id;
  return (text) => {
    if (!isWithin(text, before)) return rename(text);
    return after + text.slice(before.length).split('/').map(rename).join('/');
  };
}

/** A job keeps its place in the contest, so its new id follows from its old one; a child's from its parent's, as the plan would have it. */
function newJobIds(entries: readonly Entry[], to: string): ReadonlyMap<string, string> {
  const newIds = new Map<string, string>();
  const nameBelow = (parent: string, newParent: string, task: Task): void => {
    for (const [index, { id, spec }] of plansOf(task).entries()) {
      const newId = id === derivedId(parent, index) ? derivedId(newParent, index) : derivedId(to, id);
      newIds.set(id, newId);
      nameBelow(id, newId, spec.task);
    }
  };
  for (const { id, spec } of jobsMade(entries)) {
    if (newIds.has(id)) continue;
    const newId = derivedId(to, id);
    newIds.set(id, newId);
    nameBelow(id, newId, spec.task);
  }
  return newIds;
}

function renamedIn(value: unknown, rename: (text: string) => string): unknown {
  if (typeof value === 'string') return rename(value);
  if (Array.isArray(value)) return value.map((one) => renamedIn(one, rename));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, renamedIn(one, rename)]));
}

/** A request with the view that it shows now: the contest's id stands in it. One that was shown before shows that again. */
function shownAgain(event: DomainEvent, ofEntry: readonly DomainEvent[], stream: Address, scope: Scope): DomainEvent {
  const [requested] = jobEvents({ events: [event] });
  if (requested?.type !== 'requested' || !requested.view) return event;
  const { position } = requested.view;
  const before = scope.stateOf(stream) as JobState | undefined;
  const task = taskAfter(before, jobEvents({ events: ofEntry }));
  if (task?.type !== 'prompt') return event;
  const isShownBefore = before && before.state !== 'none' && before.view?.position === position;
  const { version, hash } = renderPrompt(scope, task);
  const shown: JobEvent = { ...requested, view: isShownBefore ? before.view : { position, version, hash } };
  return shown;
}
