/** The templates that come with the arena, read once, and what each of them is for. */
import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type PromptType, promptTypes, roleOfPrompt } from '../../protocol/states.ts';

/** The package holds them where the sources do, and the compiled module is as deep as this one. */
const folder = fileURLToPath(new URL('../../../src/agents/prompts/templates/', import.meta.url));

const variantsOf: Readonly<Record<PromptType, readonly string[]>> = {
  player_player_action: ['base'],
  judge_player_action_judgement: ['base', 'fair', 'creative'],
  judge_apply_effects: ['base', 'fair', 'creative'],
  announcer_describe_arena: ['base', 'funny', 'summary'],
  announcer_describe_results: ['base', 'funny', 'summary'],
  arena_generate_features: ['base'],
};

/** The text of every template by its name, those that only others are made from included. */
export function readBundledTemplates(): Record<string, string> {
  const files = globSync('*.liquid', { cwd: folder }).sort();
  return Object.fromEntries(
    files.map((file) => [basename(file, '.liquid'), readFileSync(new URL(file, `file://${folder}`), 'utf8')]),
  );
}

/** `<role>.<variant>.<what is asked>`. */
export function templateName(promptType: PromptType, variant = 'base'): string {
  const role = roleOfPrompt[promptType];
  return `${role}.${variant}.${promptType.slice(role.length + 1)}`;
}

/** The names that a strategy may choose for a prompt type. */
export function templatesFor(promptType: PromptType): string[] {
  return variantsOf[promptType].map((variant) => templateName(promptType, variant));
}

/** Every name that a strategy may choose. */
export const bundledTemplateNames: readonly string[] = promptTypes.flatMap(templatesFor);
