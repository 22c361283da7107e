/**
 * What the phases of a contest, the set-up and each round, have in common: each goes its way at the contest's pace, waits for one job at
 * a time, and can be stopped. Their ways, and what they make of answers, are their own.
 */
import type { JobSpec } from '../job/state.ts';
import { accept, type ChildNotice, type Context, type Decision, refuse } from '../runtime/machine.ts';
import { followTransitions } from './pace.ts';
import { type ExistingContest, isStepping, type SeatReport } from './state.ts';

/** How the job of the present state has settled. */
export type PhaseResult = { readonly ok: true } | { readonly ok: false; readonly message: string };

export interface PhaseBase<Name> {
  readonly contest_id: string;
  /** The job that this state waits for. */
  readonly job_id: string | null;
  readonly settled: PhaseResult | null;
  /** Stopped before a transition that is due, until it is told to advance. */
  readonly halted: boolean;
  readonly failed_in: Name | null;
  readonly error: string | null;
  /** The number of the order to retry that it has followed last. */
  readonly retries: number;
  readonly cancelling: boolean;
  /** Stopped by a cancel, in the state that it was in. */
  readonly stopped: boolean;
}

/** What a setup reports, and a round that has failed or was stopped: why, and which order to retry it has followed. */
export interface PhaseReport {
  readonly message: string;
  readonly retries: number;
  /** Of a round: which play of it. */
  readonly play?: number;
  /** What went wrong with the seats that were asked until then. */
  readonly seats?: readonly SeatReport[];
}

export function phaseReportIn({ result }: ChildNotice): PhaseReport {
  return result as PhaseReport;
}

/** The events of any phase: it is held, told to stop while its job is out, or has stopped. */
type PhaseEvent<Name> =
  | { readonly type: 'halted'; readonly state: Name }
  | { readonly type: 'cancel_requested' }
  | { readonly type: 'stopped' };

interface PhaseMoved<Name> {
  readonly type: 'moved';
  readonly to: Name;
  readonly job_id?: string;
}

/** A phase that was begun. */
type Existing<State, Name> = Exclude<State, { readonly state: 'none' }> & PhaseBase<Name>;

/** One phase's own way. */
export interface PhaseRules<Name, State, Event, Moved> {
  readonly name: string;
  readonly complete: Name;
  readonly failed: Name;
  /** It has nothing to do before it is told to, complete or not. */
  isAtRest(state: Existing<State, Name>): boolean;
  evolve(state: State, event: Event | PhaseEvent<Name>, at: number): State;
  /** The transition that nothing stands in the way of. */
  due(contest: ExistingContest, state: State, context: Context): Moved | null;
  /** The job that was planned with a transition. */
  jobOf(contest: ExistingContest, state: State, moved: Moved & { readonly job_id: string }): JobSpec | null;
}

/** What every phase does with the contest's orders. */
export interface Phase<Name, State, Event> {
  /** Makes the one transition that it was halted before. `inState`: only if that is where it is. */
  advance(
    contest: ExistingContest,
    now: Existing<State, Name>,
    inState: string | undefined,
    context: Context,
  ): Decision<Event | PhaseEvent<Name>>;
  /** The contest goes on by itself again, and so does its phase. */
  proceed(contest: ExistingContest, now: Existing<State, Name>, context: Context): Decision<Event | PhaseEvent<Name>>;
  /** Waits for its job to be cancelled, or has stopped where there is none. */
  cancel(now: Existing<State, Name>): Decision<Event | PhaseEvent<Name>>;
  /** These events, and all that follows them. */
  follow(
    contest: ExistingContest,
    start: State,
    first: readonly (Event | PhaseEvent<Name>)[],
    context: Context,
  ): Decision<Event | PhaseEvent<Name>>;
}

export function createPhase<
  Name extends string,
  State extends { readonly state: Name | 'none'; readonly halted?: boolean },
  Event extends { readonly type: string },
  Moved extends Event & PhaseMoved<Name>,
>(rules: PhaseRules<Name, State, Event, Moved>): Phase<Name, State, Event> {
  type AnyEvent = Event | PhaseEvent<Name>;

  function isStill(now: Existing<State, Name>): boolean {
    return now.stopped || now.cancelling || now.state === rules.complete || rules.isAtRest(now);
  }

  function follow(
    contest: ExistingContest,
    start: State,
    first: readonly AnyEvent[],
    context: Context,
  ): Decision<AnyEvent> {
    const { events, state: after } = followTransitions<State, AnyEvent, Moved>(start, first, {
      evolve: (state, event) => rules.evolve(state, event, context.at),
      due: (state) => rules.due(contest, state, context),
      isHeld: (_state, due) => isStepping(contest) && due.to !== rules.failed,
      isHalted: (state) => state.halted === true,
      halted: (state) => ({ type: 'halted', state: state.state as Name }),
    });
    const asking = events.findLast(
      (event): event is Moved & { readonly job_id: string } =>
        event.type === 'moved' && 'job_id' in event && event.job_id !== undefined,
    );
    return asking ? accept(events, { derived: rules.jobOf(contest, after, asking) }) : accept(events);
  }

  return {
    advance(contest, now, inState, context) {
      if (inState !== undefined && inState !== now.state)
        return refuse('conflict', `the ${rules.name} is in ${now.state}, not in ${inState}`);
      const due = isStill(now) || !now.halted ? null : rules.due(contest, now, context);
      return due === null ? accept([]) : follow(contest, now, [due], context);
    },
    proceed: (contest, now, context) => (isStill(now) ? accept([]) : follow(contest, now, [], context)),
    cancel(now) {
      if (now.stopped || now.cancelling || now.state === rules.complete) return accept([]);
      return accept([{ type: now.job_id === null ? 'stopped' : 'cancel_requested' }]);
    },
    follow,
  };
}
