/** What the OpenAPI document says of each route: the JSON schemas of its zod schemas, with names and examples from `shapes.ts`. */
import type { SwaggerTransform, SwaggerTransformObject } from '@fastify/swagger';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { type ErrorCode, errorCodes } from '../protocol/errors.ts';
import { problemExample } from './examples/problems.ts';
import { operationId } from './operation-id.ts';
import { exampleOf, nameOf } from './shapes.ts';

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
      ...(made.body === undefined ? {} : { body: { ...nodeOf(made.body), examples: [exampleOf(given.body)] } }),
      response: Object.fromEntries(responses),
    },
  };
};

/** The document with those named schemas only that something in it refers to. */
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
  const schemas = Object.fromEntries(Object.entries(all).filter(([name]) => used.has(name)));
  return { ...document, components: { schemas } } as typeof document;
};

/** `given` is the route's own, with zod schemas; `made` the same in JSON. */
function responseOf(status: string, given: unknown, made: Node): Node {
  if (made.content === undefined) {
    const content = { 'application/json': { schema: made, example: exampleOf(given) } };
    return { description: nameOf(given), content };
  }
  const content = Object.entries(nodeOf(made.content)).map(([type, media]) => [
    type,
    mediaOf(status, nodeOf(nodeOf(nodeOf(given).content)[type]).schema, nodeOf(nodeOf(media).schema)),
  ]);
  return { ...made, content: Object.fromEntries(content) };
}

function mediaOf(status: string, given: unknown, { examples, ...schema }: Node): Node {
  const [text] = Array.isArray(examples) ? examples : [];
  const code = codeOf(status);
  const example = code === undefined ? (exampleOf(given) ?? text) : problemExample(code);
  return { schema, ...(example === undefined ? {} : { example }) };
}

function codeOf(status: string): ErrorCode | undefined {
  const codes = Object.keys(errorCodes) as ErrorCode[];
  return codes.find((code) => String(errorCodes[code]) === status);
}

function nodeOf(value: unknown): Node {
  return typeof value === 'object' && value !== null ? (value as Node) : {};
}
