/** The round machine. Its prompts are jobs; it moves when they have settled and tells the contest how it ended. */
import { addressOf, contestOf, lastSegment } from '../address.ts';
import type { PhaseReport } from '../contest/phase.ts';
import { cancelJob, spawnJob } from '../contest/prompts.ts';
import type { JobSpec } from '../job/state.ts';
import type { Effect, Machine } from '../runtime/machine.ts';
import { decideRound } from './decide.ts';
import { evolveRound } from './evolve.ts';
import { outcomeOf, seatReports } from './outcome.ts';
import type { ExistingRound, RoundCommand, RoundEvent, RoundState } from './state.ts';

export const roundMachine: Machine<RoundState, RoundCommand, RoundEvent> = {
  kind: 'round',
  shape: 2,
  // A job that is final stays until then, so that an answer that comes too late finds it.
  forgetsBelow: true,
  initialState: (address) => ({
    state: 'none',
    contest_id: contestOf(address) ?? '',
    round_no: Number(lastSegment(address)),
  }),
  decide: decideRound,
  evolve: evolveRound,
  effects: (state, event, derived) => (state.state === 'none' ? [] : effectsOf(state, event, derived)),
  owed: (state) => (state.state === 'none' ? [] : owedBy(state)),
  activity: (state) => {
    if (state.state === 'none' || state.state === 'round_complete' || state.stopped) return 'final';
    return state.state === 'round_fail' || (state.halted && state.job_id === null) ? 'resting' : 'active';
  },
};

function effectsOf(round: ExistingRound, event: RoundEvent, derived: unknown): readonly Effect[] {
  const self = addressOf.round(round.contest_id, round.round_no);
  switch (event.type) {
    case 'moved':
      if (event.to === 'round_complete' || event.to === 'round_fail') return [report(round)];
      return event.job_id ? [spawnJob(self, event.job_id, derived as JobSpec)] : [];
    case 'retried':
      return [spawnJob(self, event.job_id, derived as JobSpec)];
    case 'restart_requested':
    case 'cancel_requested':
      return cancelPrompts(round);
    case 'stopped':
      return [report(round)];
    default:
      return [];
  }
}

function owedBy(round: ExistingRound): readonly Effect[] {
  if (round.stopped || round.state === 'round_complete' || round.state === 'round_fail') return [report(round)];
  return round.cancelling || round.restarting !== null ? cancelPrompts(round) : [];
}

function cancelPrompts(round: ExistingRound): readonly Effect[] {
  const reason = round.cancelling ? 'the contest was cancelled' : 'the round is played again';
  return cancelJob(addressOf.round(round.contest_id, round.round_no), round.job_id, reason);
}

function report(round: ExistingRound): Effect {
  const outcome = round.stopped ? 'cancelled' : round.state === 'round_complete' ? 'complete' : 'fail';
  const { error, retries, play } = round;
  // One that was to be played again, and was stopped before, has nothing older to report.
  const failure: PhaseReport = {
    message: error ?? '',
    retries,
    play: round.restarting ?? play,
    seats: seatReports(round),
  };
  const result = outcome === 'complete' ? outcomeOf(round) : failure;
  return {
    type: 'notify',
    to: addressOf.contest(round.contest_id),
    notice: { child: String(round.round_no), outcome, result },
  };
}
