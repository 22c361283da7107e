/** How a seat decides: it is asked how it is when told, and notes what it is told of the rounds. */
import { healthCheck, nextJobId } from '../contest/prompts.ts';
import { type ExistingContest, existingContest } from '../contest/state.ts';
import { resultOfJob } from '../job/result.ts';
import type { JobSpec } from '../job/state.ts';
import { accept, type ChildrenSettled, type Context, type Decision, refuse } from '../runtime/machine.ts';
import { faultsKnown } from './evolve.ts';
import type { ExistingParticipant, ParticipantCommand, ParticipantEvent, ParticipantState, Play } from './state.ts';

type Outcome = Decision<ParticipantEvent>;
type Moved = Extract<ParticipantEvent, { type: 'moved' }>;
type RoundResult = Extract<ParticipantCommand, { type: 'round_result' }>;
const nothing: Outcome = accept([]);

export function decideParticipant(state: ParticipantState, command: ParticipantCommand, context: Context): Outcome {
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
function orderOf(news: Play, known: Play): number {
  return (news.round_no ?? -1) - (known.round_no ?? -1) || news.play - known.play;
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
