/**
 * What a fork is made from: a contest up to the end of one of its rounds, with whatever is to be otherwise from there on. Pure; beginning
 * the new contest is left to the service.
 */
import type { World } from '../../protocol/contest.ts';
import type { ForkContest } from '../../protocol/contest-input.ts';
import { ArenaError, type InputProblem, refuseProblems } from '../../protocol/errors.ts';
import { carriedBy, carrierAt } from '../../protocol/positions.ts';
import type { ExistingParticipant } from '../participant/state.ts';
import { outcomeOf } from '../round/outcome.ts';
import type { ExistingRound } from '../round/state.ts';
import type { Scope } from '../runtime/machine.ts';
import type { ExistingSetup } from '../setup/state.ts';
import { checkSize, type ParticipantEntity } from './plan.ts';
import { contestIn, roundsIn, setupIn } from './reading.ts';
import type { ContestPlan, ExistingContest, Past } from './state.ts';
import { type Successors, successionProblems, successorsOf, takenOver } from './succession.ts';

/**
 * The plan of the new contest, and what it has behind it. Throws `not_found` and `conflict` when there is no such round that has ended,
 * and `invalid` with everything that is wrong with what is to be otherwise.
 */
export function forkOf(
  scope: Scope,
  { round_no: roundNo, overrides }: ForkContest,
  participants: readonly ParticipantEntity[],
): ContestPlan & { readonly past: Past } {
  const contest = contestIn(scope);
  const { setup, rounds } = playedUntil(scope, contest, roundNo);
  const { participants: takingOver = {}, arena, ...settings } = overrides;
  const successors = successorsOf(takingOver, participants);
  refuseProblems(problemsOf(contest, overrides, roundNo, successors));
  const plan: ContestPlan = {
    arena: { ...contest.arena, ...arena },
    seats: contest.seats.map((seat) => takenOver(seat, successors)),
    settings: { ...contest.settings, ...settings },
  };
  checkSize(plan);
  const past = { setup: setupOf(setup, successors), rounds: rounds.map((round) => roundOf(round, successors)) };
  return { ...plan, past: { round_no: roundNo, ...past, ...standingAfter(plan, past, successors) } };
}

function playedUntil(scope: Scope, contest: ExistingContest, roundNo: number) {
  const rounds = roundsIn(scope, contest).slice(0, roundNo + 1);
  const setup = setupIn(scope, contest);
  const last = rounds[roundNo];
  if (!last || !setup)
    throw new ArenaError({ code: 'not_found', message: `contest ${contest.id} has no round ${roundNo}` });
  if (last.state !== 'round_complete') {
    const message = `round ${roundNo} of contest ${contest.id} is in ${last.state}: a fork begins at the end of a round`;
    throw new ArenaError({ code: 'conflict', message });
  }
  return { setup, rounds };
}

function problemsOf(
  contest: ExistingContest,
  overrides: ForkContest['overrides'],
  roundNo: number,
  successors: Successors,
): InputProblem[] {
  const { max_rounds: maxRounds } = overrides;
  const tooFew = maxRounds !== undefined && maxRounds < roundNo + 1;
  return [
    ...(tooFew
      ? [{ path: 'overrides.max_rounds', message: `${roundNo + 1} rounds have been played until there` }]
      : []),
    ...successionProblems(contest.seats, successors, 'overrides.participants'),
  ];
}

function setupOf(setup: ExistingSetup, successors: Successors): ExistingSetup {
  return {
    ...setup,
    ...worldOf(setup, successors),
    faults: setup.faults.map((noted) => ({ ...noted, seat: idNow(noted.seat, successors) })),
  };
}

function roundOf(round: ExistingRound, successors: Successors): ExistingRound {
  const { effects } = round;
  const now = <T extends { readonly id: string }>(all: readonly T[]): T[] =>
    all.map((one) => ({ ...one, id: idNow(one.id, successors) }));
  return {
    ...round,
    start: worldOf(round.start, successors),
    actions: now(round.actions),
    rulings: now(round.rulings),
    effects: effects && {
      ...effects,
      players: now(effects.players),
      features: effects.features.map((change) => placedNow(change, successors)),
      ...(effects.winner_id ? { winner_id: idNow(effects.winner_id, successors) } : {}),
    },
    // What one player failed to do does not count against the one who takes over.
    seats: round.seats.map((seat) =>
      successors.has(seat.id) ? { ...seat, id: idNow(seat.id, successors), failed: false } : seat,
    ),
  };
}

function worldOf(
  { features, players }: Readonly<Pick<ExistingSetup, 'features' | 'players'>>,
  successors: Successors,
): World {
  return {
    features: features.map((feature) => placedNow(feature, successors)),
    players: players.map((player) => {
      const successor = successors.get(player.id);
      return successor ? { ...player, id: successor.id, name: successor.name } : player;
    }),
  };
}

function idNow(id: string, successors: Successors): string {
  return successors.get(id)?.id ?? id;
}

/** What a player carried is carried by the one who takes over. */
function placedNow<T extends { readonly position?: string | null | undefined }>(thing: T, successors: Successors): T {
  const carrier = thing.position ? carrierAt(thing.position) : null;
  return carrier === null ? thing : { ...thing, position: carriedBy(idNow(carrier, successors)) };
}

/** What the rounds have come to for the contest and for each of its seats. */
function standingAfter(
  plan: ContestPlan,
  { setup, rounds }: Pick<Past, 'setup' | 'rounds'>,
  successors: Successors,
): Pick<Past, 'last_round' | 'failures' | 'participants'> {
  const outcomes = rounds.map(outcomeOf);
  const failures: Record<string, number> = {};
  for (const id of outcomes.flatMap(({ failed_seats }) => failed_seats)) failures[id] = (failures[id] ?? 0) + 1;
  const newcomers = new Set([...successors.values()].map(({ id }) => id));
  const participants = plan.seats.map((seat): ExistingParticipant => {
    const failed = failures[seat.id] ?? 0;
    const state = failed >= plan.settings.max_faults ? 'out' : 'registered';
    const nobody = { contest_id: '', id: seat.id, check_no: -1, job_id: null, message: '' };
    if (newcomers.has(seat.id)) return { ...nobody, state, last_latency_ms: null, noted: null, faults: 0, failures: 0 };
    const told = outcomes.flatMap(({ round_no, play, seats }) =>
      seats.filter(({ id }) => id === seat.id).map((report) => ({ round_no, play, ...report })),
    );
    const inSetup = setup.faults.filter((noted) => noted.seat === seat.id).flatMap(({ faults }) => faults).length;
    const last = told.at(-1);
    return {
      ...nobody,
      state,
      last_latency_ms: last?.latency_ms ?? null,
      noted: last ? { round_no: last.round_no, play: last.play, faults: last.faults } : null,
      faults: told.reduce((sum, { faults }) => sum + faults, inSetup),
      failures: failed,
    };
  });
  return { last_round: outcomes.at(-1) ?? null, failures, participants };
}
