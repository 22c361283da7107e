/** Reading jobs out of the states of a root: those that live, and those that are planned and were never begun. Pure. */
import { addressOf, kindOf, lastSegment, parentOf } from '../address.ts';
import type { FoldedRoot } from '../runtime/fold.ts';
import type { Address } from '../runtime/machine.ts';
import { plannedChildren, plansOf } from './children.ts';
import { evolveJob, initialJob } from './evolve.ts';
import { type ChildPlan, type ExistingJob, isFinalJob, type JobState } from './state.ts';

/** The job at an address, as far as the root has come; null when there is none and none is planned. */
export function jobIn(root: FoldedRoot, address: Address): ExistingJob | null {
  const state = root.stateOf(address) as JobState | undefined;
  if (state && state.state !== 'none') return state;
  const above = jobAbove(address);
  const parent = above === null ? null : jobIn(root, above);
  const plan = parent && planned(parent).find(({ id }) => id === lastSegment(address));
  return parent && plan ? unbegun(parent, address, plan) : null;
}

/** The nearest job above an address that has begun; null for a job that is no child of another. */
export function begunAbove(root: FoldedRoot, address: Address): ExistingJob | null {
  for (let above = jobAbove(address); above !== null; above = jobAbove(above)) {
    const state = root.stateOf(above) as JobState | undefined;
    if (state && state.state !== 'none') return state;
  }
  return null;
}

/** The address of the job whose child lives here; what lives above a contest's own jobs is no job. */
function jobAbove(address: Address): Address | null {
  const above = parentOf(address);
  return above !== null && kindOf(above) === 'job' ? above : null;
}

/** The children of a job that have not begun, as they are: they wait for their turn, or never had one. */
export function unbegunChildren(parent: ExistingJob, address: Address): { address: Address; job: ExistingJob }[] {
  return planned(parent).flatMap((plan) => {
    const at = addressOf.childJob(address, plan.id);
    const job = unbegun(parent, at, plan);
    return job ? [{ address: at, job }] : [];
  });
}

/** They are opened in the order of the plan. */
function planned({ spec: { task }, children }: ExistingJob): readonly ChildPlan[] {
  return plansOf(task).slice(children.begun);
}

function unbegun(parent: ExistingJob, address: Address, { spec }: ChildPlan): ExistingJob | null {
  const at = parent.created_at;
  const created = evolveJob(initialJob(address), { type: 'job_created', parent: parentOf(address), spec }, at);
  const waiting = created.state === 'none' ? null : withNoneBegun(created);
  if (!waiting || !isFinalJob(parent)) return waiting;
  const ended = evolveJob(waiting, { type: 'cancelled', message: neverBegun }, parent.ended_at);
  return ended.state === 'none' ? null : ended;
}

/** Nothing below a job that has not begun has begun. */
function withNoneBegun(job: ExistingJob): ExistingJob {
  return { ...job, children: plannedChildren(plansOf(job.spec.task), true) };
}

const neverBegun = 'it was never begun: the batch ended before its turn';
