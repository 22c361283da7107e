/** What is found out about an agent, each finding in plain words, with what it would cost in a contest. */
import { faultPolicies } from '../../protocol/faults.ts';
import { type AskType, type FaultKind, type Role, roleOfPrompt } from '../../protocol/states.ts';

/** `advice`: a contest goes on with it, and it could be better. */
export type Verdict = 'fine' | 'advice' | 'wrong';

/** Printed as JSON as it is. */
export interface Finding {
  readonly probe: string;
  readonly command: AskType | null;
  readonly round_no: number | null;
  readonly verdict: Verdict;
  /** What was seen. */
  readonly message: string;
  /** What it would be recorded as; null where it is no fault. */
  readonly fault: FaultKind | null;
  /** What would come of it in a contest; empty where nothing would. */
  readonly cost: string;
  /** What it answered, as far as that helps to see what is wrong. */
  readonly answered: string | null;
  readonly latency_ms: number | null;
}

const endOf: Readonly<Record<Role, string>> = {
  player: 'the player does nothing in that round (`none`), and is out after three such rounds',
  judge: 'the round fails and the contest rests until somebody retries it',
  announcer: 'the round fails and the contest rests until somebody retries it',
  arena: 'the set-up fails and the contest rests until somebody retries it',
};

/** What a fault costs in a contest with the usual settings. */
export function costOf(fault: FaultKind, command: AskType): string {
  if (command === 'health')
    return `It is absent at the role call (\`${fault}\`), and the contest does not begin until somebody retries it.`;
  const end = endOf[roleOfPrompt[command]];
  const { retried, keepsAttempt } = faultPolicies[fault];
  if (keepsAttempt)
    return `The fault \`${fault}\`: it is asked again as the same attempt until its time is over; then ${end}.`;
  if (retried) return `The fault \`${fault}\`: it is asked again with this message, three times in all; then ${end}.`;
  return `The fault \`${fault}\`, which is not tried again: ${end}.`;
}
