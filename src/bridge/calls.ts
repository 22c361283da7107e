/**
 * Carries what jobs ask of the world, and brings back what comes of it: requests to agents, calls of URLs, messages on subjects, and
 * their slots at hosts. When to ask and what an answer means is the job's; here is only the way there and back.
 */
import type { CallTask, HttpTask, MessageTask, Outbound, OutboundCall } from '../actors/job/state.ts';
import type { Clock, Log } from '../actors/runtime/ports.ts';
import { messageOf } from '../protocol/errors.ts';
import { checkedChosenSubject } from '../protocol/subject-rules.ts';
import { withTokens } from '../protocol/urls.ts';
import { type AgentCallsOptions, createAgentCalls } from './agent-calls.ts';
import type { BusConnection } from './bus.ts';
import { bodyOf } from './call-body.ts';
import { busFault, createCallOutcome, type TellJob } from './call-outcome.ts';
import { createHostCalls } from './host-calls.ts';
import type { SlotLimits } from './host-slots.ts';
import type { HttpCaller, HttpRequest } from './http-call.ts';
import { traceparentOf as ownTraceparentOf } from './traceparent.ts';
import { urlRequest } from './url-request.ts';

export interface CallsOptions extends Pick<AgentCallsOptions, 'renderAgain' | 'apiKeyOf' | 'keeping'> {
  readonly bus: BusConnection;
  readonly http: HttpCaller;
  readonly clock: Clock;
  readonly log: Log;
  /** Tells the job at an address. */
  readonly tell: TellJob;
  readonly limits: SlotLimits;
  /** The place of an attempt in its trace; without it, in one of its root's own. */
  readonly traceparentOf?: AgentCallsOptions['traceparentOf'];
  /** The base URLs that stand for `$ARENA$` and `$ACTOR$`. */
  readonly bases: () => { readonly arena: string; readonly actor: string };
}

export interface Calls {
  /** A job is in memory: what comes on the subjects of its own endpoint is an answer to it, also before anything is sent. */
  expect(jobId: string, address: string, task: CallTask | null): void;
  send(outbound: Outbound, address: string): void;
  /** What waits for its turn has been brought back: the first may go. Resolves when answers that were kept are taken, and requests go out. */
  start(): Promise<void>;
  /** The job has left memory: nothing of it is sent again, and no answer to it is taken. */
  forget(jobId: string): void;
  /** Requests to agents that are open, answers that were refused; calls to hosts that are in flight, and that wait for their turn. */
  stats(): { open: number; refused: number; inFlight: number; waiting: number };
}

export function createCalls(options: CallsOptions): Calls {
  const { bus, http, tell, traceparentOf = ownTraceparentOf } = options;
  const hosts = createHostCalls(options.limits);
  const outcome = createCallOutcome(tell);
  const agents = createAgentCalls({ ...options, traceparentOf, hosts, outcome });

  function send(outbound: Outbound, address: string): void {
    switch (outbound.kind) {
      case 'turn': {
        const { job_id: job, attempt } = outbound;
        const granted = () => tell(address, { type: 'wake', reason: 'turn', attempt });
        return hosts.ask(outbound, called(outbound.url, job), granted);
      }
      case 'withdrawal':
        agents.close(outbound.job_id);
        return hosts.withdraw(outbound.job_id);
      case 'call':
        return sendCall(outbound, address);
      default:
        return outbound satisfies never;
    }
  }

  function sendCall(call: OutboundCall, address: string): void {
    const { task } = call;
    switch (task.type) {
      case 'prompt':
      case 'health':
        return agents.ask({ ...call, task }, address);
      case 'message':
        return void sendMessage(call, task, address);
      case 'http':
        return callUrl(call, task, address);
      default:
        return task satisfies never;
    }
  }

  function called(url: string, job: string): string {
    return withTokens(url, { job, ...options.bases() });
  }

  function callUrl(call: OutboundCall, task: HttpTask, address: string): void {
    const url = called(task.url, call.job_id);
    hosts.make(call.job_id, url, async (signal) => {
      let request: HttpRequest;
      try {
        request = urlRequest(call, task, traceparentOf(address, call.attempt), url);
      } catch (error) {
        // What the children of a batch have come to can be more than a text can hold, and will be at the next try.
        const message = `the body of the call cannot be made: ${messageOf(error)}`;
        return outcome.fault(call, address, { kind: 'too_large', whose: 'arena', message, final: true });
      }
      outcome.http(call, address, await http.call({ ...request, signal }), null);
    });
  }

  /** Complete only when the bus has it. */
  async function sendMessage(call: OutboundCall, { subject, data }: MessageTask, address: string): Promise<void> {
    try {
      bus.publish(checkedChosenSubject(called(subject, call.job_id)), bodyOf(call, data).text, {
        headers: { 'Nats-Msg-Id': call.job_id },
      });
      await bus.flush();
      outcome.answer(address, '{"state":"complete"}', null);
    } catch (error) {
      outcome.fault(call, address, busFault(error));
    }
  }

  return {
    expect: agents.expect,
    send,
    start() {
      hosts.start();
      return agents.start();
    },
    forget(jobId) {
      agents.forget(jobId);
      hosts.withdraw(jobId);
    },
    stats: () => ({ ...agents.stats(), ...hosts.stats() }),
  };
}
