/**
 * Which of several hosts makes a generation: what one says to another that asks, and what comes of what the others have said. Decisions over
 * data; who is asked, and how long for, is `peers.ts`'s.
 */
import type { HostReply, Spent } from '../protocol/host-messages.ts';
import type { AgentResponse } from '../protocol/messages.ts';

/** How far a host's claim is: undecided until the others have been asked, then its own, or yielded to a host with a lower id. */
export type ClaimState = 'undecided' | 'own' | 'yielded';

/** What a host has to do with a generation, beside what is on record. */
export interface Stand {
  readonly claim: ClaimState | null;
  /** It worked on it before it was away, and asks about it now. */
  readonly isDoubted: boolean;
}

export interface Reaction {
  /** `recorded`: whatever is on record here. */
  readonly says: 'recorded' | 'none' | 'doubting' | 'working';
  /** Its own claim from then on. */
  readonly claim: ClaimState | null;
}

export type ClaimEnd =
  | { readonly held: 'here'; readonly spentElsewhere: readonly Spent[] }
  | { readonly held: 'elsewhere' }
  | { readonly held: 'answered'; readonly response: AgentResponse };

/** What `host` says to another that asks for a generation. Of two that want it at once the lower id gets it, and both come to the same. */
export function reactionTo(asker: string, host: string, { claim, isDoubted }: Stand): Reaction {
  if (claim === null) return { says: isDoubted ? 'doubting' : 'recorded', claim };
  if (claim === 'own' || (claim === 'undecided' && host < asker)) return { says: 'working', claim };
  return { says: 'none', claim: 'yielded' };
}

/** Whether it settles a question, whatever the others would say. */
export function isDecisive({ state }: HostReply): boolean {
  return state === 'working' || state === 'answered';
}

/** What becomes of a claim once the others have been asked. One that doubts had it first. */
export function claimEnd(claim: ClaimState, told: readonly HostReply[]): ClaimEnd {
  const answered = told.find((one) => one.state === 'answered');
  if (answered) return { held: 'answered', response: answered.response };
  if (claim === 'yielded' || told.some(({ state }) => state !== 'none')) return { held: 'elsewhere' };
  return { held: 'here', spentElsewhere: told.flatMap(({ spent }) => spent ?? []) };
}

/** Whether what `host` doubts is another's by now. Of two that doubt, the lower id keeps it. */
export function isTakenFrom(host: string, told: readonly HostReply[]): boolean {
  return told.some((one) => isDecisive(one) || (one.state === 'doubting' && one.host < host));
}
