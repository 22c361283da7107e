/** What is on record of a contest over HTTP: whether its journal holds, and its turns for analysis and training. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Records } from '../../actors/records.ts';
import { auditSchema } from '../../protocol/audit.ts';
import { turnFormats } from '../../protocol/turns.ts';
import { turnExamples } from '../examples/texts.ts';
import { idParameters, journalRefusals, refusals, textTypes } from '../schemas.ts';
import { turnWriters } from '../turn-writers.ts';

const tags = ['contest'];

export function contestRecordRoutes(records: Records): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/contest/:id/audit',
      {
        schema: {
          tags,
          summary: 'Check the journal of a contest',
          description:
            'Follows the chain of hashes, folds every entry again, decides every request to an agent again from the state before ' +
            'it, and compares the view that was sent with the hash on record. Each entry that does not hold is named.',
          params: idParameters,
          response: { 200: auditSchema, ...refusals('not_found') },
        },
      },
      async (request) => records.audit(request.params.id),
    );

    app.get(
      '/contest/:id/export',
      {
        schema: {
          tags,
          summary: 'Export the turns of a contest',
          description:
            'One row for each prompt, in the order in which they were asked: the view that was sent, the raw answer, action, ruling, ' +
            'effects, latency, tokens, cost and faults. In `csv` and `parquet`, what is no single value is JSON text.',
          params: idParameters,
          querystring: z.strictObject({ format: z.enum(turnFormats).default('jsonl') }),
          response: {
            200: {
              description: 'The turns in the format that was asked for',
              content: { ...textTypes(turnExamples), [turnWriters.parquet.type]: { schema: z.string() } },
            },
            ...refusals(...journalRefusals, 'invalid'),
          },
        },
      },
      async (request, reply) => {
        const { id } = request.params;
        const { type, write } = turnWriters[request.query.format];
        const file = `attachment; filename="${id}.${request.query.format}"`;
        // Bytes of any kind: the schema tells of the usual one.
        const body: unknown = await write(await records.turns(id));
        return reply
          .type(type)
          .header('content-disposition', file)
          .serializer((bytes: unknown) => bytes as string)
          .send(body as string);
      },
    );
  };
}
