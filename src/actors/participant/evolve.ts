/** How a seat's state follows from its events. */
import type { ExistingParticipant, ParticipantEvent, ParticipantState, Play } from './state.ts';

export function evolveParticipant(state: ParticipantState, event: ParticipantEvent): ParticipantState {
  if (event.type === 'registered') {
    return {
      state: 'registered',
      contest_id: state.contest_id,
      id: state.id,
      check_no: 0,
      job_id: null,
      message: '',
      last_latency_ms: null,
      noted: null,
      faults: 0,
      failures: 0,
    };
  }
  if (event.type === 'copied') return { ...event.state, contest_id: state.contest_id };
  if (state.state === 'none') throw new Error(`participant ${state.id}: ${event.type} before it was registered`);
  if (event.type === 'round_noted') {
    return {
      ...state,
      noted: { round_no: event.round_no, play: event.play, faults: event.faults + faultsKnown(state, event) },
      last_latency_ms: event.latency_ms ?? state.last_latency_ms,
      faults: state.faults + event.faults,
      failures: event.failures,
    };
  }
  return {
    ...state,
    state: event.to,
    check_no: event.check_no ?? state.check_no,
    job_id: event.job_id ?? state.job_id,
    message: event.message ?? '',
    last_latency_ms: event.latency_ms ?? state.last_latency_ms,
  };
}

/** What the seat has noted of this play already. */
export function faultsKnown({ noted }: ExistingParticipant, { round_no, play }: Play): number {
  return noted !== null && noted.round_no === round_no && noted.play === play ? noted.faults : 0;
}
