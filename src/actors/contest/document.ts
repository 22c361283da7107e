/** The contest as people see it: the document, folded from the states of its root. Pure. */
import type { ContestDocument, ContestSummary, Player, RoundDocument, SeatDocument } from '../../protocol/contest.ts';
import { type ExistingRound, worldAfter } from '../round/state.ts';
import { addUsage, usageCounts } from '../round/usage.ts';
import type { Scope } from '../runtime/machine.ts';
import { contestIn, lastLatencyOf, participantIn, roundsIn, setupIn } from './reading.ts';
import type { ExistingContest, Seat } from './state.ts';

export function contestDocument(scope: Scope): ContestDocument {
  const contest = contestIn(scope);
  const { position: _, ...summary } = contestSummary(scope);
  return { ...summary, rounds: roundDocuments(scope, contest), position: scope.position };
}

function contestSummary(scope: Scope): ContestSummary {
  const contest = contestIn(scope);
  const { auto_advance, max_rounds, winning_score, seed } = contest.settings;
  return {
    id: contest.id,
    state: contest.state,
    paused: contest.paused,
    arena: contest.arena,
    participants: contest.seats.map((seat) => seatDocument(scope, contest, seat)),
    current_round: contest.round_no,
    auto_advance,
    max_rounds,
    winning_score,
    seed,
    winner_id: contest.winner_id,
    end_reason: contest.end_reason,
    start_time: contest.start_time,
    end_time: contest.end_time,
    error: contest.error,
    position: scope.position,
  };
}

export function roundDocuments(scope: Scope, contest: ExistingContest): RoundDocument[] {
  const rounds = roundsIn(scope, contest);
  return rounds.map((round, index) => roundDocument(round, narrativeOf(scope, contest, rounds[index - 1])));
}

/** The scene that a round begins with: the setup's description, then the end of the round before. */
export function narrativeOf(scope: Scope, contest: ExistingContest, before: ExistingRound | undefined): string | null {
  if (before) return before.ending_narrative;
  return setupIn(scope, contest)?.narrative ?? null;
}

function roundDocument(round: ExistingRound, narrative: string | null): RoundDocument {
  const world = worldAfter(round);
  return {
    round_no: round.round_no,
    state: round.state,
    narrative,
    ending_narrative: round.ending_narrative,
    features: world.features,
    players: world.players.map((player) => ({ ...player, ...turnOf(round, player.id) })),
    start: round.start,
    stats: statsOf(round),
  };
}

/** What a player did in a round, how it was ruled, and what went wrong. */
export function turnOf(round: ExistingRound, playerId: string): Pick<Player, 'action' | 'result' | 'faults'> {
  return {
    action: round.actions.find(({ id }) => id === playerId)?.action ?? null,
    result: round.rulings.find(({ id }) => id === playerId)?.ruling ?? null,
    faults: [...(round.seats.find(({ id }) => id === playerId)?.faults ?? [])],
  };
}

export function statsOf(round: ExistingRound): RoundDocument['stats'] {
  const faults = round.seats.reduce((sum, seat) => sum + seat.faults.length, 0);
  const latencies = round.seats.flatMap(({ latency_ms }) => latency_ms ?? []);
  return {
    actions_count: round.actions.filter(({ action }) => action.action !== 'none').length,
    duration_ms: round.ended_at === null ? null : round.ended_at - round.started_at,
    metrics: { faults, slowest_answer_ms: Math.max(0, ...latencies), ...costOf(round) },
  };
}

/** Tokens and money, where agents have told of any. */
function costOf({ seats }: ExistingRound): Record<string, number> {
  const usage = seats.map((seat) => seat.usage).reduce(addUsage, null);
  return Object.fromEntries(
    usageCounts.flatMap((count) => (usage?.[count] === undefined ? [] : [[count, usage[count]]])),
  );
}

function seatDocument(scope: Scope, contest: ExistingContest, seat: Seat): SeatDocument {
  const participant = participantIn(scope, contest, seat.id);
  return {
    id: seat.id,
    name: seat.name,
    role: seat.role,
    description: seat.description,
    endpoint: seat.endpoint,
    state: participant?.state ?? 'registered',
    faults_count: participant?.faults ?? 0,
    last_latency_ms: lastLatencyOf(scope, contest, seat.id),
  };
}
