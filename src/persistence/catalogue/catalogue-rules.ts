/**
 * What holds between the objects of the catalogue, one table of rules per model: what making one entails, what a change must fit,
 * and who still uses it. How they are kept is `catalogue.ts`'s.
 */
import type { CatalogueDocument, CatalogueModel } from '../../protocol/catalogue.ts';
import { ArenaError, type InputProblem } from '../../protocol/errors.ts';
import { randomId } from '../../protocol/ids.ts';
import { limits } from '../../protocol/limits.ts';
import {
  cellsBetween,
  cellsCovered,
  formatPosition,
  type Grid,
  type Placed,
  parsePosition,
  placementProblems,
  positionProblem,
} from '../../protocol/positions.ts';
import { invalid } from './catalogue-input.ts';
import type { RuleContext, Rules } from './rule-context.ts';
import { strategyRules } from './strategy-rules.ts';

/** The cells of one rectangle, and the features of one arena. */
const { featureCells: cellsMax } = limits;

export const rules: { [Model in CatalogueModel]: Rules<Model> } = {
  arena: {
    async rows({ features, ...arena }) {
      const problems = features.flatMap((feature, index) => featureProblems(feature, arena, `features[${index}].`));
      if (problems.length > 0) throw invalid('arena', problems);
      const cells = features.reduce((sum, feature) => sum + cellsCovered(feature), 0);
      if (cells > cellsMax) {
        throw invalid('arena', [{ path: 'features', message: `they cover ${cells} cells; the limit is ${cellsMax}` }]);
      }
      return [{ ...arena, id: arena.id ?? randomId() }];
    },
    async entailed({ features }, id, context) {
      for (const feature of features) await context.create('feature', { ...feature, arena_id: id });
    },
    async change(present, patch) {
      const grid = { ...present, ...patch };
      const problems = present.features.flatMap((feature) => {
        const problem = positionProblem(feature.position, grid);
        return problem
          ? [{ path: 'width', message: `the feature ${feature.id} would be left outside: ${problem}` }]
          : [];
      });
      if (problems.length > 0) throw invalid('arena', problems);
    },
    users: async (present, context) => context.openContests({ arena: present.id }).map((id) => `contest ${id}`),
    async parts(present, context) {
      for (const feature of present.features) await context.remove('feature', feature.id);
    },
  },
  feature: {
    async rows({ end_position, ...input }, context) {
      const { arena_id: arenaId = null, ...feature } = input;
      const grid = arenaId === null ? anyGrid : await context.require('arena', arenaId, 'arena_id');
      const problems = featureProblems({ ...input, end_position }, grid, '');
      if (problems.length > 0) throw invalid('feature', problems);
      const cells = cellsOf({ ...input, end_position });
      const first = feature.id ?? randomId();
      return cells.map((position, index) => ({
        ...feature,
        id: index === 0 ? first : randomId(),
        arena_id: arenaId,
        position,
        group_id: cells.length > 1 ? first : null,
      }));
    },
    async change(present, patch, context) {
      const { position, arena_id: arenaId } = { ...present, ...patch };
      const grid = arenaId === null ? anyGrid : await context.require('arena', arenaId, 'arena_id');
      const problem = positionProblem(position, grid);
      if (problem) throw invalid('feature', [{ path: 'position', message: problem }]);
    },
  },
  participant: {
    async rows({ agent: _agent, ...participant }) {
      return [{ ...participant, api_key: participant.api_key ?? null, id: participant.id ?? randomId() }];
    },
    async entailed({ agent }, id, context) {
      if (agent) await context.create('agent', { ...agent, participant_id: id });
    },
    async change(present, { role = present.role }, context) {
      if (role === present.role) return;
      const [agent] = await context.find('agent', { participant_id: present.id });
      if (!agent || agent.strategy_id === null) return;
      throw new ArenaError({
        code: 'conflict',
        message:
          `the agent ${agent.id} of the participant ${present.id} has the strategy ${agent.strategy_id}, which is for the role ` +
          `${present.role}: take it from the agent first ("strategy_id": null)`,
      });
    },
    async users(present, context) {
      const agents = await context.find('agent', { participant_id: present.id });
      const contests = context.openContests({ participant: present.id });
      return [...agents.map((agent) => `agent ${agent.id}`), ...contests.map((id) => `contest ${id}`)];
    },
  },
  strategy: strategyRules,
  agent: {
    async rows(input, context) {
      const participant = await context.require('participant', input.participant_id, 'participant_id');
      await checkStrategy(input.strategy_id ?? null, participant, context);
      const [other] = await context.find('agent', { participant_id: participant.id });
      if (other) {
        throw new ArenaError({
          code: 'conflict',
          message: `the participant ${participant.id} has the agent ${other.id} already; change or delete that one`,
        });
      }
      return [
        {
          ...input,
          id: input.id ?? randomId(),
          name: input.name ?? participant.name,
          strategy_id: input.strategy_id ?? null,
          model: input.model ?? null,
        },
      ];
    },
    async change(present, patch, context) {
      const participant = await context.require('participant', present.participant_id, 'participant_id');
      await checkStrategy(patch.strategy_id ?? null, participant, context);
    },
    users: async (present, context) =>
      context.openContests({ participant: present.participant_id }).map((id) => `contest ${id}`),
  },
  llmmodel: {
    async rows(model, context) {
      await refuseSameName(model.name, null, context);
      return [{ ...emptyModel, ...model, id: model.id ?? randomId() }];
    },
    async change(present, patch, context) {
      if (patch.name !== undefined) await refuseSameName(patch.name, present.id, context);
    },
    async users(present, context) {
      const agents = await context.find('agent', { model: present.name });
      const strategies = await context.find('strategy', { model: present.name });
      return [...agents.map((agent) => `agent ${agent.id}`), ...strategies.map((one) => `strategy ${one.id}`)];
    },
  },
};

/** The grid of a feature that belongs to no arena yet. */
const anyGrid: Grid = { width: 1_000, height: 1_000 };

const emptyModel = {
  provider: null,
  base_url: null,
  context_length: null,
  prompt_price: null,
  completion_price: null,
  request_price: null,
  score: null,
};

function featureProblems(feature: Placed, grid: Grid, path: string): InputProblem[] {
  const problems = placementProblems(feature, grid, path);
  const cells = problems.length > 0 ? 0 : cellsCovered(feature);
  if (cells <= cellsMax) return problems;
  return [{ path: `${path}end_position`, message: `the rectangle has ${cells} cells; the limit is ${cellsMax}` }];
}

function cellsOf(feature: Placed): string[] {
  const from = parsePosition(feature.position);
  const to = parsePosition(feature.end_position ?? feature.position);
  return from && to ? cellsBetween(from, to).map(formatPosition) : [];
}

async function checkStrategy(
  strategyId: string | null,
  participant: CatalogueDocument<'participant'>,
  context: RuleContext,
): Promise<void> {
  if (strategyId === null) return;
  const strategy = await context.require('strategy', strategyId, 'strategy_id');
  if (strategy.role === participant.role) return;
  const message = `the strategy is for the role ${strategy.role}, but ${participant.name} is ${participant.role}`;
  throw invalid('agent', [{ path: 'strategy_id', message }]);
}

async function refuseSameName(name: string, ownId: string | null, context: RuleContext): Promise<void> {
  const [other] = await context.find('llmmodel', { name });
  if (!other || other.id === ownId) return;
  throw new ArenaError({
    code: 'conflict',
    message: `there is a model named "${name}" already: change that one (${other.id}), or choose another name`,
  });
}
