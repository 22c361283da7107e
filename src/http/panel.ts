/**
 * Serves the control panel at `/`: the files that `npm run build:panel` has made of `src/web/`, under a policy that lets the page
 * talk to this server and to nobody else.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { ArenaError } from '../protocol/errors.ts';

/** The same place seen from the sources and from what is published. */
const builtPanel = fileURLToPath(new URL('../../dist/web/', import.meta.url));

const securityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const headers: Readonly<Record<string, string>> = {
  'content-security-policy': securityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
};

export async function installPanel(app: FastifyInstance, folder = builtPanel): Promise<void> {
  if (!existsSync(folder)) {
    app.get('/', { schema: { hide: true } }, async () => {
      throw new ArenaError({
        code: 'not_found',
        message: 'The control panel is not built. Build it with: npm run build:panel',
      });
    });
    return;
  }
  await app.register(fastifyStatic, {
    root: folder,
    wildcard: false,
    cacheControl: false,
    schemaHide: true,
    setHeaders(reply, path) {
      for (const [name, value] of Object.entries(headers)) reply.header(name, value);
      // The names of what is built change with their content; the page that names them is asked for every time.
      const isNamedByContent = path.includes('/assets/');
      reply.header('cache-control', isNamedByContent ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}
