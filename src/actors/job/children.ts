/**
 * The children of a batch as its state keeps them: what became of each, and which are at work. Recording one copies a chunk, not all
 * of them, so that ten thousand settle in a time that is linear in their number. What follows from it is `joining.ts`.
 */
import type { Json } from '../../protocol/json.ts';
import { limits } from '../../protocol/limits.ts';
import type { ChildPlan, ChildRecord, ExistingJob, SettledChild, Task } from './state.ts';

/** Plain JSON, as every state is: it goes into snapshots. */
export interface Children {
  /** All, in the order of the plan, so many in each. */
  readonly chunks: readonly (readonly ChildRecord[])[];
  readonly count: number;
  /** The places in the plan of those that are at work. */
  readonly open: readonly number[];
  /** How many were begun: they are opened in the order of the plan. */
  readonly begun: number;
  /** How many have settled otherwise than complete. */
  readonly failures: number;
  /** Of all their results as JSON, in characters. */
  readonly resultsSize: number;
}

/** At most so many children of a batch are alive at once: nact copies the map of children for every message. */
export const childrenLiveMax = 256;

const chunkSize = 128;
const noChildren: Children = { chunks: [], count: 0, open: [], begun: 0, failures: 0, resultsSize: 0 };

export function plansOf(task: Task): readonly ChildPlan[] {
  return task.type === 'batch' ? task.children : [];
}

/** The children of a plan; those that may live at once are at work, unless the batch waits for its time. */
export function plannedChildren(plans: readonly ChildPlan[], waits: boolean): Children {
  if (plans.length === 0) return noChildren;
  const records = plans.map(({ id }): ChildRecord => ({ id, outcome: 'planned', result: null }));
  const chunks = Array.from({ length: Math.ceil(records.length / chunkSize) }, (_, index) =>
    records.slice(index * chunkSize, (index + 1) * chunkSize),
  );
  const planned: Children = { ...noChildren, chunks, count: records.length };
  return waits ? planned : recorded(planned, [], Math.min(childrenLiveMax, records.length));
}

/** After some have settled, and so many of the next in the plan were opened. */
export function recorded(children: Children, settled: readonly SettledChild[], opened: number): Children {
  const places = new Map(children.open.map((place) => [recordAt(children, place).id, place]));
  const changes: [number, ChildRecord][] = [];
  const closed = new Set<number>();
  for (const { id, outcome, result } of settled) {
    const place = places.get(id);
    if (place === undefined) continue;
    changes.push([place, { id, outcome, result }]);
    closed.add(place);
  }
  const fresh = Array.from({ length: opened }, (_, index) => children.begun + index);
  for (const place of fresh) changes.push([place, { ...recordAt(children, place), outcome: 'open' }]);
  return {
    chunks: withChanges(children.chunks, changes),
    count: children.count,
    open: [...children.open.filter((place) => !closed.has(place)), ...fresh],
    begun: children.begun + fresh.length,
    failures: children.failures + settled.filter(({ outcome }) => outcome !== 'complete').length,
    resultsSize: settled.reduce((size, { result }) => size + sizeOf(result), children.resultsSize),
  };
}

/**
 * What children have come to, without the data of those for which there is no room: all of it goes into one call, one response and one
 * row. `isWhole` when nothing had to be left out.
 */
export function withinRoom(
  children: Children,
  settled: readonly SettledChild[],
): { news: readonly SettledChild[]; isWhole: boolean } {
  let size = children.resultsSize;
  const news = settled.map((child) => {
    size += sizeOf(child.result);
    return size <= limits.childResults ? child : { ...child, result: withoutData(child.result) };
  });
  return { news, isWhole: size <= limits.childResults };
}

function sizeOf(result: Json): number {
  return JSON.stringify(result).length;
}

function withoutData(result: Json): Json {
  if (typeof result !== 'object' || result === null || Array.isArray(result)) return null;
  return { ...result, data: null, request_data: null, child_data: null };
}

function withChanges(chunks: Children['chunks'], changes: readonly [number, ChildRecord][]): Children['chunks'] {
  const changed = [...chunks];
  const copied = new Map<number, ChildRecord[]>();
  for (const [place, record] of changes) {
    const index = Math.floor(place / chunkSize);
    const chunk = copied.get(index) ?? [...(chunks[index] ?? [])];
    copied.set(index, chunk);
    chunk[place % chunkSize] = record;
    changed[index] = chunk;
  }
  return changed;
}

function recordAt(children: Children, place: number): ChildRecord {
  const record = children.chunks[Math.floor(place / chunkSize)]?.[place % chunkSize];
  if (!record) throw new Error(`there is no child at place ${place} of ${children.count}`);
  return record;
}

/** What became of all children, in the order of the plan. */
export function childRecords(job: ExistingJob): readonly ChildRecord[] {
  return job.children.chunks.flat();
}

/** The ids of the children that are at work. */
export function openChildren({ children }: Pick<ExistingJob, 'children'>): string[] {
  return children.open.map((place) => recordAt(children, place).id);
}

/** The next children of the plan, at most so many. */
export function nextChildren({ children }: Pick<ExistingJob, 'children'>, most: number): string[] {
  const many = Math.min(most, children.count - children.begun);
  return Array.from({ length: many }, (_, index) => recordAt(children, children.begun + index).id);
}

/** The plans of the children that were opened last. */
export function plansOpened(job: ExistingJob, count: number): readonly ChildPlan[] {
  return plansOf(job.spec.task).slice(job.children.begun - count, job.children.begun);
}

/** The plans of the children that are at work. */
export function plansOpen(job: ExistingJob): readonly ChildPlan[] {
  const plans = plansOf(job.spec.task);
  return job.children.open.flatMap((place) => plans[place] ?? []);
}
