/** What a generation is for: of a request, and of the first entry of its root, so that it can be told when one is made twice. */

import type { CommittedEntry } from '../../src/actors/runtime/journal.ts';
import type { GenerationEvent } from '../../src/agents/generation/state.ts';
import type { AgentRequest } from '../../src/protocol/messages.ts';

export function generationKeyOf({ participant_id, job_id, attempt }: AgentRequest): string {
  return `attempt ${attempt} of ${job_id} by ${participant_id}`;
}

/** Null for an entry that begins none. */
export function keyOfGeneration(entry: Pick<CommittedEntry, 'events'> | undefined): string | null {
  const [first] = (entry?.events ?? []) as readonly unknown[] as readonly GenerationEvent[];
  if (first?.type !== 'generation_created') return null;
  const { participant_id, job_id, attempt } = first.spec;
  return `attempt ${attempt} of ${job_id} by ${participant_id}`;
}
