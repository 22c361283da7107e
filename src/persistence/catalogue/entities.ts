/** The entities of the catalogue as MikroORM sees them. Property names are the wire's; `ordinal` is the order of creation. */
import { defineEntity, p } from '@mikro-orm/core';
import type { Role } from '../../protocol/states.ts';

const identity = () => ({
  ordinal: p.integer().primary().autoincrement(),
  id: p.string().unique(),
  created_at: p.integer(),
  updated_at: p.integer(),
});

const arenaEntity = defineEntity({
  name: 'arena',
  tableName: 'arena',
  properties: {
    ...identity(),
    name: p.string(),
    description: p.text(),
    height: p.integer(),
    width: p.integer(),
    rules: p.text(),
    winning_condition: p.text(),
    max_random_features: p.integer(),
  },
});

export const featureEntity = defineEntity({
  name: 'feature',
  tableName: 'feature',
  properties: {
    ...identity(),
    name: p.string(),
    description: p.text(),
    position: p.string(),
    origin: p.string().$type<'required' | 'random'>(),
    arena_id: p.string().nullable(),
    group_id: p.string().nullable(),
  },
});

export const participantEntity = defineEntity({
  name: 'participant',
  tableName: 'participant',
  properties: {
    ...identity(),
    name: p.string(),
    role: p.string().$type<Role>(),
    description: p.text(),
    endpoint: p.string(),
    api_key: p.string().nullable(),
  },
});

const strategyEntity = defineEntity({
  name: 'strategy',
  tableName: 'strategy',
  properties: {
    ...identity(),
    name: p.string(),
    personality: p.text(),
    description: p.text(),
    role: p.string().$type<Role>(),
    model: p.string().nullable(),
    prompts: p.json<{ key: string; prompt: string }[]>(),
  },
});

const agentEntity = defineEntity({
  name: 'agent',
  tableName: 'agent',
  properties: {
    ...identity(),
    participant_id: p.string().unique(),
    strategy_id: p.string().nullable(),
    name: p.string(),
    model: p.text().nullable(),
  },
});

const modelEntity = defineEntity({
  name: 'llmmodel',
  tableName: 'llmmodel',
  properties: {
    ...identity(),
    name: p.string().unique(),
    key: p.string(),
    provider: p.string().nullable(),
    base_url: p.string().nullable(),
    supports_json: p.boolean(),
    supports_schema: p.boolean(),
    context_length: p.integer().nullable(),
    prompt_price: p.double().nullable(),
    completion_price: p.double().nullable(),
    request_price: p.double().nullable(),
    active: p.boolean(),
    notes: p.text(),
    score: p.double().nullable(),
  },
});

export const entityOf = {
  arena: arenaEntity,
  feature: featureEntity,
  participant: participantEntity,
  strategy: strategyEntity,
  agent: agentEntity,
  llmmodel: modelEntity,
} as const;

export const entities = Object.values(entityOf);
