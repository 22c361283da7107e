/** Requests as the arena sends them, asked over a bus, for tests of agents. */
import type { BusConnection } from '../../src/bridge/bus.ts';
import { channelPrefix, defaultEndpoint, requestSubject } from '../../src/protocol/channels.ts';
import type { ContestView } from '../../src/protocol/contest.ts';
import { type AgentRequest, type AgentResponse, responseSchema } from '../../src/protocol/messages.ts';

export const emptyView: ContestView = {
  id: 'some-test-contest',
  state: 'in_round',
  arena: {
    id: 'some-test-arena',
    name: 'Yard',
    description: '',
    width: 5,
    height: 5,
    rules: '',
    winning_condition: '',
    max_random_features: 0,
    features: [],
  },
  participants: [],
  rounds: [],
  current_round: 0,
  max_rounds: 5,
  winning_score: 10,
  you: { id: 'one-test-player', name: 'One', role: 'player', seed: 1 },
};

function requestTo(participantId: string, changes: Partial<AgentRequest> = {}): AgentRequest {
  return {
    command: 'player_player_action',
    job_id: 'one-test-job',
    attempt: 1,
    contest_id: emptyView.id,
    participant_id: participantId,
    round_no: 0,
    deadline: 0,
    timeout_ms: 20_000,
    last_latency_ms: null,
    message: '',
    data: { contest: emptyView as unknown as AgentRequest['data'][string] },
    ...changes,
  };
}

export async function ask(
  connection: BusConnection,
  participantId: string,
  changes: Partial<AgentRequest> = {},
): Promise<AgentResponse> {
  const request = requestTo(participantId, changes);
  const subject = requestSubject(channelPrefix(defaultEndpoint, participantId), request.command, request.job_id);
  const message = await connection.request(subject, JSON.stringify(request), { timeoutMs: 10_000 });
  return responseSchema.parse(JSON.parse(new TextDecoder().decode(message.data)));
}
