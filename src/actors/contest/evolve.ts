/** How a contest's state follows from its events. */
import { isContestEnd } from '../../protocol/states.ts';
import type { ContestEvent, ContestState, ExistingContest } from './state.ts';

export function evolveContest(state: ContestState, event: ContestEvent, at: number): ContestState {
  if (event.type === 'contest_created') {
    return {
      state: 'created',
      id: state.id,
      arena: event.arena,
      seats: event.seats,
      settings: event.settings,
      created_at: at,
      paused: false,
      cancelled_by: null,
      halted: false,
      failed_in: null,
      retries: 0,
      checks: {},
      child: null,
      round_no: null,
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
    case 'moved':
      return moved(state, event, at);
    case 'seats_checked': {
      const news = event.seats.map(({ id, ready, message }) => [id, { ready, message }] as const);
      return { ...state, checks: { ...state.checks, ...Object.fromEntries(news) } };
    }
    case 'setup_settled':
      return { ...state, child: event.outcome, seat_news: { round_no: null, seats: event.seats ?? [] } };
    case 'round_settled':
      return {
        ...state,
        child: event.outcome,
        last_round: event.result ?? state.last_round,
        seat_news: { round_no: state.round_no, seats: event.result?.seats ?? event.seats ?? [] },
        failures: countFailures(state, event),
      };
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

function moved(state: ExistingContest, event: Extract<ContestEvent, { type: 'moved' }>, at: number): ContestState {
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
    failed_in: event.to === 'fail' ? event.from : null,
    retries: state.retries + (event.from === 'fail' ? 1 : 0),
    error: event.error ?? null,
    winner_id: event.winner_id ?? null,
    end_reason: event.end_reason ?? null,
    start_time: event.to === 'starting' ? at : state.start_time,
    end_time: ended ? at : null,
  };
}

function countFailures(
  state: ExistingContest,
  event: Extract<ContestEvent, { type: 'round_settled' }>,
): Readonly<Record<string, number>> {
  const failures = { ...state.failures };
  for (const id of event.result?.failed_seats ?? []) failures[id] = (failures[id] ?? 0) + 1;
  return failures;
}
