/** How a setup's state follows from its events. */
import type { SetupEvent, SetupState } from './state.ts';

export function evolveSetup(state: SetupState, event: SetupEvent): SetupState {
  if (event.type === 'setup_created') {
    return {
      state: 'idle',
      contest_id: state.contest_id,
      features: [],
      players: [],
      narrative: null,
      job_id: null,
      settled: null,
      halted: false,
      failed_in: null,
      error: null,
      retries: event.retries,
      faults: [],
      cancelling: false,
      stopped: false,
    };
  }
  if (event.type === 'copied') return { ...event.state, contest_id: state.contest_id };
  if (state.state === 'none') throw new Error(`setup of ${state.contest_id}: ${event.type} before it was created`);
  switch (event.type) {
    case 'moved':
      return {
        ...state,
        state: event.to,
        features: event.features ?? state.features,
        players: event.players ?? state.players,
        job_id: event.job_id ?? null,
        settled: null,
        halted: false,
        failed_in: event.to === 'setup_fail' ? event.from : null,
        error: event.error ?? null,
      };
    case 'features_generated':
      return { ...state, features: [...state.features, ...event.features], job_id: null, settled: { ok: true } };
    case 'described':
      return { ...state, narrative: event.text, job_id: null, settled: { ok: true } };
    case 'phase_failed':
      return { ...state, job_id: null, settled: { ok: false, message: event.message } };
    case 'faults_noted':
      return { ...state, faults: [...state.faults, { seat: event.seat, faults: event.faults }] };
    case 'retried':
      return {
        ...state,
        state: state.failed_in ?? state.state,
        failed_in: null,
        error: null,
        settled: null,
        job_id: event.job_id ?? null,
        retries: event.number,
      };
    case 'halted':
      return { ...state, halted: true };
    case 'cancel_requested':
      return { ...state, cancelling: true };
    case 'stopped':
      return { ...state, stopped: true, job_id: null };
    default:
      return event satisfies never;
  }
}
