/** What is published of a seat: how it answered the role call. */
import type { RoleCallAnswerNotice } from '../../protocol/notices.ts';
import { subjects } from '../../protocol/subjects.ts';
import type { Publication } from '../runtime/publication.ts';
import { publication, type Source } from '../telling.ts';
import type { ExistingParticipant, ParticipantEvent } from './state.ts';

export function participantNotices(source: Source, seat: ExistingParticipant, event: ParticipantEvent): Publication[] {
  if (event.type !== 'moved' || event.from !== 'checking') return [];
  const body: RoleCallAnswerNotice = {
    ...source,
    participant_id: seat.id,
    state: event.to,
    latency_ms: event.latency_ms ?? null,
    fault: event.fault ?? null,
  };
  return [publication(subjects.roleCallAnswer.build({ contest: source.contest_id, participant: seat.id }), body)];
}
