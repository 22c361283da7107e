/** A request that somebody makes in the arena's place: what was left out of it is filled in. */
import { randomId } from '../protocol/ids.ts';
import type { AgentRequest } from '../protocol/messages.ts';
import type { RequestToAgent } from '../protocol/prompt-asking.ts';

export function completeRequest(given: RequestToAgent, participantId: string, now: number): AgentRequest {
  return {
    ...given,
    job_id: given.job_id ?? randomId(),
    participant_id: participantId,
    deadline: given.deadline ?? now + given.timeout_ms,
  };
}
