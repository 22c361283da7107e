/** All scripted agents by the name after `script:`, and the agents that answer with a fixed text. */
import { type PromptType, promptTypes } from '../../protocol/states.ts';
import type { Handlers } from '../asks.ts';
import { fixedTextOf, scriptNamed, scriptPrefix, testPrefix } from '../model-names.ts';
import { scriptedAnnouncers } from './announcers.ts';
import { featureMaker } from './feature-maker.ts';
import { referee } from './referee.ts';
import { scriptedPlayers } from './scripted-players.ts';

const scriptedAgents: Readonly<Record<string, Handlers>> = {
  ...scriptedPlayers,
  ...scriptedAnnouncers,
  referee,
  'feature-maker': featureMaker,
};

/** What a person can write as `model`. */
export const bundledModels: readonly string[] = [
  ...Object.keys(scriptedAgents).map((name) => `${scriptPrefix}${name}`),
  `${testPrefix}<text>`,
];

/** The agent of a model's name (`script:<name>` or `TEST:<text>`), or null when no agent here has that name. */
export function agentOfModel(model: string): Handlers | null {
  const text = fixedTextOf(model);
  if (text !== null) return answeringWith(text);
  const name = scriptNamed(model);
  return name !== null && Object.hasOwn(scriptedAgents, name) ? (scriptedAgents[name] ?? null) : null;
}

/** Answers everything with one text, for trying out what the arena makes of it. */
function answeringWith(text: string): Handlers {
  return Object.fromEntries(promptTypes.map((prompt: PromptType) => [prompt, () => text]));
}
