/** How a contest decides: one small function per command; transitions that are due follow by themselves until one has to wait. */
import type { World } from '../../protocol/contest.ts';
import { isContestEnd } from '../../protocol/states.ts';
import { addressOf } from '../address.ts';
import { seatCheckIn } from '../participant/state.ts';
import { type RoundState, worldAfter } from '../round/state.ts';
import {
  accept,
  type ChildNotice,
  type ChildrenSettled,
  type Context,
  type Decision,
  refuse,
  type Scope,
} from '../runtime/machine.ts';
import type { SetupState } from '../setup/state.ts';
import { evolveContest } from './evolve.ts';
import { followTransitions } from './pace.ts';
import { phaseReportIn } from './phase.ts';
import {
  type ChildOutcome,
  type ContestCommand,
  type ContestEvent,
  type ContestState,
  type ExistingContest,
  isAtWork,
  isStepping,
  missingRoles,
  roundOutcomeIn,
  type SeatReport,
} from './state.ts';
import { dueTransition, type Moved } from './transitions.ts';

type Outcome = Decision<ContestEvent>;
const nothing: Outcome = accept([]);

export function decideContest(state: ContestState, command: ContestCommand, context: Context): Outcome {
  if (state.state === 'none') {
    return command.type === 'create'
      ? create(state, command, context)
      : refuse('not_found', `there is no contest ${state.id}`);
  }
  switch (command.type) {
    case 'create':
      return refuse('conflict', `contest ${state.id} exists already`);
    case 'start':
      return start(state, context);
    case 'advance':
      return advance(state, command.in, context);
    case 'pause':
      return pause(state);
    case 'resume':
      return resume(state, context);
    case 'cancel':
      return cancel(state, context);
    case 'retry':
      return retry(state, context);
    case 'restart_round':
      return restartRound(state, command.round_no);
    case 'remove':
      return remove(state);
    case 'adjust':
      return adjust(state, command.settings, context);
    case 'children_settled':
      return childrenSettled(state, command, context);
    default:
      return command satisfies never;
  }
}

/** One that is to start at once does so in the same entry, so that it is never left unstarted. */
function create(none: ContestState, command: Extract<ContestCommand, { type: 'create' }>, context: Context): Outcome {
  const { arena, seats, settings, origin, past } = command;
  const created: ContestEvent = { type: 'contest_created', arena, seats, settings, origin };
  if (past) {
    const { round_no, last_round, failures } = past;
    return accept([created, { type: 'past_given', round_no, last_round, failures }], { derived: past });
  }
  const contest = evolveContest(none, created, context.at);
  const started = command.start && contest.state !== 'none' ? start(contest, context) : nothing;
  // Where roles are missing there is a contest all the same: who starts it is told which.
  return 'refused' in started ? accept([created]) : { ...started, events: [created, ...started.events] };
}

function start(contest: ExistingContest, context: Context): Outcome {
  if (contest.state === 'created') {
    const missing = missingRoles(contest);
    if (missing.length > 0) {
      return refuse(
        'invalid',
        `the contest has nobody for ${missing.length > 1 ? 'the roles' : 'the role'} ${missing.join(', ')}`,
      );
    }
    return follow(contest, [{ type: 'moved', from: 'created', to: 'starting' }], context);
  }
  if (isContestEnd(contest.state)) return refuseIn(contest, 'started');
  return advance(contest, undefined, context);
}

function advance(contest: ExistingContest, inState: string | undefined, context: Context): Outcome {
  if (inState !== undefined && inState !== contest.state)
    return refuse('conflict', `the contest is in ${contest.state}, not in ${inState}`);
  if (contest.state === 'created') return start(contest, context);
  if (isContestEnd(contest.state)) return refuseIn(contest, 'advanced');
  const due = contest.halted ? dueTransition(contest) : null;
  return due ? follow(contest, [due], context) : nothing;
}

function pause(contest: ExistingContest): Outcome {
  if (isContestEnd(contest.state) || contest.state === 'created') return refuseIn(contest, 'paused');
  return contest.paused ? nothing : accept([{ type: 'paused' }]);
}

function resume(contest: ExistingContest, context: Context): Outcome {
  if (isContestEnd(contest.state) || contest.state === 'created') return refuseIn(contest, 'resumed');
  return contest.paused ? follow(contest, [{ type: 'resumed' }], context) : nothing;
}

