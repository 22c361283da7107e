/** What is done with many language models at once, over HTTP. One at a time is the catalogue's. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { LlmModels } from '../../persistence/ports.ts';
import { limits } from '../../protocol/limits.ts';
import {
  deactivatedSchema,
  modelImportResultSchema,
  modelImportSchema,
  modelLimitsSchema,
} from '../../protocol/price-list.ts';
import { bodyRefusals, refusals } from '../schemas.ts';

const tags = ['llmmodel'];

export function llmModelRoutes(models: LlmModels): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/llmmodel/import',
      {
        bodyLimit: limits.bulkBodyBytes,
        schema: {
          tags,
          summary: 'Take a list of models with their prices',
          description:
            'Models are known by their names: what the list says of one replaces what is in the table, what it leaves out stays. ' +
            "OpenRouter's `GET /api/v1/models` is taken as it comes, with its models under `data`.",
          body: modelImportSchema,
          response: { 200: modelImportResultSchema, ...refusals(...bodyRefusals) },
        },
      },
      async (request) => models.import(request.body),
    );

    app.post(
      '/llmmodel/deactivate',
      {
        schema: {
          tags,
          summary: 'Switch off every model that costs more than a limit',
          body: modelLimitsSchema,
          response: { 200: deactivatedSchema, ...refusals(...bodyRefusals) },
        },
      },
      async (request) => ({ deactivated: await models.deactivate(request.body) }),
    );
  };
}
