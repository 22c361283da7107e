/** A generation as it is shown to people and in lists. */
import type { GenerateJobDocument } from '../../protocol/generate-jobs.ts';
import { type ExistingGeneration, isFinalGeneration } from './state.ts';

export function generateJobOf(generation: ExistingGeneration): GenerateJobDocument {
  const { id, spec, faults } = generation;
  const isFinal = isFinalGeneration(generation);
  return {
    id,
    job_id: spec.job_id,
    prompt_type: spec.prompt_type,
    attempt: spec.attempt,
    participant_id: spec.participant_id,
    contest_id: spec.contest_id,
    agent_id: spec.agent_id,
    original_id: spec.original_id,
    model: spec.model,
    system: spec.system,
    prompt: spec.prompt,
    generated: generation.generated,
    state: generation.state,
    tries: generation.try,
    faults: [...faults],
    usage: generation.usage,
    time_to_first_token_ms: generation.time_to_first_token_ms,
    latency_ms: generation.latency_ms,
    message: isFinal ? generation.message : (faults.at(-1)?.message ?? ''),
    started_at: generation.created_at,
    finished_at: isFinal ? generation.ended_at : null,
  };
}