function cancel(contest: ExistingContest, context: Context): Outcome {
  if (contest.state === 'cancelled') return nothing;
  if (contest.state === 'complete') return refuseIn(contest, 'cancelled');
  // The same command again, after a restart in the middle: it is answered when the children have settled.
  if (contest.cancelled_by === context.commandId) return accept([], { reply: 'later' });
  if (contest.cancelled_by !== null) return refuse('conflict', 'the contest is being cancelled already');
  const requested: ContestEvent = { type: 'cancel_requested', command_id: context.commandId };
  if (isAtWork(contest) && contest.child === null) return accept([requested], { reply: 'later' });
  return accept([requested, cancelled(contest)], { reply: 'later' });
}

function cancelled(contest: ExistingContest): Moved {
  return { type: 'moved', from: contest.state, to: 'cancelled', error: 'cancelled on request' };
}

function retry(contest: ExistingContest, context: Context): Outcome {
  if (contest.state !== 'fail' || contest.failed_in === null) return refuseIn(contest, 'retried');
  return follow(contest, [{ type: 'moved', from: 'fail', to: contest.failed_in }], context);
}

/** Only the newest round: what was played after an older one would be left without its beginning. */
function restartRound(contest: ExistingContest, roundNo: number): Outcome {
  const { round_no: newest } = contest;
  if (newest === null || roundNo > newest) return refuse('not_found', `contest ${contest.id} has no round ${roundNo}`);
  if (roundNo < newest) return refuse('conflict', `round ${roundNo} is not the newest one: that is round ${newest}`);
  if (contest.before_round === null) return refuse('conflict', `round ${roundNo} was played before this contest began`);
  if (contest.cancelled_by !== null || !canRestart(contest)) return refuseIn(contest, `taken back to round ${roundNo}`);
  const restarted: ContestEvent = { type: 'round_restarted', round_no: roundNo, play: contest.play + 1 };
  return accept(
    contest.state === 'in_round' ? [restarted] : [restarted, { type: 'moved', from: contest.state, to: 'in_round' }],
  );
}

function canRestart({ state, failed_in: failedIn }: ExistingContest): boolean {
  if (state === 'fail') return failedIn === 'in_round';
  return state === 'in_round' || state === 'check_end' || state === 'create_round';
}

function remove(contest: ExistingContest): Outcome {
  if (contest.removed_at !== null) return nothing;
  const runs = contest.state !== 'created' && !isContestEnd(contest.state);
  return runs ? refuseIn(contest, 'deleted; cancel it first') : accept([{ type: 'removed' }]);
}

function adjust(
  contest: ExistingContest,
  settings: Extract<ContestCommand, { type: 'adjust' }>['settings'],
  context: Context,
): Outcome {
  const isOpen = contest.state === 'created' || (!isContestEnd(contest.state) && isStepping(contest));
  if (!isOpen)
    return refuse(
      'conflict',
      `a contest can be changed while it is created, paused or stepping; this one is ${described(contest)}`,
    );
  const { round_no: roundNo } = contest;
  if (settings.max_rounds !== undefined && roundNo !== null && settings.max_rounds < roundNo + 1) {
    return refuse('invalid', `max_rounds: round ${roundNo} has begun, so at least ${roundNo + 1} are played`);
  }
  return follow(contest, [{ type: 'adjusted', settings }], context);
}

function childrenSettled(contest: ExistingContest, command: ChildrenSettled, context: Context): Outcome {
  if (contest.state === 'complete' || contest.state === 'cancelled') return nothing;
  const news = contest.state === 'role_call' ? seatsChecked(contest, command) : childSettled(contest, command);
  if (!news) return nothing;
  if (contest.cancelled_by === null) return follow(contest, [news], context);
  return accept([news, cancelled(contest)]);
}

function seatsChecked(contest: ExistingContest, command: ChildrenSettled): ContestEvent | null {
  const seats = command.children
    .filter(({ child }) => contest.seats.some((seat) => seat.id === child) && !contest.checks[child])
    .map((notice) => ({
      id: notice.child,
      ready: notice.outcome === 'complete',
      ...seatCheckIn(notice),
    }))
    // A report from before the order to check again says nothing new.
    .filter(({ ready, check_no }) => ready || check_no >= contest.retries)
    .map(({ id, ready, message }) => ({ id, ready, message }));
  return seats.length > 0 ? { type: 'seats_checked', seats } : null;
}

