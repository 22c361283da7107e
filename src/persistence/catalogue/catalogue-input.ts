/** Reading what callers give to the catalogue: objects against their schemas, list filters against the fields shown. */
import { z } from 'zod';
import { type CatalogueModel, catalogueSchemas } from '../../protocol/catalogue.ts';
import { ArenaError, type InputProblem } from '../../protocol/errors.ts';
import { inputProblems, problemsInWords } from '../../protocol/input-problems.ts';
import { hasNul } from '../../protocol/kept-text.ts';

export interface CatalogueQuery {
  readonly order?: 'oldest' | 'newest';
  readonly limit?: number;
  readonly offset?: number;
  /** Fields that must have these values; text is taken for numbers and booleans too. */
  readonly where?: Readonly<Record<string, string | number | boolean | null>>;
}

/** The input as its schema reads it; throws `ArenaError` `invalid` with every problem. */
export function readInput<Schema extends z.ZodType>(
  model: CatalogueModel,
  schema: Schema,
  input: unknown,
): z.output<Schema> {
  const read = schema.safeParse(input);
  if (!read.success) throw invalid(model, inputProblems(read.error));
  const unkeepable = textsWithNul(read.data);
  if (unkeepable.length > 0) throw invalid(model, unkeepable);
  return read.data;
}

function textsWithNul(value: unknown, path = ''): InputProblem[] {
  if (typeof value === 'string')
    return hasNul(value) ? [{ path, message: 'a text cannot have the character NUL' }] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, below]) =>
    textsWithNul(below, Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`),
  );
}

export function invalid(model: CatalogueModel, problems: InputProblem[]): ArenaError {
  return new ArenaError({
    code: 'invalid',
    message: `this ${model} cannot be kept: ${problemsInWords(problems)}`,
    problems,
  });
}

/** The filter with values of the fields' types; throws `ArenaError` `invalid` for a field that cannot be filtered by. */
export function readFilter(model: CatalogueModel, where: CatalogueQuery['where'] = {}): Record<string, unknown> {
  const columns = filterColumnsOf(model);
  return Object.fromEntries(
    Object.entries(where).map(([field, value]) => {
      const type = columns[field];
      if (!type) {
        const message = `there is no filter of this name; there are ${Object.keys(columns).join(', ')}`;
        throw invalid(model, [{ path: field, message }]);
      }
      const [unkeepable] = textsWithNul(value, field);
      if (unkeepable) throw invalid(model, [unkeepable]);
      const read = value === null ? null : readers[type](value);
      return shownOfColumn[field]?.(read) ?? [field, read];
    }),
  );
}

type ColumnType = 'text' | 'number' | 'boolean';

const readers: Record<ColumnType, (value: string | number | boolean) => string | number | boolean> = {
  text: String,
  number: Number,
  boolean: (value) => value === true || value === 1 || value === 'true' || value === '1',
};

/** Fields that are no column of their own: the column that each is shown of, and what that has to be. */
const shownOfColumn: Readonly<Record<string, (value: unknown) => [column: string, value: unknown]>> = {
  has_api_key: (isThere) => ['api_key', isThere === true ? { $ne: null } : null],
};

/** Everything shown that is one plain value can be filtered by. */
function filterColumnsOf(model: CatalogueModel): Readonly<Record<string, ColumnType>> {
  const shape: Readonly<Record<string, z.ZodType>> = catalogueSchemas[model].document.shape;
  return Object.fromEntries(
    Object.entries(shape).flatMap(([field, schema]) => {
      const type = columnTypeOf(schema);
      return type ? [[field, type]] : [];
    }),
  );
}

function columnTypeOf(schema: z.ZodType): ColumnType | null {
  if (schema instanceof z.ZodNullable || schema instanceof z.ZodOptional)
    return columnTypeOf(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodNumber) return 'number';
  if (schema instanceof z.ZodBoolean) return 'boolean';
  return schema instanceof z.ZodString || schema instanceof z.ZodEnum ? 'text' : null;
}

/** The schemas of a model, as one that may be any of them. */
export function schemasOf(model: CatalogueModel): { create: z.ZodType; patch: z.ZodType; document: z.ZodType } {
  return catalogueSchemas[model];
}
