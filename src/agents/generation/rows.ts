/** The row of the table of generations: what can be searched from the beginning, what may be large once at the end. */
import type { Row } from '../../actors/runtime/projection.ts';
import { generateJobOf } from './document.ts';
import { type GenerationState, isFinalGeneration } from './state.ts';

export function generationRows(generation: GenerationState): readonly Row[] {
  if (generation.state === 'none') return [];
  const { id: key, faults, usage, system, prompt, generated, ...plain } = generateJobOf(generation);
  const { input_tokens = 0, output_tokens = 0, cost_usd = null } = usage ?? {};
  const texts: Row['columns'] = isFinalGeneration(generation) ? { system, prompt, generated } : {};
  const columns: Row['columns'] = {
    ...plain,
    ...texts,
    faults: JSON.stringify(faults),
    usage: usage === null ? null : JSON.stringify(usage),
    deleted_at: (isFinalGeneration(generation) && generation.removed_at) || null,
    tokens: input_tokens + output_tokens,
    cost_usd,
  };
  return [{ table: 'generatejob', key, columns }];
}
