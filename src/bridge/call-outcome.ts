/** How a job is told what came of its call: an answer as it was sent, or a fault. What either means is the job's. */
import type { JobCommand, OutboundCall } from '../actors/job/state.ts';
import { ArenaError, messageOf } from '../protocol/errors.ts';
import type { FaultKind, FaultOwner } from '../protocol/states.ts';
import type { HttpOutcome } from './http-call.ts';

/** Tells the job at an address. */
export type TellJob = (address: string, command: JobCommand) => void;

export interface CallFault {
  readonly kind: FaultKind;
  readonly whose?: FaultOwner;
  readonly message: string;
  readonly retryAfterMs?: number;
  readonly final?: boolean;
}

export interface CallOutcome {
  fault(call: OutboundCall, address: string, fault: CallFault): void;
  /** `from` is the participant that was asked, or null. Its answer may not name another job. */
  answer(address: string, body: string, from: string | null): void;
  /** What came of an HTTP call; nothing of one that was withdrawn. */
  http(call: OutboundCall, address: string, outcome: HttpOutcome, from: string | null): void;
}

export function createCallOutcome(tell: TellJob): CallOutcome {
  const outcome: CallOutcome = {
    fault(call, address, { kind, whose, message, retryAfterMs, final }) {
      tell(address, {
        type: 'fault',
        attempt: call.attempt,
        kind,
        whose,
        message,
        retry_after_ms: retryAfterMs,
        final,
      });
    },
    answer: (address, body, from) => tell(address, { type: 'answer', from, body, compare_job: from !== null }),
    http(call, address, came, from) {
      if (came.kind === 'answer') outcome.answer(address, came.text, from);
      if (came.kind === 'fault')
        outcome.fault(call, address, { ...came.fault, retryAfterMs: came.retryAfterMs, final: came.final });
    },
  };
  return outcome;
}

/** The fault of what the bus would not take: a subject or a body that it refuses now it refuses always. */
export function busFault(error: unknown): CallFault {
  const message = messageOf(error);
  const isRefused = error instanceof ArenaError && error.code !== 'unavailable';
  return isRefused ? { kind: 'refused', whose: 'arena', message, final: true } : { kind: 'unreachable', message };
}
