/** The participant machine: one seat of one contest. It checks health when told, and keeps what the rounds tell about its seat. */
import { addressOf, contestOf, lastSegment } from '../address.ts';
import { nextJobId } from '../contest/part.ts';
import { type ExistingContest, existingContest } from '../contest/state.ts';
import { resultOfJob } from '../job/result.ts';
import type { JobCommand, JobSpec } from '../job/state.ts';
import {
  accept,
  type ChildrenSettled,
  type Context,
  type Decision,
  type Effect,
  type Machine,
  refuse,
} from '../runtime/machine.ts';
import type {
  ExistingParticipant,
  ParticipantCommand,
  ParticipantEvent,
  ParticipantState,
  SeatCheck,
} from './state.ts';

type Outcome = Decision<ParticipantEvent>;
type Moved = Extract<ParticipantEvent, { type: 'moved' }>;
type RoundResult = Extract<ParticipantCommand, { type: 'round_result' }>;
type Played = Pick<RoundResult, 'round_no' | 'play'>;
const nothing: Outcome = accept([]);

/** The spec of a health check: one attempt, sent again within its time to live while nobody listens. */
export function healthCheck(participant: { id: string; endpoint: string }, timeoutMs: number): JobSpec {
  return {
    task: { type: 'health', participant_id: participant.id, endpoint: participant.endpoint },
    timeout_ms: timeoutMs,
    max_attempts: 1,
    ttl_ms: timeoutMs,
  };
}

export const participantMachine: Machine<ParticipantState, ParticipantCommand, ParticipantEvent> = {
  kind: 'participant',
  shape: 3,
  initialState: (address) => ({ state: 'none', contest_id: contestOf(address) ?? '', id: lastSegment(address) }),
  decide,
  evolve,
  effects: (state, event, derived) => (state.state === 'none' ? [] : effectsOf(state, event, derived)),
  owed: (state) => (state.state === 'ready' || state.state === 'absent' ? [report(state)] : []),
  activity: (state) => (state.state === 'checking' ? 'active' : 'resting'),
};

function decide(state: ParticipantState, command: ParticipantCommand, context: Context): Outcome {
  if (state.state === 'none') {
    if (command.type === 'copy') return accept<ParticipantEvent>([{ type: 'copied', state: command.state }]);
    if (command.type !== 'create')
      return refuse('not_found', `there is no participant ${state.id} in contest ${state.contest_id}`);
    return check('registered', state.id, 0, [{ type: 'registered' }], context);
  }
  switch (command.type) {
    case 'create':
    case 'copy':
      return nothing;
    case 'check':
      return command.number > state.check_no && (state.state === 'absent' || state.state === 'registered')
        ? check(state.state, state.id, command.number, [], context)
        : nothing;
    case 'round_result':
      return noteRound(state, command);
    case 'cancel':
      return state.state === 'checking'
        ? accept<ParticipantEvent>([
            { type: 'moved', from: 'checking', to: 'absent', message: 'the contest was cancelled' },
          ])
        : nothing;
    case 'children_settled':
      return checked(state, command);
    default:
      return command satisfies never;
  }
}

/** A round that was retried is told of again; one that is played again may give back a seat that was out. */
function noteRound(state: ExistingParticipant, command: RoundResult): Outcome {
  const { round_no, play, latency_ms, failures } = command;
  const { noted: known } = state;
  const order = known === null ? 1 : orderOf(command, known);
  if (order < 0) return nothing;
  if (order === 0 && command.faults <= faultsKnown(state, command) && failures <= state.failures) return nothing;
  const faults = command.faults - faultsKnown(state, command);
  const noted: ParticipantEvent = { type: 'round_noted', round_no, play, latency_ms, faults, failures };
  const [from, to] = command.out ? (['ready', 'out'] as const) : (['out', 'ready'] as const);
  return accept(state.state === from ? [noted, { type: 'moved', from, to }] : [noted]);
}

