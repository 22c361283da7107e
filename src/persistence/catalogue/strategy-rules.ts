/** What must hold of a strategy: its prompts are ones of its role, and templates that can be rendered; an agent that uses it has its role. */
import type { CatalogueDocument } from '../../protocol/catalogue.ts';
import { ArenaError, type InputProblem } from '../../protocol/errors.ts';
import { randomId } from '../../protocol/ids.ts';
import { roleOfPrompt } from '../../protocol/states.ts';
import { invalid } from './catalogue-input.ts';
import type { RuleContext, Rules } from './rule-context.ts';

type Strategy = CatalogueDocument<'strategy'>;

export const strategyRules: Rules<'strategy'> = {
  async rows(strategy, context) {
    refuseBadPrompts(strategy, context);
    return [{ ...strategy, model: strategy.model ?? null, id: strategy.id ?? randomId() }];
  },
  async change(present, patch, context) {
    if (patch.role === undefined && patch.prompts === undefined) return;
    refuseBadPrompts({ ...present, ...patch }, context);
    if (patch.role === undefined || patch.role === present.role) return;
    const [agent] = await context.find('agent', { strategy_id: present.id });
    if (!agent) return;
    const message = `the strategy ${present.id} is used by agent ${agent.id}, whose participant is ${present.role}`;
    throw new ArenaError({ code: 'conflict', message });
  },
  users: async (present, context) =>
    (await context.find('agent', { strategy_id: present.id })).map((agent) => `agent ${agent.id}`),
};

function refuseBadPrompts({ role, prompts }: Pick<Strategy, 'role' | 'prompts'>, context: RuleContext): void {
  const problems = prompts.flatMap(({ key, prompt }, index): InputProblem[] => {
    if (roleOfPrompt[key] !== role) {
      const message = `${key} is asked of the ${roleOfPrompt[key]}; this strategy is for the ${role}`;
      return [{ path: `prompts[${index}].key`, message }];
    }
    const problem = context.promptProblem(key, prompt);
    return problem === null ? [] : [{ path: `prompts[${index}].prompt`, message: problem }];
  });
  if (problems.length > 0) throw invalid('strategy', problems);
}
