/** The OpenAPI document is valid, whole, and shown on a page that needs no other host. */
import { validate } from '@scalar/openapi-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ask, startServer, type TestServer } from './server.ts';

const operationSchema = z.looseObject({
  tags: z.array(z.string()).min(1),
  summary: z.string().min(1),
  responses: z.record(z.string(), z.looseObject({ description: z.string(), content: z.looseObject({}).optional() })),
});
const documentSchema = z.looseObject({
  openapi: z.literal('3.1.0'),
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
});

let server: TestServer;
let document: z.infer<typeof documentSchema>;
beforeAll(async () => {
  server = await startServer();
  document = documentSchema.parse((await ask('GET', `${server.url}/openapi.json`)).body);
});
afterAll(() => server.close());

describe('the OpenAPI document', () => {
  it('is valid', async () => {
    const { valid, errors } = await validate(structuredClone(document));
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
  });

  it('names every refusal of a route as a problem', () => {
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const [method, { responses }] of Object.entries(operations)) {
        for (const [status, { content }] of Object.entries(responses)) {
          if (Number(status) < 400) continue;
          expect(Object.keys(content ?? {}), `${method} ${path} ${status}`).toEqual(['application/problem+json']);
        }
      }
    }
  });

  it('knows the contest actions and the catalogue', () => {
    const paths = Object.keys(document.paths);
    for (const action of ['start', 'advance', 'pause', 'resume', 'cancel', 'retry', 'clone', 'verify']) {
      expect(paths).toContain(`/api/contest/{id}/${action}`);
    }
    expect(paths).toContain('/api/llmmodel/{id}.md');
  });
});

it('is shown on a page that loads nothing from another host', async () => {
  const { status, type, text } = await ask('GET', `${server.url}/docs/`);
  expect([status, type.split(';')[0]]).toEqual([200, 'text/html']);
  const hosts = [...text.matchAll(/(?:src|href)="(https?:[^"]+)"/g)].map((match) => match[1]);
  expect(hosts).toEqual([]);
  const [, script] = /<script[^>]* src="([^"]+)"/.exec(text) ?? [];
  const served = await ask('GET', new URL(script ?? '', `${server.url}/docs/`).href);
  expect([served.status, served.type.split(';')[0]]).toEqual([200, 'application/javascript']);
  expect((await ask('GET', `${server.url}/docs`)).status).toBe(200);
});
