/** What a complete round means for its contest: who stands where, who failed to answer, what it tells of each seat. Pure. */
import type { RoundOutcome, SeatReport } from '../contest/state.ts';
import { type ExistingRound, worldAfter } from './state.ts';

export function outcomeOf(round: ExistingRound): RoundOutcome {
  const isPlayer = new Set(round.start.players.map(({ id }) => id));
  return {
    round_no: round.round_no,
    play: round.play,
    winner_id: round.effects?.winner_id ?? null,
    standing: worldAfter(round).players.map(({ id, score, position, health }) => ({ id, score, position, health })),
    failed_seats: round.seats.filter((seat) => seat.failed && isPlayer.has(seat.id)).map((seat) => seat.id),
    seats: seatReports(round),
  };
}

export function seatReports(round: ExistingRound): SeatReport[] {
  return round.seats.map(({ id, latency_ms, faults }) => ({ id, latency_ms, faults: faults.length }));
}
