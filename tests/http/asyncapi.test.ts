/** The document of the bus is served, and its page shows all of it and loads nothing. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { namedSubjects } from '../../src/protocol/named-subjects.ts';
import { subjectChannels } from '../../src/protocol/subject-channels.ts';
import { watches } from '../../src/protocol/subjects.ts';
import { ask, startServer, type TestServer } from './server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ busHost: 'nats.example:4222' });
});
afterAll(() => server.close());

it('is served with the host of the bus', async () => {
  const { status, body } = await ask('GET', `${server.url}/asyncapi.json`);
  expect(status).toBe(200);
  expect(body).toMatchObject({ asyncapi: '3.0.0', servers: { bus: { host: 'nats.example:4222', protocol: 'nats' } } });
});

it('refers to what it holds, beside the OpenAPI document of the same process', async () => {
  const { body, text } = await ask('GET', `${server.url}/asyncapi.json`);
  const { components } = z.object({ components: z.object({ schemas: z.record(z.string(), z.unknown()) }) }).parse(body);
  const named = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(([, name = '']) => name);
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((name) => !(name in components.schemas))).toEqual([]);
  expect(text).not.toContain('__shared');
});

it('is shown on a page with every subject, that loads nothing and runs nothing', async () => {
  for (const path of ['/docs/async', '/docs/async/']) {
    const { status, type, text } = await ask('GET', server.url + path);
    expect([status, type.split(';')[0]]).toEqual([200, 'text/html']);
    const shown = text.replaceAll('&gt;', '>');
    for (const { address } of subjectChannels) expect(shown).toContain(address);
    for (const { title } of Object.values(namedSubjects))
      expect(shown.replaceAll('&lt;', '<').replace(/<\/?code>/g, '`')).toContain(title);
    for (const { pattern } of watches) expect(shown).toContain(pattern);
    expect(text).not.toMatch(/<script|<link|<img|src=|https?:\/\//);
    for (const [, id = ''] of text.matchAll(/href="#([^"]+)"/g)) expect(text).toContain(`id="${id}"`);
  }
});
