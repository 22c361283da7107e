/** What a call cost, by the prices in the table of models. */
import type { GenerationUsage } from '../../protocol/generate-jobs.ts';
import type { LlmModelDocument } from '../model-directory.ts';
import type { ModelAnswer } from './model-caller.ts';

export type PricedModel = Pick<LlmModelDocument, 'name' | 'prompt_price' | 'completion_price' | 'request_price'>;

/** A usual length of a token in English text, for providers that do not count. */
const charactersPerToken = 4;

export function usageOf(model: PricedModel, promptCharacters: number, answer: ModelAnswer): GenerationUsage {
  const inputTokens = answer.inputTokens ?? Math.ceil(promptCharacters / charactersPerToken);
  const outputTokens = answer.outputTokens ?? Math.ceil(answer.text.length / charactersPerToken);
  return {
    model: model.name,
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    cost_usd: costOf(model, inputTokens, outputTokens),
  };
}

function costOf(model: PricedModel, inputTokens: number, outputTokens: number): number | null {
  const { prompt_price: prompt, completion_price: completion, request_price: request } = model;
  if (prompt === null && completion === null && request === null) return null;
  return (prompt ?? 0) * inputTokens + (completion ?? 0) * outputTokens + (request ?? 0);
}
