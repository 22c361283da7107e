/** From what is asked of a host to what its generation is given; the same request always names the same generation. */
import { derivedId } from '../../protocol/ids.ts';
import type { AgentRequest } from '../../protocol/messages.ts';
import type { AskGeneration } from '../generations.ts';
import type { GenerationSpec } from './state.ts';

/** How long a call may take, how often the provider may spoil one, and when all of it is over. */
export interface GenerationLimits {
  readonly call_timeout_ms: number;
  readonly tries_max: number;
  readonly ttl_ms: number;
}

/**
 * A request that comes again, to whichever host, is the same generation: participant, job, prompt type and attempt say which, and
 * the model where the request names one.
 */
export function generationIdOf({ participant_id, job_id, command, attempt, model }: AgentRequest): string {
  return derivedId('generation', participant_id, job_id, command, attempt, ...(model === undefined ? [] : [model]));
}

export function specOfAsk(input: AskGeneration, limits: GenerationLimits): GenerationSpec {
  return {
    model: input.model,
    prompt_type: input.prompt_type ?? 'text',
    system: input.system ?? null,
    prompt: input.prompt,
    schema: input.schema ?? null,
    job_id: null,
    attempt: 1,
    participant_id: input.participant_id ?? null,
    contest_id: input.contest_id ?? null,
    agent_id: input.agent_id ?? null,
    original_id: null,
    reply_to: null,
    ...limits,
    ...(input.timeout_ms === undefined ? {} : { call_timeout_ms: input.timeout_ms }),
  };
}
