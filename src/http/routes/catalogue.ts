/** The catalogue over HTTP: the same six routes for each of its models, and the presence check of a participant. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type CatalogueModel, catalogueSchemas } from '../../protocol/catalogue.ts';
import { jobResponseSchema } from '../../protocol/jobs.ts';
import { catalogueMarkdown } from '../catalogue-markdown.ts';
import { catalogueExamples } from '../examples/catalogue.ts';
import type { Catalogue, VerifyParticipant } from '../ports.ts';
import { deleted, deletionOptions, markdownOptions } from '../route-options.ts';
import { bodyRefusals, flag, idParameters, listOrder, paging, refusals } from '../schemas.ts';
import { refuseBody } from '../validation.ts';

interface Shapes {
  readonly create: z.ZodType<object>;
  readonly patch: z.ZodType<object>;
  readonly document: z.ZodObject<{ id: z.ZodString }, z.core.$loose>;
}

export interface CatalogueRoutesOptions {
  catalogue: Catalogue;
  /** Those that are offered. */
  models: readonly CatalogueModel[];
  verifyParticipant: VerifyParticipant;
}

export function catalogueRoutes(options: CatalogueRoutesOptions): FastifyPluginAsyncZod {
  return async (app) => {
    for (const model of options.models) await app.register(modelRoutes(model, options.catalogue));

    app.post(
      '/participant/:id/verify',
      {
        config: { launches: 'job' },
        preValidation: refuseBody,
        schema: {
          tags: ['participant'],
          summary: 'Ask a participant now whether it is well, as a job',
          params: idParameters,
          response: { 200: jobResponseSchema, ...refusals(...bodyRefusals, 'not_found') },
        },
      },
      async (request) => options.verifyParticipant(request.params.id, { causedBy: request.cause }),
    );
  };
}

function modelRoutes(model: CatalogueModel, catalogue: Catalogue): FastifyPluginAsyncZod {
  const { create, patch, document }: Shapes = catalogueSchemas[model];
  const tags = [model];
  const query = z.strictObject({ ...filtersOf(document), order: listOrder, ...paging });

  return async (app) => {
    app.post(
      `/${model}`,
      {
        schema: {
          tags,
          summary: `Make ${withArticle(model)}`,
          body: create,
          response: { 200: document, ...refusals(...bodyRefusals, 'conflict') },
        },
      },
      async (request) => catalogue.create(model, request.body),
    );

    app.get(
      `/${model}`,
      {
        schema: {
          tags,
          summary: `List every ${model}, filtered by any of its fields`,
          querystring: query,
          response: { 200: z.array(document), ...refusals('invalid') },
        },
      },
      async (request) => {
        const { order, limit, offset, ...fields } = request.query;
        const where: Record<string, string | number | boolean> = {};
        for (const [field, value] of Object.entries(fields)) if (isPlain(value)) where[field] = value;
        return catalogue.list(model, { order, limit, offset, where });
      },
    );

    app.get(
      `/${model}/:id`,
      {
        schema: {
          tags,
          summary: `Show ${withArticle(model)}`,
          params: idParameters,
          response: { 200: document, ...refusals('not_found') },
        },
      },
      async (request) => catalogue.get(model, request.params.id),
    );

    app.get(
      `/${model}/:id.md`,
      markdownOptions({
        tags,
        summary: `Show ${withArticle(model)} as Markdown, for people`,
        params: idParameters,
        example: catalogueMarkdown(model, catalogueExamples[model].document),
        refused: ['not_found'],
      }),
      async (request) => catalogueMarkdown(model, await catalogue.get(model, request.params.id)),
    );

    app.patch(
      `/${model}/:id`,
      {
        schema: {
          tags,
          summary: `Change some fields of ${withArticle(model)}`,
          params: idParameters,
          body: patch,
          response: { 200: document, ...refusals(...bodyRefusals, 'not_found', 'conflict') },
        },
      },
      async (request) => catalogue.patch(model, request.params.id, request.body),
    );

    app.delete(
      `/${model}/:id`,
      deletionOptions({
        tags,
        summary: `Delete ${withArticle(model)} that nothing uses`,
        params: idParameters,
      }),
      async (request) => deleted(catalogue.remove(model, request.params.id)),
    );
  };
}

/** A filter for each field of a document that holds one plain value, read from the text of the query. */
function filtersOf(document: z.ZodObject): Record<string, z.ZodType<string | number | boolean | undefined>> {
  return Object.fromEntries(
    Object.entries(document.shape).flatMap(([field, schema]) => {
      const filter = filterOf(schema as z.ZodType);
      return filter === null ? [] : [[field, filter.optional()]];
    }),
  );
}

function filterOf(schema: z.ZodType): z.ZodType<string | number | boolean> | null {
  if (schema instanceof z.ZodNullable || schema instanceof z.ZodOptional) return filterOf(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodNumber) return z.coerce.number();
  if (schema instanceof z.ZodBoolean) return flag;
  if (schema instanceof z.ZodEnum) return schema as z.ZodType<string | number>;
  return schema instanceof z.ZodString ? z.string() : null;
}

function isPlain(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function withArticle(model: CatalogueModel): string {
  return `${/^[aeiou]/.test(model) ? 'an' : 'a'} ${model}`;
}
