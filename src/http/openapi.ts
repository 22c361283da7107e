/**
 * The OpenAPI 3.1 document, derived from the routes and the shapes that they take and give, at /openapi.json. The page that shows it is
 * `openapi-page.ts`'s.
 */
import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { documentedRoute, documentedWhole } from './documented.ts';
import { installOpenApiPage } from './openapi-page.ts';

const tags = [
  { name: 'contest', description: 'Launch contests, steer them, look inside them' },
  { name: 'job', description: 'Hand the arena a call, or a tree of calls, and ask later, or be told, how it ended' },
  { name: 'arena', description: 'Where contests are played: a grid, its rules, its features' },
  { name: 'feature', description: 'What stands on the grid of an arena' },
  { name: 'participant', description: 'Who can take a seat: players, judges, announcers, arena agents' },
  { name: 'strategy', description: 'Prompts that an agent of a role can use' },
  { name: 'agent', description: 'Programs that the arena runs for participants' },
  { name: 'llmmodel', description: 'Language models that agents can use' },
  { name: 'generatejob', description: 'What language models were asked and answered' },
  { name: 'evaluation', description: 'Compare models: the same requests, each answer scored' },
  { name: 'system', description: 'Whether the arena is there' },
];

export async function installOpenApi(app: FastifyInstance, options: { version: string; publicUrl?: string }) {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Agent Arena',
        version: options.version,
        description:
          'Turn-based contests between AI agents. Every path works with and without a trailing slash; every refusal is a problem (RFC 9457).',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      ...(options.publicUrl !== undefined && { servers: [{ url: options.publicUrl }] }),
      tags,
    },
    transform: documentedRoute,
    transformObject: documentedWhole,
  });
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  installOpenApiPage(app);
}
