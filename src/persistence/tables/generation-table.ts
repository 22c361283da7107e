/** Generations as the table keeps them: listed, and what they have used up together. */
import { z } from 'zod';
import {
  type GenerateJobDocument,
  type GenerationFilter,
  generateJobSchema,
  type Spending,
  spendingSchema,
} from '../../protocol/generate-jobs.ts';
import type { NativeDatabase } from '../database/native.ts';
import type { Writer } from '../writing/writer.ts';
import { type Listed, listRows } from './list-query.ts';
import type { Projector } from './projector.ts';

export interface GenerationTable {
  /** Those that are still open are shown without their texts. */
  list(filter: GenerationFilter): Promise<GenerateJobDocument[]>;
  spent(by: { agent_id: string } | { contest_id: string }): Promise<Spending>;
}

const rowsSchema = z.array(
  z
    .looseObject({ key: z.string(), prompt: z.string().nullable(), faults: z.string(), usage: z.string().nullable() })
    .transform(({ key, prompt, faults, usage, ...row }) => ({
      ...row,
      id: key,
      prompt: prompt ?? '',
      faults: JSON.parse(faults) as unknown,
      usage: usage === null ? null : (JSON.parse(usage) as unknown),
    }))
    .pipe(generateJobSchema),
);

const listed: Listed = { table: 'generatejob', condition: 'deleted_at is null', orderedBy: ['started_at', 'key'] };

export function createGenerationTable(options: {
  native: NativeDatabase;
  writer: Writer;
  projector: Projector;
}): GenerationTable {
  const { native, writer, projector } = options;

  return {
    async list({ order, limit, offset, ...where }) {
      await projector.waitFor();
      return rowsSchema.parse(await writer.read(() => listRows(native, listed, { where, order, limit, offset })));
    },
    async spent(by) {
      await projector.waitFor();
      const [column, id] = 'agent_id' in by ? ['agent_id', by.agent_id] : ['contest_id', by.contest_id];
      return writer.read(() =>
        spendingSchema.parse(
          native
            .prepare(
              `select coalesce(sum(tokens), 0) as tokens, coalesce(sum(cost_usd), 0.0) as cost_usd
               from generatejob where ${column} = ?`,
            )
            .get(id),
        ),
      );
    },
  };
}