function childSettled(contest: ExistingContest, command: ChildrenSettled): ContestEvent | null {
  if (!isAtWork(contest) || contest.child !== null) return null;
  return contest.state === 'setup_arena' ? setupSettled(contest, command) : roundSettled(contest, command);
}

function setupSettled(contest: ExistingContest, { children }: ChildrenSettled): ContestEvent | null {
  const notice = children.findLast(({ child }) => child === 'setup');
  if (!notice || !isNews(contest, notice)) return null;
  return { type: 'setup_settled', outcome: outcomeIn(notice), ...seatsIn(notice) };
}

function roundSettled(contest: ExistingContest, { children }: ChildrenSettled): ContestEvent | null {
  const notice = children.findLast(({ child }) => child === String(contest.round_no));
  if (!notice || playOf(notice) < contest.play || !isNews(contest, notice)) return null;
  const outcome = outcomeIn(notice);
  return notice.outcome === 'complete'
    ? { type: 'round_settled', outcome, result: roundOutcomeIn(notice) }
    : { type: 'round_settled', outcome, result: null, ...seatsIn(notice) };
}

/** A report of a play that is void says nothing new. */
function playOf(notice: ChildNotice): number {
  return notice.outcome === 'complete' ? roundOutcomeIn(notice).play : (phaseReportIn(notice).play ?? 1);
}

/** Nor does a failure from before the order to try again. */
function isNews(contest: ExistingContest, notice: ChildNotice): boolean {
  return notice.outcome !== 'fail' || phaseReportIn(notice).retries >= contest.retries;
}

function outcomeIn(notice: ChildNotice): ChildOutcome {
  const { outcome } = notice;
  return outcome === 'fail' ? { outcome, message: phaseReportIn(notice).message } : { outcome };
}

function seatsIn(notice: ChildNotice): { seats?: readonly SeatReport[] } {
  const { seats = [] } = phaseReportIn(notice);
  return seats.length > 0 ? { seats } : {};
}

function follow(contest: ExistingContest, first: readonly ContestEvent[], context: Context): Outcome {
  const { events } = followTransitions<ExistingContest, ContestEvent, Moved>(contest, first, {
    evolve: (state, event) => evolveContest(state, event, context.at) as ExistingContest,
    due: (state) => dueTransition(state),
    isHeld: (state, due) => isStepping(state) && due.to !== 'fail',
    isHalted: (state) => state.halted,
    halted: (state) => ({ type: 'halted', state: state.state }),
  });
  const entersRound = events.findLast((event): event is Moved => event.type === 'moved' && event.to === 'in_round');
  return accept(events, { derived: entersRound && startOf(contest, entersRound, context.scope) });
}

/** What a new round starts from: what the setup made, or what the round before has left. */
function startOf(contest: ExistingContest, event: Moved, scope: Scope): World | undefined {
  if (event.from === 'setup_arena') return worldOfSetup(contest, scope);
  return event.from === 'create_round' && event.round_no !== undefined
    ? worldOfRound(contest, event.round_no - 1, scope)
    : undefined;
}

function worldOfSetup(contest: ExistingContest, scope: Scope): World {
  const setup = scope.stateOf(addressOf.setup(contest.id)) as SetupState;
  if (setup.state !== 'setup_complete') throw new Error(`contest ${contest.id}: the setup has not made a world`);
  return { features: [...setup.features], players: [...setup.players] };
}

function worldOfRound(contest: ExistingContest, roundNo: number, scope: Scope): World {
  const round = scope.stateOf(addressOf.round(contest.id, roundNo)) as RoundState;
  if (round.state !== 'round_complete') throw new Error(`contest ${contest.id}: round ${roundNo} is not complete`);
  return worldAfter(round);
}

function described(contest: ExistingContest): string {
  return contest.paused ? `${contest.state}, paused` : contest.state;
}

function refuseIn(contest: ExistingContest, done: string): Outcome {
  return refuse('conflict', `a contest in state ${described(contest)} cannot be ${done}`);
}
