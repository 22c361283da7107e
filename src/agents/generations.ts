/**
 * The port through which others read generations and ask for some of their own. `generation/service.ts` carries it out. Every method
 * rejects with `ArenaError` when it is refused; what resolves is committed.
 */
import type {
  GeneratedType,
  GenerateJobDocument,
  GenerationFilter,
  RepeatGeneration,
} from '../protocol/generate-jobs.ts';

import type { Json } from '../protocol/json.ts';

/** A JSON schema, as `z.toJSONSchema` makes one. */
export type JsonSchema = { readonly [key: string]: Json };

/** One generation outside of any job of the arena, such as an evaluation's. */
export interface AskGeneration {
  /** Asking again with the same id is the same generation. */
  readonly id?: string;
  readonly model: string;
  readonly prompt: string;
  readonly system?: string | null;
  /** What the answer is for: it is read and repaired accordingly. `text` (when left out) takes any that is not empty. */
  readonly prompt_type?: GeneratedType;
  /** Of the answer, for models that can follow one. */
  readonly schema?: JsonSchema | null;
  readonly participant_id?: string | null;
  readonly contest_id?: string | null;
  readonly agent_id?: string | null;
  readonly timeout_ms?: number;
}

export interface Waiting {
  /** Until it has ended, for so long at most. */
  readonly waitMs: number;
  readonly signal?: AbortSignal;
}

export interface Generations {
  get(id: string, waiting?: Waiting): Promise<GenerateJobDocument>;
  list(filter?: GenerationFilter): Promise<GenerateJobDocument[]>;
  /** `not_found` without the original, `invalid` for a model that is unknown or switched off. Resolves as `ask` does. */
  repeat(input: RepeatGeneration, waiting?: Waiting): Promise<GenerateJobDocument>;
  /** Begins one; resolves when it has ended or the waiting is over, without waiting at once. `invalid` as with `repeat`. */
  ask(input: AskGeneration, waiting?: Waiting): Promise<GenerateJobDocument>;
  /** Refused with `conflict` when it has ended. */
  cancel(id: string): Promise<GenerateJobDocument>;
  /** It is not shown any more, and still counts for budgets. Refused with `conflict` while it has not ended. */
  remove(id: string): Promise<void>;
}
