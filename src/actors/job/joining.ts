/** How a batch takes what has become of its children: its failure policy, the next children, its end. Pure; the own call is `attempt.ts`. */
import type { Json } from '../../protocol/json.ts';
import { limits } from '../../protocol/limits.ts';
import { accept, type ChildrenSettled, type Context } from '../runtime/machine.ts';
import { type Attempts, type JobDecision, nothing } from './attempt.ts';
import { childrenLiveMax, nextChildren, openChildren, withinRoom } from './children.ts';
import { type BatchTask, type ExistingJob, isFinalJob, type JobEvent, type SettledChild } from './state.ts';

type Joining = (job: ExistingJob, command: ChildrenSettled, context: Context) => JobDecision;

export function createJoining(attempts: Pick<Attempts, 'goOut'>): Joining {
  function childrenSettled(job: ExistingJob, command: ChildrenSettled, context: Context): JobDecision {
    const { task } = job.spec;
    if (task.type !== 'batch' || isFinalJob(job)) return nothing;
    const open = new Set(openChildren(job));
    const settled = command.children
      .filter(({ child }) => open.delete(child))
      .map(({ child, outcome, result }) => ({ id: child, outcome, result: result as Json }));
    if (settled.length === 0) return nothing;
    const { news, isWhole } = withinRoom(job.children, settled);

    const failed = news.find((child) => child.outcome !== 'complete');
    const failure = failed && task.on_child_failure === 'fail_fast' ? failureOf(failed) : null;
    const ending = job.ending ?? (isWhole ? failure : tooLarge);
    if (ending) {
      const recorded: JobEvent = { type: 'children_recorded', children: news, opened: [] };
      if (open.size === 0) return accept([recorded, ended(ending)]);
      return accept(job.ending ? [recorded] : [recorded, { type: 'ending_begun', ...ending }]);
    }
    const opened = nextChildren(job, news.length);
    const recorded: JobEvent = { type: 'children_recorded', children: news, opened };
    if (open.size > 0 || opened.length > 0) return accept([recorded]);
    return joined(job, task, recorded, news, context);
  }

  /** All children have settled: fail if the policy says so, else the batch's own call. */
  function joined(
    job: ExistingJob,
    task: BatchTask,
    recorded: JobEvent,
    news: readonly { outcome: string }[],
    context: Context,
  ): JobDecision {
    const failures = job.children.failures + news.filter((child) => child.outcome !== 'complete').length;
    if (failures > 0 && task.on_child_failure === 'wait_all') {
      return accept([
        recorded,
        { type: 'failed', message: `${failures} of ${job.children.count} children did not complete` },
      ]);
    }
    return attempts.goOut(job, 1, [recorded], context);
  }

  return childrenSettled;
}

/** The children that a batch which waited for its time begins with; those of any other are opened by its creation. */
export function firstChildren(job: ExistingJob): JobDecision {
  return accept([{ type: 'children_recorded', children: [], opened: nextChildren(job, childrenLiveMax) }]);
}

/** Ends a job before it is done: at once, or when the children that are at work have been cancelled. */
export function end(job: ExistingJob, ending: Ending): JobDecision {
  if (isFinalJob(job) || job.ending) return nothing;
  return accept([job.children.open.length > 0 ? { type: 'ending_begun', ...ending } : ended(ending)]);
}

export interface Ending {
  readonly outcome: 'fail' | 'cancelled';
  readonly message: string;
}

const tooLarge: Ending = {
  outcome: 'fail',
  message: `too_large: what its children came to is larger than ${limits.childResults} characters together`,
};

function failureOf(child: SettledChild): Ending {
  return { outcome: 'fail', message: `child ${child.id} ended as ${child.outcome}` };
}

function ended({ outcome, message }: Ending): JobEvent {
  return outcome === 'fail' ? { type: 'failed', message } : { type: 'cancelled', message };
}
