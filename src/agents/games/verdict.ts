/** A referee's verdict on one action: what it comes to, or why it is refused; and how that is told to players. */
import type { Judgement } from '../../protocol/messages.ts';

export type Verdict<Plan> =
  | { allowed: true; plan: Plan; result: string; narration: string }
  | { allowed: false; reason: string };

export function allowed<Plan>(plan: Plan, result: string, narration: string): Verdict<Plan> {
  return { allowed: true, plan, result, narration };
}

export function refused(reason: string): { allowed: false; reason: string } {
  return { allowed: false, reason };
}

/** The first word of the result of an action that was refused. */
export const refusedResult = 'refused';

export function judgementOf(name: string, verdict: Verdict<unknown>): Judgement {
  if (verdict.allowed) return { result: verdict.result, reason: null, narration: verdict.narration };
  return {
    result: `${refusedResult}: ${verdict.reason}`,
    reason: verdict.reason,
    narration: `The referee shakes their head at ${name}: ${verdict.reason}.`,
  };
}
