/** What a judge model is asked of an answer, and how its mark is read. */
import { z } from 'zod';
import type { EvaluationDocument } from '../../protocol/evaluation.ts';
import { findJson } from '../../protocol/json-in-text.ts';
import { withoutThinking } from '../../protocol/spoken-text.ts';
import type { JsonSchema } from '../generations.ts';
import type { MarkingValues } from '../prompts/prompts.ts';

export interface Mark {
  readonly mark: number;
  readonly reason: string;
  readonly legal: boolean | null;
}

const markSchema = z.object({
  mark: z.number().min(0).max(10),
  reason: z.string().trim().min(1).max(20_000),
  legal: z.boolean().nullish(),
});

export const markJsonSchema: JsonSchema = {
  type: 'object',
  properties: {
    mark: { type: 'number', description: 'from 0 to 10' },
    reason: { type: 'string' },
    legal: { anyOf: [{ type: 'boolean' }, { type: 'null' }] },
  },
  required: ['mark', 'reason', 'legal'],
  additionalProperties: false,
};

/** What the judge model is shown: the question as it was put, the answer as it was given, and what is known of it already. */
export function markingValues(
  prompt: string,
  { answer, legal, reason }: Pick<EvaluationDocument, 'answer' | 'legal' | 'reason'>,
): MarkingValues {
  return { question: prompt, given: answer ?? '', ruled: legal, why: reason ?? '' };
}

/** Null when there is no mark in the text. */
export function readMark(text: string): Mark | null {
  const { spoken, unfinished } = withoutThinking(text);
  for (const part of [spoken, unfinished ?? '']) {
    for (const value of findJson(part).values()) {
      const read = markSchema.safeParse(value);
      if (read.success) return { ...read.data, legal: read.data.legal ?? null };
    }
  }
  return null;
}
