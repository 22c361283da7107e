/** The participant machine: one seat of one contest. It checks health when told, and keeps what the rounds tell about its seat. */
import { addressOf, contestOf, lastSegment } from '../address.ts';
import { cancelJob, spawnJob } from '../contest/prompts.ts';
import type { JobSpec } from '../job/state.ts';
import type { Effect, Machine } from '../runtime/machine.ts';
import { decideParticipant } from './decide.ts';
import { evolveParticipant } from './evolve.ts';
import type {
  ExistingParticipant,
  ParticipantCommand,
  ParticipantEvent,
  ParticipantState,
  SeatCheck,
} from './state.ts';

export const participantMachine: Machine<ParticipantState, ParticipantCommand, ParticipantEvent> = {
  kind: 'participant',
  shape: 3,
  initialState: (address) => ({ state: 'none', contest_id: contestOf(address) ?? '', id: lastSegment(address) }),
  decide: decideParticipant,
  evolve: evolveParticipant,
  effects: (state, event, derived) => (state.state === 'none' ? [] : effectsOf(state, event, derived)),
  owed: (state) => (state.state === 'ready' || state.state === 'absent' ? [report(state)] : []),
  activity: (state) => (state.state === 'checking' ? 'active' : 'resting'),
};

function effectsOf(seat: ExistingParticipant, event: ParticipantEvent, derived: unknown): readonly Effect[] {
  if (event.type !== 'moved') return [];
  const self = addressOf.participant(seat.contest_id, seat.id);
  if (event.to === 'checking' && event.job_id) return [spawnJob(self, event.job_id, derived as JobSpec)];
  if (event.from !== 'checking') return [];
  return [...cancelJob(self, seat.job_id, 'the contest was cancelled'), report(seat)];
}

function report(seat: ExistingParticipant): Effect {
  const result: SeatCheck = { message: seat.message, check_no: seat.check_no };
  return {
    type: 'notify',
    to: addressOf.contest(seat.contest_id),
    notice: { child: seat.id, outcome: seat.state === 'ready' ? 'complete' : 'fail', result },
  };
}
