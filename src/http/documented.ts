/** What the OpenAPI document says of each route: the JSON schemas of its zod schemas, with names and examples from `shapes.ts`. */
import type { SwaggerTransform, SwaggerTransformObject } from '@fastify/swagger';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { type ErrorCode, errorCodes } from '../protocol/errors.ts';
import { problemExample } from './examples/problems.ts';
import { operationId } from './operation-id.ts';
import { exampleOf, exampleOfNamed, nameOf } from './shapes.ts';

type Node = Readonly<Record<string, unknown>>;

/** A route's schemas as JSON, with an example of each body and answer. */
export const documentedRoute: SwaggerTransform = (route) => {
  const { schema: given } = route;
  const { schema: made, url } = jsonSchemaTransform(route);
  if (!given || !made || made.hide) return { schema: made, url };
  const method = [route.route.method].flat()[0] ?? 'GET';
  const responses = Object.entries(nodeOf(made.response)).map(([status, response]) => [
    status,
    responseOf(status, nodeOf(given.response)[status], nodeOf(response)),
  ]);
  return {
    url,
    schema: {
      ...made,
      operationId: operationId(method, url),
      ...(made.body === undefined ? {} : { body: bodyOf(given.body, nodeOf(made.body)) }),
      response: Object.fromEntries(responses),
    },
  };
};

/** The document with those named schemas only that something in it refers to, each with an example. */
export const documentedWhole: SwaggerTransformObject = (input) => {
  const document = jsonSchemaTransformObject(input);
  const all = nodeOf('components' in document ? document.components?.schemas : undefined);
  const used = new Set<string>();
  const follow = (value: unknown) => {
    for (const [, name = ''] of JSON.stringify(value).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (used.has(name)) continue;
      used.add(name);
      follow(all[name] ?? null);
    }
  };
  follow('paths' in document ? document.paths : {});
  const schemas = Object.fromEntries(
    Object.entries(all)
      .filter(([name]) => used.has(name))
      .map(([name, schema]) => [name, { ...nodeOf(schema), ...examplesIn(exampleOfNamed(name)) }]),
  );
  return { ...document, components: { schemas } } as typeof document;
};

/** A named schema has its example with it, and is only referred to. */
function bodyOf(given: unknown, made: Node): Node {
  return '$ref' in made ? made : { ...made, ...examplesIn(exampleOf(given)) };
}

function examplesIn(example: unknown): Node {
  return example === undefined ? {} : { examples: [example] };
}

/** `given` is the route's own, with zod schemas; `made` the same in JSON. */
function responseOf(status: string, given: unknown, made: Node): Node {
  if (made.content === undefined) {
    const content = { 'application/json': mediaOf(status, given, made) };
    return { description: nameOf(given), content };
  }
  const content = Object.entries(nodeOf(made.content)).map(([type, media]) => [
    type,
    mediaOf(status, nodeOf(nodeOf(nodeOf(given).content)[type]).schema, nodeOf(nodeOf(media).schema)),
  ]);
  return { ...made, content: Object.fromEntries(content) };
}

function mediaOf(status: string, given: unknown, { examples, ...schema }: Node): Node {
  const code = codeOf(status);
  if (code !== undefined) return { schema, example: problemExample(code) };
  if ('$ref' in schema) return { schema };
  const [text] = Array.isArray(examples) ? examples : [];
  const example = exampleOf(given) ?? text;
  return { schema, ...(example === undefined ? {} : { example }) };
}

function codeOf(status: string): ErrorCode | undefined {
  const codes = Object.keys(errorCodes) as ErrorCode[];
  return codes.find((code) => String(errorCodes[code]) === status);
}

function nodeOf(value: unknown): Node {
  return typeof value === 'object' && value !== null ? (value as Node) : {};
}
