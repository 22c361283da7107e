/**
 * Serves the control panel at `/`: the files that `npm run build:panel` has made of `src/web/`, under a policy that lets the page
 * talk to this server and to nobody else.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic, { type FastifyStaticOptions } from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { ArenaError } from '../protocol/errors.ts';

/** The same place seen from the sources and from what is published. */
const builtPanel = fileURLToPath(new URL('../../dist/web/', import.meta.url));

const assets = 'assets';

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
        message: 'The control panel is not built. Build it with: npm run build:panel, and start the arena again.',
      });
    });
    return;
  }
  // The page and what it names outright. Anything else below `/` is not the panel's.
  await app.register(fastifyStatic, {
    ...servedWith('no-cache'),
    root: folder,
    wildcard: false,
    globIgnore: [`${assets}/**`],
  });
  // Named by their content: looked for when they are asked for, so that a panel that is built anew needs no new start.
  await app.register(fastifyStatic, {
    ...servedWith('public, max-age=31536000, immutable'),
    root: join(folder, assets),
    prefix: `/${assets}/`,
    decorateReply: false,
  });
}

function servedWith(caching: string): Omit<FastifyStaticOptions, 'root'> {
  return {
    cacheControl: false,
    schemaHide: true,
    setHeaders(reply) {
      for (const [name, value] of Object.entries(headers)) reply.header(name, value);
      reply.header('cache-control', caching);
    },
  };
}
