/** A referee's verdict on one action: what it comes to, or why it is refused; and how that is told to players. */
import type { Judgement } from '../../protocol/messages.ts';
import { drawIndex } from '../../protocol/random.ts';
import type { Seat, Situation } from './situation.ts';

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

/** One of several ways to tell something, drawn for this player and round; `{name}` and its like are filled in. */
export function narrated(
  situation: Situation,
  seat: Seat,
  ways: readonly string[],
  values: Readonly<Record<string, string>>,
): string {
  const way = ways[drawIndex(ways.length, situation.seed, situation.roundNo, seat.place, 'told')] ?? '';
  return way.replace(/\{(\w+)\}/g, (_whole, key: string) => (key === 'name' ? seat.name : (values[key] ?? '')));
}
