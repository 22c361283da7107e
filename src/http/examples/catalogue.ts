/** The catalogue by example: of each model what is sent to make one and to change it, and what is shown of it. */

import type { z } from 'zod';
import type { CatalogueDocument, CatalogueModel, catalogueSchemas } from '../../protocol/catalogue.ts';
import { courtyard, cup, playerId, startedAt } from './contest.ts';
import { contestExample } from './inputs.ts';

type Schemas = typeof catalogueSchemas;
type Examples = {
  readonly [Model in CatalogueModel]: {
    readonly create: z.input<Schemas[Model]['create']>;
    readonly patch: z.input<Schemas[Model]['patch']>;
    readonly document: CatalogueDocument<Model>;
  };
};

const arenaId = 'walled-stone-courtyard';
const strategyId = 'bold-first-steps';
const times = { created_at: startedAt - 120_000, updated_at: startedAt - 60_000 };
const agent = { participant_id: playerId, strategy_id: strategyId, name: 'Ada', model: 'small-and-quick' };
const strategy = {
  name: 'Bold',
  personality: 'Never waits.',
  description: 'Walks straight to what is worth most.',
  role: 'player' as const,
  model: null,
  prompts: [
    {
      key: 'player_player_action' as const,
      prompt:
        '{{ contest.arena.rules }} What do you do, {{ contest.you.name }}? Answer as JSON with "action" and "target".',
    },
  ],
};
const model = {
  name: 'small-and-quick',
  key: 'maker/small-1',
  provider: 'openai-compatible',
  base_url: 'https://models.example.com/v1',
  supports_json: true,
  supports_schema: true,
  context_length: 128_000,
  prompt_price: 0.000_000_2,
  completion_price: 0.000_000_8,
  request_price: null,
};

export const catalogueExamples: Examples = {
  arena: {
    create: contestExample.arena ?? { ...courtyard },
    patch: { rules: 'Each turn a player moves up to three cells, or picks up what lies in its cell.' },
    document: { id: arenaId, ...times, ...courtyard, max_random_features: 0, features: [cup] },
  },
  feature: {
    create: { name: 'Golden cup', description: 'It glitters.', position: '4,3' },
    patch: { position: '5,3' },
    document: { ...cup, ...times, arena_id: arenaId, group_id: null },
  },
  participant: {
    create: { name: 'Ada', role: 'player', agent: { model: 'script:runner' } },
    patch: { endpoint: 'https://agents.example.com/ada', api_key: 'what only the two of you know' },
    document: {
      id: playerId,
      ...times,
      name: 'Ada',
      role: 'player',
      description: '',
      endpoint: 'https://agents.example.com/ada',
      has_api_key: true,
    },
  },
  strategy: {
    create: strategy,
    patch: { personality: 'Waits once, then never again.' },
    document: { id: strategyId, ...times, ...strategy },
  },
  agent: {
    create: agent,
    patch: { model: 'script:thief', strategy_id: null },
    document: { id: 'agent-behind-ada', ...times, ...agent },
  },
  llmmodel: {
    create: model,
    patch: { active: false, notes: 'Too slow at noon.' },
    document: { id: 'small-quick-model', ...times, ...model, active: true, notes: '', score: 7.5 },
  },
};
