/**
 * An agent at an HTTP endpoint, asked by the arena's own caller, so that what is seen here is what a contest would see. Whoever tries an
 * agent of theirs may reach any address; that is why the gate is open here and not in the arena.
 */
import type { Clock } from '../../actors/runtime/ports.ts';
import { agentHttpRequest } from '../../bridge/agent-http-request.ts';
import { createHttpCaller } from '../../bridge/http-call.ts';
import { createOutboundGate } from '../../bridge/outbound-gate.ts';
import { traceparentOf } from '../../bridge/traceparent.ts';
import type { AskedAgent } from './asked-agent.ts';

/** `apiKey` is the participant's, with which requests are signed; null when it has none. */
export function askOverHttp(endpoint: string, options: { apiKey: string | null; clock: Clock }): AskedAgent {
  const { apiKey, clock } = options;
  const gate = createOutboundGate({ addressProblem: () => null });
  const http = createHttpCaller({ gate, clock });

  return {
    address: endpoint,
    async ask(question, { patienceMs, again = false }) {
      const begun = clock.now();
      const request = agentHttpRequest(
        {
          endpoint,
          askType: question.command,
          job: question.job_id,
          body: JSON.stringify(question),
          poll: again,
          timeoutMs: patienceMs,
          apiKey,
          traceparent: traceparentOf(question.job_id, question.attempt),
        },
        begun,
      );
      const came = await http.call(request);
      const elapsedMs = clock.now() - begun;
      if (came.kind === 'answer') return { kind: 'body', body: came.text, elapsedMs };
      const { kind: fault, message } = came.kind === 'fault' ? came.fault : withdrawn;
      return { kind: 'fault', fault, message, elapsedMs };
    },
    surplus: () => 0,
    close: () => gate.close(),
  };
}

const withdrawn = { kind: 'unreachable', message: 'the call was withdrawn' } as const;
