/** How a round's state follows from its events. */
import type { ExistingRound, RoundEvent, RoundState, SeatRecord } from './state.ts';
import { addUsage } from './usage.ts';

export function evolveRound(state: RoundState, event: RoundEvent, at: number): RoundState {
  if (event.type === 'round_created') return begun(state, event.start, { retries: event.retries, play: 1 }, at);
  if (event.type === 'copied') return { ...event.state, contest_id: state.contest_id };
  if (state.state === 'none') throw new Error(`round ${state.round_no}: ${event.type} before it was created`);
  switch (event.type) {
    case 'moved':
      return {
        ...state,
        state: event.to,
        // The players are asked in round_prompting and waited for in awaiting_actions: one job for both.
        job_id: event.to === 'awaiting_actions' ? state.job_id : (event.job_id ?? null),
        settled: event.to === 'awaiting_actions' ? state.settled : null,
        halted: false,
        failed_in: event.to === 'round_fail' ? event.from : null,
        error: event.error ?? null,
        ended_at: event.to === 'round_complete' || event.to === 'round_fail' ? at : null,
      };
    case 'actions_taken':
      return settle({ ...state, actions: event.actions }, { failure: null, ...event });
    case 'rulings_made':
      return settle({ ...state, rulings: [...state.rulings, ...event.rulings] }, event);
    case 'effects_applied':
      return settle({ ...state, effects: event.effects ?? state.effects }, event);
    case 'results_described':
      return settle({ ...state, ending_narrative: event.text ?? state.ending_narrative }, event);
    case 'retried':
      return {
        ...state,
        state: event.to,
        failed_in: null,
        error: null,
        ended_at: null,
        settled: null,
        job_id: event.job_id,
        retries: event.number,
      };
    case 'restart_requested':
      return { ...state, restarting: event.play };
    case 'restarted':
      return begun(state, state.start, event, at);
    case 'halted':
      return { ...state, halted: true };
    case 'cancel_requested':
      return { ...state, cancelling: true };
    case 'stopped':
      return { ...state, stopped: true, job_id: null, ended_at: at };
    default:
      return event satisfies never;
  }
}

/** A play of the round, before anything has happened in it. */
function begun(
  { contest_id, round_no }: RoundState,
  start: ExistingRound['start'],
  { retries, play }: Pick<ExistingRound, 'retries' | 'play'>,
  at: number,
): RoundState {
  return {
    state: 'idle',
    contest_id,
    round_no,
    start,
    started_at: at,
    ended_at: null,
    actions: [],
    rulings: [],
    effects: null,
    ending_narrative: null,
    seats: [],
    job_id: null,
    settled: null,
    halted: false,
    failed_in: null,
    error: null,
    retries,
    play,
    restarting: null,
    cancelling: false,
    stopped: false,
  };
}

function settle<S extends RoundState & { readonly seats: readonly SeatRecord[] }>(
  state: S,
  event: { readonly failure: string | null; readonly seats: readonly SeatRecord[] },
): S {
  return {
    ...state,
    seats: mergeSeats(state.seats, event.seats),
    job_id: null,
    settled: event.failure === null ? { ok: true } : { ok: false, message: event.failure },
  };
}

/** One record a seat: the newest latency, all faults, what it cost in all. */
function mergeSeats(before: readonly SeatRecord[], news: readonly SeatRecord[]): readonly SeatRecord[] {
  const merged = new Map(before.map((seat) => [seat.id, seat]));
  for (const seat of news) {
    const known = merged.get(seat.id);
    merged.set(seat.id, known ? mergeSeat(known, seat) : seat);
  }
  return [...merged.values()];
}

function mergeSeat(known: SeatRecord, seat: SeatRecord): SeatRecord {
  return {
    ...seat,
    faults: [...known.faults, ...seat.faults],
    usage: addUsage(known.usage, seat.usage),
    failed: known.failed || seat.failed,
  };
}
