/** The control panel's files as a server gives them out: which there are, under which headers, and after they were built anew. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installPanel } from '../../src/http/panel.ts';
import { installProblems, problemContentType } from '../../src/http/problem.ts';
import { memoryLog } from '../support/clock.ts';

let folder = '';
let app: FastifyInstance;

async function build(name: string): Promise<void> {
  await rm(join(folder, 'assets'), { recursive: true, force: true });
  await mkdir(join(folder, 'assets'), { recursive: true });
  await writeFile(join(folder, 'assets', name), 'export {};');
  await writeFile(join(folder, 'index.html'), `<script src="./assets/${name}"></script>`);
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'panel-'));
  await build('first.js');
  app = Fastify();
  installProblems(app, memoryLog());
  await installPanel(app, folder);
});

afterEach(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

const get = (url: string) => app.inject({ url });

describe('the files of the panel', () => {
  it('are the page, which is asked for every time, and what it names, which is kept', async () => {
    const page = await get('/');
    expect(page.body).toContain('first.js');
    const asset = await get('/assets/first.js');
    expect(asset.statusCode).toBe(200);
    expect([page, asset].map(({ headers }) => headers['cache-control'])).toEqual([
      'no-cache',
      'public, max-age=31536000, immutable',
    ]);
    for (const { headers } of [page, asset]) expect(headers['content-security-policy']).toContain("default-src 'none'");
  });

  it.each(['missing.js', '../index.html/', '%00', 'first%00.js', '..%2findex.html', `${'long'.repeat(100)}.js`])(
    'are not at /assets/%s, and a problem says so as for any other path',
    async (path) => {
      const { statusCode, headers, body } = await get(`/assets/${path}`);
      expect({ statusCode, type: headers['content-type'] }).toEqual({ statusCode: 404, type: problemContentType });
      expect(body).toContain('There is nothing at GET /');
    },
  );

  it('are those of the newest build, without a new start', async () => {
    await get('/assets/first.js');
    await build('second.js');
    expect((await get('/')).body).toContain('second.js');
    expect((await get('/assets/second.js')).statusCode).toBe(200);
    expect((await get('/assets/first.js')).statusCode).toBe(404);
  });
});
