/** One question to its end, as a job of the arena would put it: asked again while it is pending, the answer read and held to the rules. */
import type { Clock } from '../../actors/runtime/ports.ts';
import { boundsOfView, problemWithData } from '../../protocol/answer-rules.ts';
import { readAnswer } from '../../protocol/answers.ts';
import type { ContestView } from '../../protocol/contest.ts';
import { failureOf } from '../../protocol/faults.ts';
import type { Json } from '../../protocol/json.ts';
import type { AgentRequest } from '../../protocol/messages.ts';
import { pendingWaitMs } from '../../protocol/pending.ts';
import { readResponse } from '../../protocol/responses.ts';
import type { FaultKind } from '../../protocol/states.ts';
import type { AskedAgent, Came } from './asked-agent.ts';

export type Outcome = { readonly elapsedMs: number } & (
  | {
      readonly kind: 'answer';
      readonly data: Json;
      /** Something had to be cut away, unwrapped, renamed or repaired. */
      readonly altered: boolean;
      /** How often it said pending before. */
      readonly pendings: number;
    }
  | { readonly kind: 'fault'; readonly fault: FaultKind; readonly message: string; readonly body: string | null }
);

export interface Consulting {
  readonly agent: AskedAgent;
  readonly clock: Clock;
  /** An answer may stay pending for so long. */
  readonly pendingMaxMs: number;
}

/** Asks until there is an answer or a fault. An answer that comes after the request's `timeout_ms` is the fault `timeout`. */
export async function consult({ agent, clock, pendingMaxMs }: Consulting, request: AgentRequest): Promise<Outcome> {
  const begun = clock.now();
  for (let pendings = 0; ; pendings += 1) {
    const came = await agent.ask(request, { patienceMs: request.timeout_ms, again: pendings > 0 });
    const elapsedMs = clock.now() - begun;
    const read = reading(request, came);
    if (read.kind === 'fault') return { ...read, elapsedMs };
    if (read.kind === 'answer') return { ...read, elapsedMs, pendings };
    if (elapsedMs + read.delayMs > pendingMaxMs) {
      const message = `it was still pending after ${elapsedMs} ms`;
      return { kind: 'fault', fault: 'timeout', message, body: null, elapsedMs };
    }
    await new Promise<void>((resolve) => clock.after(read.delayMs, resolve));
  }
}

type Reading =
  | { readonly kind: 'answer'; readonly data: Json; readonly altered: boolean }
  | { readonly kind: 'pending'; readonly delayMs: number }
  | { readonly kind: 'fault'; readonly fault: FaultKind; readonly message: string; readonly body: string | null };

/** What the arena would make of what came. */
function reading(request: AgentRequest, came: Came): Reading {
  if (came.kind === 'fault') return { kind: 'fault', fault: came.fault, message: came.message, body: null };
  const { body } = came;
  const fault = (kind: FaultKind, message: string): Reading => ({ kind: 'fault', fault: kind, message, body });
  const read = readResponse(body, { jobId: request.job_id });
  if (!read.ok) return fault(read.fault.kind, read.fault.message);
  const { state, message, delay, data } = read.response;
  if (state === 'pending') return { kind: 'pending', delayMs: pendingWaitMs(delay) };
  if (state === 'fail') return fault(failureOf(read.response).kind, message || 'it said fail without a message');
  const answer = readAnswer(request.command, data);
  if (!answer.ok) return fault(answer.fault.kind, answer.fault.message);
  const problem = ruleProblem(request, answer.data as Json);
  if (problem) return fault('invalid', problem);
  return { kind: 'answer', data: answer.data as Json, altered: read.altered || answer.altered };
}

function ruleProblem({ command, data }: AgentRequest, answer: Json): string | null {
  if (command === 'health') return null;
  return problemWithData(command, answer, boundsOfView(data.contest as unknown as ContestView));
}
