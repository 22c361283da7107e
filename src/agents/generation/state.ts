/** The generation's vocabulary: what is asked of a model, the states, commands and events. Deciding is `decide.ts`. */
import type { GeneratedType, GenerationFault, GenerationUsage } from '../../protocol/generate-jobs.ts';
import type { FaultKind, FaultOwner } from '../../protocol/states.ts';
import type { JsonSchema } from '../generations.ts';

/** What is to be generated, for whom, and within which limits. The model is looked up by its name at every call. */
export interface GenerationSpec {
  readonly model: string;
  readonly prompt_type: GeneratedType;
  readonly system: string | null;
  readonly prompt: string;
  /** Of the answer, for models that follow one. */
  readonly schema: JsonSchema | null;
  /** The job of the arena that it answers, and its attempt. */
  readonly job_id: string | null;
  readonly attempt: number;
  readonly participant_id: string | null;
  readonly contest_id: string | null;
  readonly agent_id: string | null;
  readonly original_id: string | null;
  /** Where the answer goes when nobody waits for it any more: the response subject of the request. */
  readonly reply_to: string | null;
  readonly call_timeout_ms: number;
  /** Calls that the provider or the network may spoil, the last of them ends the generation. */
  readonly tries_max: number;
  readonly ttl_ms: number;
}

/** What the model wrote and what was wrong with it: it is told both, once. */
export interface Repair {
  readonly text: string;
  readonly problem: string;
}

interface GenerationBase {
  readonly id: string;
  readonly spec: GenerationSpec;
  readonly created_at: number;
  readonly expires_at: number;
  /** The number of the newest call; 0 before the first. */
  readonly try: number;
  /** Calls that came to nothing for reasons of the provider or the network. */
  readonly lost: number;
  readonly repair: Repair | null;
  readonly generated: string | null;
  /** Of all calls together. */
  readonly usage: GenerationUsage | null;
  readonly latency_ms: number | null;
  readonly time_to_first_token_ms: number | null;
  readonly faults: readonly GenerationFault[];
}

export type GenerationState =
  | { readonly state: 'none'; readonly id: string }
  | (GenerationBase & { readonly state: 'request' })
  | (GenerationBase & { readonly state: 'retry'; readonly due_at: number })
  | (GenerationBase & {
      readonly state: 'complete' | 'fail' | 'cancelled';
      readonly message: string;
      readonly ended_at: number;
      /** Since when it is not shown any more. What it has cost still counts, and who asks the same again still gets its answer. */
      readonly removed_at?: number;
    });

export type ExistingGeneration = Exclude<GenerationState, { state: 'none' }>;
export type FinalGeneration = Extract<ExistingGeneration, { state: 'complete' | 'fail' | 'cancelled' }>;

/** Why nothing is asked at all, such as a budget that is used up. */
export interface RefusedGeneration {
  readonly kind: FaultKind;
  readonly whose: FaultOwner;
  readonly message: string;
}

export type GenerationCommand =
  | { readonly type: 'create'; readonly spec: GenerationSpec; readonly refused?: RefusedGeneration }
  | {
      readonly type: 'answered';
      readonly try: number;
      readonly text: string;
      readonly cut_short: boolean;
      readonly usage: GenerationUsage;
      readonly latency_ms: number;
      readonly time_to_first_token_ms: number | null;
    }
  | {
      readonly type: 'fault';
      readonly try: number;
      readonly kind: FaultKind;
      readonly whose: FaultOwner;
      readonly message: string;
      readonly may_pass: boolean;
      readonly retry_after_ms: number | null;
    }
  | { readonly type: 'wake'; readonly reason: 'retry' | 'expired'; readonly try: number }
  | { readonly type: 'cancel'; readonly reason: string }
  | { readonly type: 'remove' };

export type GenerationEvent =
  | { readonly type: 'generation_created'; readonly spec: GenerationSpec }
  /** `problem` is what was wrong with the answer before, when the model is asked to mend it. */
  | { readonly type: 'asked'; readonly try: number; readonly problem: string | null }
  | {
      readonly type: 'answered';
      readonly try: number;
      readonly text: string;
      readonly usage: GenerationUsage;
      readonly latency_ms: number;
      readonly time_to_first_token_ms: number | null;
    }
  | { readonly type: 'faulted'; readonly fault: GenerationFault }
  | { readonly type: 'retry_planned'; readonly due_at: number }
  | { readonly type: 'completed' }
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'cancelled'; readonly message: string }
  | { readonly type: 'removed' };

/** What a generation asks of the world: a call to its model, that one be given up, and that its end be told to whoever waits. */
export type GenerationOutbound =
  | {
      readonly kind: 'model_call';
      readonly generation_id: string;
      readonly try: number;
      readonly spec: GenerationSpec;
      readonly repair: Repair | null;
      /** It may have been made before: the host was away since. */
      readonly again: boolean;
    }
  | { readonly kind: 'model_withdrawal'; readonly generation_id: string }
  | { readonly kind: 'generation_ended'; readonly generation: FinalGeneration };

export function isFinalGeneration(generation: GenerationState): generation is FinalGeneration {
  return generation.state === 'complete' || generation.state === 'fail' || generation.state === 'cancelled';
}
