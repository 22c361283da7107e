/**
 * What the set-up and the rounds of a contest have in common: each goes its way at the contest's pace, waits for one job at a time, and
 * can be stopped. Their ways, and what they make of answers, are their own.
 */
import { derivedId } from '../../protocol/ids.ts';
import { accept, type Context, type Decision, refuse } from '../runtime/machine.ts';

/** What every part tells when it is stopped: it waits for its job to be cancelled, or there is none. */
type StopEvent = { readonly type: 'cancel_requested' } | { readonly type: 'stopped' };

/** A part as it stands, with what it would do next. */
export interface Part<E> {
  readonly name: string;
  readonly now: {
    readonly state: string;
    readonly job_id: string | null;
    readonly halted: boolean;
    readonly cancelling: boolean;
    readonly stopped: boolean;
  };
  readonly isComplete: boolean;
  /** It has nothing to do before it is told to: it is complete, has failed, or begins anew soon. */
  readonly isAtRest: boolean;
  /** The transition that nothing stands in the way of. */
  due(): E | null;
  /** These events, and all that follows them. */
  follow(first: E[]): Decision<E>;
}

/** Somebody said to make the one transition that it was halted before. `inState`: only if that is where it is. */
export function advance<E>(part: Part<E>, inState: string | undefined): Decision<E> {
  const { name, now } = part;
  if (inState !== undefined && inState !== now.state)
    return refuse('conflict', `the ${name} is in ${now.state}, not in ${inState}`);
  const due = isStill(part) || !now.halted ? null : part.due();
  return due === null ? accept([]) : part.follow([due]);
}

/** The contest goes on by itself again, and so does its part. */
export function proceed<E>(part: Part<E>): Decision<E> {
  return isStill(part) ? accept([]) : part.follow([]);
}

export function cancel<E>({ now, isComplete }: Part<E | StopEvent>): Decision<E | StopEvent> {
  if (now.stopped || now.cancelling || isComplete) return accept([]);
  return accept([{ type: now.job_id === null ? 'stopped' : 'cancel_requested' }]);
}

function isStill({ now, isAtRest }: Part<unknown>): boolean {
  return now.stopped || now.cancelling || isAtRest;
}

/** The id of the job that an entry made now plans. */
export function nextJobId({ address, scope }: Context): string {
  return derivedId(address, scope.position + 1);
}
