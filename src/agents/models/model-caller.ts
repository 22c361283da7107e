/** The port of one call to a language model: a conversation in, a text or a fault out. Its adapter is `sdk-caller.ts`. */
import type { FaultKind, FaultOwner } from '../../protocol/states.ts';
import type { JsonSchema } from '../generations.ts';
import type { LlmModelDocument } from '../model-directory.ts';

/** What has to be known of a model to call it. */
export type CalledModel = Pick<
  LlmModelDocument,
  'name' | 'key' | 'provider' | 'base_url' | 'supports_json' | 'supports_schema'
>;

/** What one of the two has said. */
export interface ChatMessage {
  readonly role: 'user' | 'assistant';
  readonly text: string;
}

export interface ModelCall {
  readonly model: CalledModel;
  readonly system: string | null;
  /** The last one is the user's. */
  readonly messages: readonly ChatMessage[];
  /** Of the answer's data; null where plain text is asked for. */
  readonly schema: JsonSchema | null;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface ModelAnswer {
  readonly text: string;
  /** The model's own reason for stopping was that it had no room left. */
  readonly cutShort: boolean;
  /** Null where the provider did not say. */
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly latencyMs: number;
  readonly timeToFirstTokenMs: number | null;
}

export interface ModelFault {
  readonly kind: FaultKind;
  readonly whose: FaultOwner;
  /** For people: what was wrong and what to do. No key is ever in it. */
  readonly message: string;
  /** The same call may succeed later. */
  readonly mayPass: boolean;
  readonly retryAfterMs: number | null;
}

export type ModelOutcome =
  | { readonly kind: 'answer'; readonly answer: ModelAnswer }
  | { readonly kind: 'fault'; readonly fault: ModelFault };

export interface ModelCaller {
  /** Never rejects, and always ends: at the latest when its time is over or its signal is aborted. */
  call(call: ModelCall): Promise<ModelOutcome>;
}
