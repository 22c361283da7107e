/** A contest's root, read: the states of its machines under their own types. */
import { addressOf } from '../address.ts';
import type { ExistingParticipant, ParticipantState } from '../participant/state.ts';
import { type ExistingRound, existingRound } from '../round/state.ts';
import type { Scope } from '../runtime/machine.ts';
import type { ExistingSetup, SetupState } from '../setup/state.ts';
import { type ExistingContest, existingContest, latencyInLastRound } from './state.ts';

export function contestIn(scope: Scope): ExistingContest {
  return existingContest(scope.stateOf(scope.root));
}

export function setupIn(scope: Scope, contest: ExistingContest): ExistingSetup | null {
  const setup = scope.stateOf(addressOf.setup(contest.id)) as SetupState | undefined;
  return setup && setup.state !== 'none' ? setup : null;
}

export function participantIn(scope: Scope, contest: ExistingContest, id: string): ExistingParticipant | null {
  const participant = scope.stateOf(addressOf.participant(contest.id, id)) as ParticipantState | undefined;
  return participant && participant.state !== 'none' ? participant : null;
}

/** How long a seat took to answer in the last round that was played, or else to the role call; null before the first answer. */
export function lastLatencyOf(scope: Scope, contest: ExistingContest, id: string): number | null {
  return latencyInLastRound(contest, id) ?? participantIn(scope, contest, id)?.last_latency_ms ?? null;
}

/** The rounds that have begun, ascending. */
export function roundsIn(scope: Scope, contest: ExistingContest): ExistingRound[] {
  const rounds: ExistingRound[] = [];
  for (let roundNo = 0; roundNo <= (contest.round_no ?? -1); roundNo += 1) {
    const round = existingRound(scope.stateOf(addressOf.round(contest.id, roundNo)));
    if (round) rounds.push(round);
  }
  return rounds;
}
