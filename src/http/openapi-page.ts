/**
 * The page at /docs that shows the OpenAPI document, by Scalar. It is loaded when somebody asks for it first: its script and the parsers that
 * come with it would make every start longer, and most arenas are never asked.
 */
import Fastify, { type FastifyInstance } from 'fastify';

const prefix = '/docs';

export function installOpenApiPage(app: FastifyInstance): void {
  let loading: Promise<FastifyInstance> | null = null;
  for (const path of [prefix, `${prefix}/js/scalar.js`]) {
    app.get(path, { schema: { hide: true } }, async (request, reply) => {
      loading ??= loadPage().catch((error: unknown) => {
        loading = null;
        throw error;
      });
      const { statusCode, headers, rawPayload } = await (await loading).inject(request.url);
      const { location, 'content-type': type } = headers;
      if (location !== undefined) reply.header('location', location);
      return reply.code(statusCode).header('content-type', type).send(rawPayload);
    });
  }
}

/** A server of its own that never listens: routes cannot be added to one that does. */
async function loadPage(): Promise<FastifyInstance> {
  const { default: scalar } = await import('@scalar/fastify-api-reference');
  const page = Fastify({ routerOptions: { ignoreTrailingSlash: true } });
  await page.register(scalar, {
    routePrefix: prefix,
    configuration: {
      title: 'Agent Arena API',
      url: '/openapi.json',
      withDefaultFonts: false,
      telemetry: false,
      hideClientButton: true,
      showDeveloperTools: 'never',
      agent: { disabled: true },
      mcp: { disabled: true },
    },
  });
  return page;
}
