/** What a language model is asked to answer with: a JSON schema for providers that follow one, and an example for the prompt. */
import { z } from 'zod';
import type { Json } from '../../protocol/json.ts';
import { answerSchemas, generatedFeatureSchema } from '../../protocol/messages.ts';
import type { PromptType } from '../../protocol/states.ts';
import type { JsonSchema } from '../generations.ts';

export interface AnswerShape {
  /** Null where plain text is wanted. */
  readonly schema: JsonSchema | null;
  /** Shown in the prompt, as JSON text. */
  readonly example: Json | null;
}

/** What a strict schema keeps beside its properties and items. */
const kept = new Set(['type', 'description', 'enum', 'const', 'anyOf']);

const plainText: AnswerShape = { schema: null, example: null };

/** Providers want an object at the top: a list goes into it, and is found there by who reads the answer. */
const featureList = z.object({ features: z.array(generatedFeatureSchema) });

export const answerShapes: Readonly<Record<PromptType, AnswerShape>> = {
  player_player_action: {
    schema: strictSchema(answerSchemas.player_player_action),
    example: { action: '…', target: '3,4', narration: '…', memories: '…' },
  },
  judge_player_action_judgement: {
    schema: strictSchema(answerSchemas.judge_player_action_judgement),
    example: { result: '…', reason: '…', narration: '…', memories: null },
  },
  judge_apply_effects: {
    schema: strictSchema(answerSchemas.judge_apply_effects),
    example: {
      players: [{ id: '…', position: '3,4', health: '…', score: 10, inventory: ['…'] }],
      features: [{ id: '…', position: '3,4', description: '…' }],
      winner_id: null,
    },
  },
  announcer_describe_arena: plainText,
  announcer_describe_results: plainText,
  arena_generate_features: {
    schema: strictSchema(featureList),
    example: { features: [{ name: '…', description: '…', position: '3,4', end_position: null }] },
  },
};

/**
 * The schema in the form that providers with strict structured output take (OpenAI's "Structured Outputs"): every property is
 * required, what may be left out is null instead, nothing else is allowed. Limits and patterns stay with the arena's own check.
 */
function strictSchema(schema: z.ZodType): JsonSchema {
  const { $schema: _dialect, ...written } = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;
  return strict(written);
}

function strict(schema: JsonSchema): JsonSchema {
  const plain = Object.fromEntries(Object.entries(schema).filter(([key]) => kept.has(key)));
  if (Array.isArray(schema.anyOf)) return { ...plain, anyOf: schema.anyOf.filter(isSchema).map(strict) };
  if (schema.type === 'array' && isSchema(schema.items)) return { ...plain, items: strict(schema.items) };
  if (schema.type !== 'object' || !isSchema(schema.properties)) return plain;
  const required = Array.isArray(schema.required) ? schema.required : [];
  const properties = Object.entries(schema.properties).map(([name, property]) => {
    if (!isSchema(property)) return [name, {}];
    // What has a default is never null: a list that is left out is empty.
    const isGiven = required.includes(name) || 'default' in property;
    return [name, isGiven ? strict(property) : orNull(strict(property))];
  });
  return {
    ...plain,
    properties: Object.fromEntries(properties),
    required: properties.map(([name]) => name as string),
    additionalProperties: false,
  };
}

function orNull(schema: JsonSchema): JsonSchema {
  const choices = Array.isArray(schema.anyOf) ? schema.anyOf : [schema];
  return choices.some(allowsNull) ? schema : { anyOf: [...choices, { type: 'null' }] };
}

function allowsNull(schema: Json): boolean {
  if (!isSchema(schema)) return false;
  return schema.type === 'null' || (Array.isArray(schema.type) && schema.type.includes('null'));
}

function isSchema(value: Json | undefined): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
