/** A running arena asked by its OpenAPI document: what is sent, and what is answered, is held against the document's schemas. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { z } from 'zod';

const mediaSchema = z.looseObject({ schema: z.looseObject({}), example: z.unknown().optional() });
const contentSchema = z.record(z.string(), mediaSchema);
const parameterSchema = z.looseObject({ name: z.string(), in: z.string(), schema: z.looseObject({}) });
const operationSchema = z.looseObject({
  operationId: z.string(),
  tags: z.array(z.string()).min(1),
  summary: z.string().min(1),
  parameters: z.array(parameterSchema).default([]),
  requestBody: z.looseObject({ content: contentSchema }).optional(),
  responses: z.record(z.string(), z.looseObject({ description: z.string(), content: contentSchema.optional() })),
});
export type Operation = z.infer<typeof operationSchema>;
export type Media = z.infer<typeof mediaSchema>;

const openApiSchema = z.looseObject({
  openapi: z.literal('3.1.0'),
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
  components: z.looseObject({
    schemas: z.record(z.string(), z.looseObject({ examples: z.array(z.unknown()).default([]) })),
  }),
});

export interface Asked {
  /** For the parameters of the path. */
  readonly path?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, or as it is when it is text. */
  readonly body?: unknown;
}

export interface Answered {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly body: unknown;
}

export interface DocumentedServer {
  /** By method and path: `get /api/contest/{id}`. */
  readonly operations: ReadonlyMap<string, Operation>;
  /** Asks, and rejects when the answer is not as the document says, or a body that was taken is not what it asks for. */
  ask(name: string, asked?: Asked): Promise<Answered>;
  /** The example of a body or an answer, its own or that of the shape it names. */
  exampleIn(media: Media | undefined): unknown;
  /** What is wrong with a value by the schema of a body (`status` null) or an answer; null when nothing is. */
  problemWith(value: unknown, name: string, status: string | null, type: string): string | null;
}

/** Whatever takes longer hangs. */
const answerWithinMs = 30_000;

export async function readDocumented(url: string): Promise<DocumentedServer> {
  const document = openApiSchema.parse(await (await fetch(`${url}/openapi.json`)).json());
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ ...document, $id: 'openapi' });
  const checks = new Map<string, ValidateFunction>();
  const operations = new Map(
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]): [string, Operation] => [`${method} ${path}`, operation]),
    ),
  );

  function problemWith(value: unknown, name: string, status: string | null, type: string): string | null {
    const [method = '', path = ''] = name.split(' ');
    const where = ['paths', path, method, ...(status === null ? ['requestBody'] : ['responses', status])];
    const parts = [...where, 'content', type, 'schema'].map((part) =>
      encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')),
    );
    const $ref = `openapi#/${parts.join('/')}`;
    const check = checks.get($ref) ?? ajv.compile({ $ref });
    checks.set($ref, check);
    return check(value) ? null : ajv.errorsText(check.errors);
  }

  async function ask(name: string, asked: Asked = {}): Promise<Answered> {
    const operation = operations.get(name);
    if (!operation) throw new Error(`the document has no operation ${name}`);
    const [method = '', path = ''] = name.split(' ');
    const filled = path.replaceAll(/\{(\w+)\}/g, (_all, key: string) => {
      const value = asked.path?.[key];
      if (value === undefined) throw new Error(`${name} needs ${key}`);
      return encodeURIComponent(value);
    });
    const query = new URLSearchParams();
    for (const [key, value] of Object.entries(asked.query ?? {})) query.set(key, String(value));
    const sent = typeof asked.body === 'string' ? asked.body : JSON.stringify(asked.body);
    const response = await fetch(`${url}${filled}?${query}`, {
      method: method.toUpperCase(),
      signal: AbortSignal.timeout(answerWithinMs),
      headers: { ...(sent === undefined ? {} : { 'content-type': 'application/json' }), ...asked.headers },
      ...(sent === undefined ? {} : { body: sent }),
    });
    const [type = ''] = (response.headers.get('content-type') ?? '').split(';');
    const text = await response.text();
    const body: unknown = type.endsWith('json') && !type.includes('ndjson') ? JSON.parse(text) : text;
    const { status } = response;
    const about = `${name} ${JSON.stringify(asked).slice(0, 500)} was answered ${status} ${type}: ${text.slice(0, 500)}`;
    if (!operation.responses[status]?.content?.[type]) throw new Error(`not in the document: ${about}`);
    const problem = problemWith(body, name, String(status), type);
    if (problem !== null) throw new Error(`${problem}: ${about}`);
    if (status === 200 && asked.body !== undefined) {
      const wrong = problemWith(asked.body, name, null, 'application/json');
      if (wrong !== null) throw new Error(`the document asks for another body (${wrong}): ${about}`);
    }
    return { status, type, text, body };
  }

  function exampleIn(media: Media | undefined): unknown {
    if (media?.example !== undefined) return media.example;
    const name = String(media?.schema.$ref ?? '').replace('#/components/schemas/', '');
    return document.components.schemas[name]?.examples[0];
  }

  return { operations, ask, exampleIn, problemWith };
}