/** Above 0 for what was played later. The setup comes before round 0. */
function orderOf(news: Played, known: Played): number {
  return (news.round_no ?? -1) - (known.round_no ?? -1) || news.play - known.play;
}

/** What the seat has noted of this play already. */
function faultsKnown({ noted }: ExistingParticipant, { round_no, play }: Played): number {
  return noted !== null && noted.round_no === round_no && noted.play === play ? noted.faults : 0;
}

function check(from: Moved['from'], id: string, number: number, before: ParticipantEvent[], context: Context): Outcome {
  const contest = existingContest(context.scope.stateOf(context.scope.root));
  const jobId = nextJobId(context);
  return accept([...before, { type: 'moved', from, to: 'checking', check_no: number, job_id: jobId }], {
    derived: checkSpec(contest, id),
  });
}

function checkSpec(contest: ExistingContest, id: string): JobSpec {
  const seat = contest.seats.find((candidate) => candidate.id === id);
  if (!seat) throw new Error(`contest ${contest.id} has no seat ${id}`);
  return healthCheck(seat, contest.settings.health_timeout_ms);
}

function checked(seat: ExistingParticipant, command: ChildrenSettled): Outcome {
  const notice = command.children.find(({ child }) => child === seat.job_id);
  if (!notice || seat.state !== 'checking') return nothing;
  const to = notice.outcome === 'complete' ? 'ready' : 'absent';
  const { message, latency_ms, faults } = resultOfJob(notice);
  const fault = faults.at(-1);
  return accept([{ type: 'moved', from: 'checking', to, message, latency_ms, ...(fault ? { fault } : {}) }]);
}

function evolve(state: ParticipantState, event: ParticipantEvent): ParticipantState {
  if (event.type === 'registered') {
    return {
      state: 'registered',
      contest_id: state.contest_id,
      id: state.id,
      check_no: 0,
      job_id: null,
      message: '',
      last_latency_ms: null,
      noted: null,
      faults: 0,
      failures: 0,
    };
  }
  if (event.type === 'copied') return { ...event.state, contest_id: state.contest_id };
  if (state.state === 'none') throw new Error(`participant ${state.id}: ${event.type} before it was registered`);
  if (event.type === 'round_noted') {
    return {
      ...state,
      noted: { round_no: event.round_no, play: event.play, faults: event.faults + faultsKnown(state, event) },
      last_latency_ms: event.latency_ms ?? state.last_latency_ms,
      faults: state.faults + event.faults,
      failures: event.failures,
    };
  }
  return {
    ...state,
    state: event.to,
    check_no: event.check_no ?? state.check_no,
    job_id: event.job_id ?? state.job_id,
    message: event.message ?? '',
    last_latency_ms: event.latency_ms ?? state.last_latency_ms,
  };
}

function effectsOf(seat: ExistingParticipant, event: ParticipantEvent, derived: unknown): readonly Effect[] {
  if (event.type !== 'moved') return [];
  const self = addressOf.participant(seat.contest_id, seat.id);
  if (event.to === 'checking' && event.job_id) {
    const command: JobCommand = { type: 'create', parent: self, spec: derived as JobSpec };
    return [{ type: 'spawn', address: addressOf.childJob(self, event.job_id), command }];
  }
  if (event.from !== 'checking') return [];
  const cancel: JobCommand = { type: 'cancel', reason: 'the contest was cancelled' };
  const stopJob: Effect[] = seat.job_id
    ? [{ type: 'tell', to: addressOf.childJob(self, seat.job_id), command: cancel }]
    : [];
  return [...stopJob, report(seat)];
}

function report(seat: ExistingParticipant): Effect {
  const result: SeatCheck = { message: seat.message, check_no: seat.check_no };
  return {
    type: 'notify',
    to: addressOf.contest(seat.contest_id),
    notice: { child: seat.id, outcome: seat.state === 'ready' ? 'complete' : 'fail', result },
  };
}
