/** What each fault means: whose it is unless the one who saw it knows better, and what the arena does about it. */
import type { AgentResponse } from './messages.ts';
import type { FailureCause, FaultKind, FaultOwner } from './states.ts';

export interface FaultPolicy {
  readonly whose: FaultOwner;
  /** May pass: the request is made again. */
  readonly retried: boolean;
  /** The request never arrived: it is sent again as the same attempt, within the job's time to live. */
  readonly keepsAttempt: boolean;
}

export const faultPolicies: Readonly<Record<FaultKind, FaultPolicy>> = {
  timeout: { whose: 'agent', retried: true, keepsAttempt: false },
  unreachable: { whose: 'network', retried: true, keepsAttempt: true },
  refused: { whose: 'agent', retried: true, keepsAttempt: false },
  empty: { whose: 'agent', retried: true, keepsAttempt: false },
  truncated: { whose: 'agent', retried: true, keepsAttempt: false },
  unparsable: { whose: 'agent', retried: true, keepsAttempt: false },
  invalid: { whose: 'agent', retried: true, keepsAttempt: false },
  too_large: { whose: 'agent', retried: true, keepsAttempt: false },
  wrong_job: { whose: 'agent', retried: true, keepsAttempt: false },
  budget: { whose: 'agent', retried: false, keepsAttempt: false },
  late: { whose: 'agent', retried: false, keepsAttempt: false },
};

type Failure = { readonly kind: 'budget' | 'refused'; readonly whose?: 'provider' };

const failures: Readonly<Record<FailureCause, Failure>> = {
  agent: { kind: 'refused' },
  budget: { kind: 'budget' },
  provider: { kind: 'refused', whose: 'provider' },
};

/**
 * What a response that says `fail` comes to. Where it does not say what it comes of, the word that its message says first decides, `budget` or
 * `provider`: names of models and what providers say may have the other in them. An agent that passes on what its provider did is not
 * blamed; whoever only says so loses its turns all the same.
 */
export function failureOf({ fault, message = '' }: Pick<AgentResponse, 'fault' | 'message'>): Failure {
  return failures[fault ?? causeSaid(message)];
}

function causeSaid(message: string): FailureCause {
  switch (/\b(?:budget|provider)\b/i.exec(message)?.[0].toLowerCase()) {
    case 'budget':
      return 'budget';
    case 'provider':
      return 'provider';
    default:
      return 'agent';
  }
}

/** What an agent says that its failure comes of, from the fault of the model that it asked. */
export function causeOf({ kind, whose }: { kind: FaultKind; whose: FaultOwner }): FailureCause {
  if (kind === 'budget') return 'budget';
  return whose === 'agent' || whose === 'judge' ? 'agent' : 'provider';
}

/** Whose faults count against a player: what a provider or the arena did is not the player's doing. */
export const countedOwners: readonly FaultOwner[] = ['agent', 'network'];
