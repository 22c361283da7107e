/**
 * Turns a request into the text that a language model is sent, by the template that the agent's strategy chooses or the bundled one
 * of its role. Which model gets it, and what becomes of the answer, is for the generations.
 */
import type { ContestView } from '../../protocol/contest.ts';
import type { AgentRequest } from '../../protocol/messages.ts';
import type { PromptType, Role } from '../../protocol/states.ts';
import { currentRound } from '../games/situation.ts';
import type { JsonSchema } from '../generations.ts';
import type { StrategyDocument } from '../model-directory.ts';
import { answerShapes } from './answer-shape.ts';
import { bundledTemplateNames, readBundledTemplates, templateName, templatesFor } from './bundled-templates.ts';
import { createTemplates } from './templates.ts';

export interface PromptInput {
  readonly promptType: PromptType;
  readonly role: Role;
  readonly request: AgentRequest;
  /** Without one, or where it says nothing of this prompt type: the bundled template of the role. */
  readonly strategy: StrategyDocument | null;
  readonly agent: { readonly id: string; readonly name: string };
}

export interface PromptText {
  /** Who the agent is. */
  readonly system: string | null;
  readonly prompt: string;
  /** The template's name: a bundled one, or `strategy:<id>/<prompt type>`. */
  readonly template: string;
  /** Of the answer, for structured output; null where plain text is wanted. */
  readonly schema: JsonSchema | null;
}

export interface Prompts {
  /** Throws `TemplateError` naming the template, and the value that it lacks. */
  render(input: PromptInput): PromptText;
  /** What a judge model is asked of an answer. */
  marking(values: MarkingValues): string;
  /** What is wrong with the text of a strategy's prompt, as far as that can be seen without a request; null when nothing is. */
  problemOf(promptType: PromptType, prompt: string): string | null;
}

export interface MarkingValues {
  readonly question: string;
  readonly given: string;
  /** What the game's referee says, and why. */
  readonly ruled: boolean | null;
  readonly why: string;
}

const callings: Readonly<Record<Role, string>> = {
  player: 'a player',
  judge: 'the judge',
  announcer: 'the announcer',
  arena: 'the arena itself, which brings forth what nobody has put there,',
};

/** `#jinja:` is how it was called once. */
const reference = /^\s*#(?:template|jinja):\s*(\S+)\s*$/;

export function createPrompts(): Prompts {
  const templates = createTemplates(readBundledTemplates());

  return {
    render({ promptType, role, request, strategy, agent }) {
      const view = request.data.contest as unknown as ContestView;
      const shown = { id: agent.id, name: agent.name, role, personality: strategy?.personality ?? '' };
      const { schema, example } = answerShapes[promptType];
      const values = {
        ...valuesOf(view),
        ...request.data,
        agent: shown,
        message: request.message,
        attempt: request.attempt,
        answer_example: example === null ? '' : JSON.stringify(example),
      };
      const own = strategy?.prompts.find(({ key }) => key === promptType)?.prompt ?? null;
      const named = own === null ? templateName(promptType) : reference.exec(own)?.[1];
      const prompt =
        named === undefined
          ? templates.renderText(own ?? '', `strategy:${strategy?.id}/${promptType}`, values)
          : templates.renderNamed(named, values);
      const system = templates.renderNamed('system', { agent: shown, calling: callings[role] });
      return { system: system.text, prompt: prompt.text, template: prompt.template, schema };
    },

    marking: (values) => templates.renderNamed('evaluation', values).text,

    problemOf(promptType, prompt) {
      const named = reference.exec(prompt)?.[1];
      if (named === undefined) return templates.problemOf(prompt);
      if (templatesFor(promptType).includes(named)) return null;
      const known = bundledTemplateNames.includes(named)
        ? `${named} is for another prompt type`
        : `there is no template ${named}`;
      return `${known}; for ${promptType} there are ${templatesFor(promptType).join(', ')}`;
    },
  };
}

/** What every template sees besides the data of the request, so that it need not search for it. */
function valuesOf(view: ContestView): Record<string, unknown> {
  const current = currentRound(view);
  const players = current?.players ?? [];
  const me = players.find(({ id }) => id === view.you.id);
  return {
    you: view.you,
    current_round: current,
    past_rounds: view.rounds.filter((round) => round !== current),
    features: current?.features ?? view.arena.features,
    players,
    ...(me ? { me } : {}),
  };
}
