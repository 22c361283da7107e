/** How a contest's state follows from its events. */
import { isContestEnd } from '../../protocol/states.ts';
import type { ContestEvent, ContestOrigin, ContestState, ExistingContest } from './state.ts';

export function evolveContest(state: ContestState, event: ContestEvent, at: number): ContestState {
  if (event.type === 'contest_created') {
    return {
      state: 'created',
      id: state.id,
      arena: event.arena,
      seats: event.seats,
      settings: event.settings,
      created_at: copiedAt(event.origin) ?? at,
      paused: false,
      cancelled_by: null,
      halted: false,
      failed_in: null,
      retries: 0,
      checks: {},
      child: null,
      round_no: null,
      play: 1,
      before_round: null,
      last_round: null,
      seat_news: null,
      failures: {},
      winner_id: null,
      end_reason: null,
      start_time: null,
      end_time: null,
      error: null,
      removed_at: null,
    };
  }
  if (state.state === 'none') throw new Error(`contest ${state.id}: ${event.type} before it was created`);
  switch (event.type) {
    case 'past_given': {
      const { round_no, last_round, failures } = event;
      return { ...state, round_no, last_round, failures };
    }
    case 'moved':
      return moved(state, event, at);
    case 'seats_checked': {
      const news = event.seats.map(({ id, ready, message }) => [id, { ready, message }] as const);
      return { ...state, checks: { ...state.checks, ...Object.fromEntries(news) } };
    }
    case 'setup_settled':
      return {
        ...state,
        child: event.outcome,
        seat_news: { round_no: null, play: 1, voids: false, seats: event.seats ?? [] },
      };
    case 'round_settled':
      return {
        ...state,
        child: event.outcome,
        last_round: event.result ?? state.last_round,
        seat_news: {
          round_no: state.round_no,
          play: state.play,
          voids: false,
          seats: event.result?.seats ?? event.seats ?? [],
        },
        failures: countFailures(state, event),
      };
    case 'round_restarted':
      return restarted(state, event.play);
    case 'halted':
      return { ...state, halted: true };
    case 'removed':
      return { ...state, removed_at: at };
    case 'paused':
      return { ...state, paused: true };
    case 'resumed':
      return { ...state, paused: false };
    case 'cancel_requested':
      return { ...state, cancelled_by: event.command_id };
    case 'adjusted':
      return { ...state, settings: { ...state.settings, ...event.settings } };
    default:
      return event satisfies never;
  }
}

function copiedAt(origin: ContestOrigin | null): number | undefined {
  return origin && 'copied_at' in origin ? origin.copied_at : undefined;
}

function moved(state: ExistingContest, event: Extract<ContestEvent, { type: 'moved' }>, at: number): ContestState {
  const { last_round, failures } = state;
  const ended = isContestEnd(event.to);
  // A seat that was absent is asked again, so that a retry waits for its new answer.
  const checks =
    event.to === 'role_call'
      ? Object.fromEntries(Object.entries(state.checks).filter(([, check]) => check.ready))
      : state.checks;
  return {
    ...state,
    state: event.to,
    checks,
    halted: false,
    child: null,
    round_no: event.round_no ?? state.round_no,
    ...(event.round_no === undefined ? {} : { play: 1, before_round: { last_round, failures } }),
    failed_in: event.to === 'fail' ? event.from : null,
    retries: state.retries + (event.from === 'fail' ? 1 : 0),
    error: event.error ?? null,
    winner_id: event.winner_id ?? null,
    end_reason: event.end_reason ?? null,
    start_time: event.to === 'starting' ? at : state.start_time,
    end_time: ended ? at : null,
  };
}

/**
 * The contest as it was when the round began. What the void play counted against players is taken back with everything else that it
 * came to: a round that is restarted because its agents were down would otherwise be played without them.
 */
function restarted(state: ExistingContest, play: number): ContestState {
  const { round_no, before_round } = state;
  const before = before_round ?? { last_round: null, failures: {} };
  const relieved = Object.keys(state.failures).filter((id) => state.failures[id] !== before.failures[id]);
  const seats = relieved.map((id) => ({ id, latency_ms: null, faults: 0 }));
  return { ...state, ...before, play, child: null, halted: false, seat_news: { round_no, play, voids: true, seats } };
}

function countFailures(
  state: ExistingContest,
  event: Extract<ContestEvent, { type: 'round_settled' }>,
): Readonly<Record<string, number>> {
  const failures = { ...state.failures };
  for (const id of event.result?.failed_seats ?? []) failures[id] = (failures[id] ?? 0) + 1;
  return failures;
}
