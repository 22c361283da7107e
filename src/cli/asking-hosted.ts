/** An agent that the arena hosts itself, asked through the arena's HTTP interface: without a NATS server nobody else can reach it. */
import type { Clock } from '../actors/runtime/ports.ts';
import type { AskedAgent, Came } from '../agents/checking/asked-agent.ts';
import { messageOf } from '../protocol/errors.ts';
import type { AgentResponse } from '../protocol/messages.ts';
import type { FaultKind } from '../protocol/states.ts';
import { ClientError, type HttpClient } from './http-client.ts';

export function askHosted(client: HttpClient, participantId: string, clock: Clock): AskedAgent {
  const path = `/api/agent/${encodeURIComponent(participantId)}`;

  /** There a health check has no job of ours. */
  async function health(jobId: string): Promise<AgentResponse> {
    return { ...(await client.arena.participants.health(participantId)), job_id: jobId };
  }

  return {
    address: `${client.url}${path}`,
    ask(question, { patienceMs }) {
      const begun = clock.now();
      const elapsed = () => clock.now() - begun;
      return new Promise<Came>((resolve) => {
        const cancel = clock.after(patienceMs, () =>
          resolve({
            kind: 'fault',
            fault: 'timeout',
            message: `no answer within ${patienceMs} ms`,
            elapsedMs: elapsed(),
          }),
        );
        const answer =
          question.command === 'health' ? health(question.job_id) : client.post(`${path}/request`, question);
        answer
          .then<Came, Came>(
            (body) => ({ kind: 'body', body: JSON.stringify(body), elapsedMs: elapsed() }),
            (error: unknown) => ({ kind: 'fault', ...faultOf(error), elapsedMs: elapsed() }),
          )
          .then(resolve)
          .finally(cancel);
      });
    },
    surplus: () => 0,
    close: () => Promise.resolve(),
  };
}

/** Nobody hosts it there, or nobody is there; anything else was said by whoever hosts it. */
function faultOf(error: unknown): { fault: FaultKind; message: string } {
  const message = messageOf(error);
  const status = error instanceof ClientError ? error.status : 0;
  if (status === 0) return { fault: 'unreachable', message };
  if (status !== 404) return { fault: 'refused', message };
  return { fault: 'unreachable', message: `${message}; where it answers over NATS, say on which server with --nats` };
}
