/** A strategy with one prompt, as the catalogue shows it. */
import type { StrategyDocument } from '../../../src/agents/model-directory.ts';
import { type PromptType, roleOfPrompt } from '../../../src/protocol/states.ts';

export function strategyWith(key: PromptType, prompt: string, personality = ''): StrategyDocument {
  return {
    id: 'one-test-strategy',
    created_at: 1,
    updated_at: 1,
    name: 'One of the test',
    personality,
    description: '',
    role: roleOfPrompt[key],
    model: null,
    prompts: [{ key, prompt }],
  };
}
