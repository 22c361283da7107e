/**
 * The contest machine: role call, setup, rounds, the end. It asks nobody itself: seats, setup and rounds are its children,
 * and it moves when they have settled.
 */
import type { World } from '../../protocol/contest.ts';
import { addressOf, lastSegment } from '../address.ts';
import type { ParticipantCommand } from '../participant/state.ts';
import type { RoundCommand } from '../round/state.ts';
import type { Address, Effect, Machine } from '../runtime/machine.ts';
import type { SetupCommand } from '../setup/state.ts';
import { decideContest } from './decide.ts';
import { evolveContest } from './evolve.ts';
import {
  type ContestCommand,
  type ContestEvent,
  type ContestState,
  type ExistingContest,
  isAtWork,
  isOut,
  isStepping,
  type Past,
  type SeatNews,
  seatsToCall,
} from './state.ts';

export const contestMachine: Machine<ContestState, ContestCommand, ContestEvent> = {
  kind: 'contest',
  shape: 3,
  initialState: (address) => ({ state: 'none', id: lastSegment(address) }),
  decide: decideContest,
  evolve: evolveContest,
  effects: (state, event, derived) => (state.state === 'none' ? [] : effectsOf(state, event, derived)),
  owed: (state) => (state.state === 'none' ? [] : [...resultsForSeats(state), ...orders(state)]),
  activity: activityOf,
};

function effectsOf(contest: ExistingContest, event: ContestEvent, derived: unknown): readonly Effect[] {
  switch (event.type) {
    case 'past_given':
      return spawnPast(contest, derived as Past);
    case 'moved':
      return [...movedEffects(contest, event, derived as World | undefined), ...replyToCancel(contest)];
    case 'setup_settled':
    case 'round_settled':
      return resultsForSeats(contest);
    case 'round_restarted':
      return [...resultsForSeats(contest), ...orders(contest)];
    case 'resumed':
    case 'adjusted':
      return proceed(contest);
    case 'cancel_requested':
      return isAtWork(contest) ? orders(contest) : [];
    default:
      return [];
  }
}

/** `world`: what a new round starts from. */
function movedEffects(
  contest: ExistingContest,
  event: Extract<ContestEvent, { type: 'moved' }>,
  world: World | undefined,
): readonly Effect[] {
  const isTakenBack = event.to === 'in_round' && event.round_no === undefined;
  if (isTakenBack || event.from === 'fail' || event.to === 'cancelled') return orders(contest);
  switch (event.to) {
    case 'role_call':
      // Seats with a past are there already.
      return contest.round_no === null ? contest.seats.map((seat) => spawnSeat(contest, seat.id)) : orders(contest);
    case 'setup_arena':
      return [spawnSetup(contest)];
    case 'in_round':
      return world ? [spawnRound(contest, world)] : [];
    default:
      return [];
  }
}

function replyToCancel(contest: ExistingContest): readonly Effect[] {
  return contest.state === 'cancelled' && contest.cancelled_by
    ? [{ type: 'reply', commandId: contest.cancelled_by, reply: null }]
    : [];
}

/** Those who have played before, in the states that they had come to. */
function spawnPast({ id }: ExistingContest, { setup, participants, rounds }: Past): readonly Effect[] {
  const spawn = (address: Address, state: object): Effect => {
    const command = { type: 'copy', state: { ...state, contest_id: id } } as
      | SetupCommand
      | ParticipantCommand
      | RoundCommand;
    return { type: 'spawn', address, command };
  };
  return [
    spawn(addressOf.setup(id), setup),
    ...participants.map((seat) => spawn(addressOf.participant(id, seat.id), seat)),
    ...rounds.map((round) => spawn(addressOf.round(id, round.round_no), round)),
  ];
}

function spawnSeat(contest: ExistingContest, seat: string): Effect {
  const command: ParticipantCommand = { type: 'create' };
  return { type: 'spawn', address: addressOf.participant(contest.id, seat), command };
}

function spawnRound(contest: ExistingContest, start: World): Effect {
  const roundNo = contest.round_no ?? 0;
  const command: RoundCommand = { type: 'create', start };
  return { type: 'spawn', address: addressOf.round(contest.id, roundNo), command };
}

function spawnSetup(contest: ExistingContest): Effect {
  return { type: 'spawn', address: addressOf.setup(contest.id), command: { type: 'create' } as SetupCommand };
}

/** The setup or the round that is at work, told something. */
function tellChild(contest: ExistingContest, command: SetupCommand | RoundCommand): Effect {
  const to = contest.round_no === null ? addressOf.setup(contest.id) : addressOf.round(contest.id, contest.round_no);
  return { type: 'tell', to, command };
}

function proceed(contest: ExistingContest): readonly Effect[] {
  return isAtWork(contest) && contest.child === null ? [tellChild(contest, { type: 'proceed' })] : [];
}

/** What the children must be told for the present state: said again after a restart, and harmless when they know. */
function orders(contest: ExistingContest): readonly Effect[] {
  if (contest.state === 'role_call') return seatOrders(contest, { type: 'check', number: contest.retries });
  if (contest.state === 'cancelled') return seatOrders(contest, { type: 'cancel' });
  if (!isAtWork(contest) || contest.child !== null) return [];
  const restart = contest.play > 1 ? [tellChild(contest, { type: 'restart', play: contest.play })] : [];
  if (contest.cancelled_by !== null) return [...restart, tellChild(contest, { type: 'cancel' })];
  const retry = contest.retries > 0 ? [tellChild(contest, { type: 'retry', number: contest.retries })] : [];
  return [...restart, ...retry, tellChild(contest, { type: 'proceed' })];
}

function seatOrders(contest: ExistingContest, command: ParticipantCommand): readonly Effect[] {
  return seatsToCall(contest)
    .filter((seat) => contest.start_time !== null && !contest.checks[seat.id])
    .map((seat) => ({ type: 'tell', to: addressOf.participant(contest.id, seat.id), command }));
}

/**
 * Each seat that something went wrong with is owed what was last heard of it; a seat that knows it makes nothing of it. The
 * others have nothing to note: an entry a seat and round would be a sixth of the journal.
 */
function resultsForSeats(contest: ExistingContest): readonly Effect[] {
  const news = contest.seat_news;
  if (!news) return [];
  const concerned = news.seats.filter(({ id, faults }) => news.voids || faults > 0 || hasFailed(contest, news, id));
  return concerned.map((report): Effect => {
    const command: ParticipantCommand = {
      type: 'round_result',
      round_no: news.round_no,
      play: news.play,
      latency_ms: report.latency_ms,
      faults: report.faults,
      failures: contest.failures[report.id] ?? 0,
      out: isOut(contest, report.id),
    };
    return { type: 'tell', to: addressOf.participant(contest.id, report.id), command };
  });
}

function hasFailed({ last_round: round }: ExistingContest, news: SeatNews, seat: string): boolean {
  return round !== null && round.round_no === news.round_no && round.failed_seats.includes(seat);
}

function activityOf(state: ContestState): 'active' | 'resting' | 'final' {
  if (state.state === 'none' || state.state === 'complete') return 'final';
  if (state.state === 'cancelled') return 'final';
  if (state.cancelled_by !== null) return 'active';
  if (state.state === 'created' || state.state === 'fail' || state.halted) return 'resting';
  return isStepping(state) && isAtWork(state) && state.child === null ? 'resting' : 'active';
}
