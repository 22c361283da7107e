/** The command line as a process of its own. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { versionProblem } from '../../src/cli/node-version.js';
import { contestExample } from '../../src/http/examples/inputs.ts';

const launcher = new URL('../../src/cli/launch.js', import.meta.url).pathname;

async function launch(args: string[], env: Record<string, string> = {}) {
  const run = promisify(execFile)(process.execPath, [launcher, ...args], {
    env: { PATH: process.env.PATH ?? '', ...env },
  });
  return run.then(
    ({ stdout, stderr }) => ({ status: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      status: error.code,
      stdout: error.stdout,
      stderr: error.stderr,
    }),
  );
}

it('prints its help on standard output and exits with 0', async () => {
  expect(await launch(['--help'])).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('Usage: arena'),
    stderr: '',
  });
});

it('exits with 2 for wrong usage, with nothing on standard output', async () => {
  expect(await launch(['fly'])).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('fly') });
});

it('exits with 1 when there is no arena to talk to', async () => {
  const { status, stderr } = await launch(['contest', 'list', '--url', 'http://127.0.0.1:1']);
  expect([status, stderr]).toEqual([1, 'There is no arena at http://127.0.0.1:1. Start one with: arena serve\n']);
});

it.each([
  ['20.19.0', false],
  ['22.17.9', false],
  ['22.18.0', true],
  ['24.0.0', true],
])('under Node %s it %s', (version, runs) => {
  expect(versionProblem(version) === null).toBe(runs);
});

it('serves a real arena, also when nobody reads its log any more, and exits with 0 when it is told to stop', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'arena-serve-'));
  const env = {
    PATH: process.env.PATH ?? '',
    ARENA_HTTP_PORT: '0',
    ARENA_DB_URL: `sqlite:${join(folder, 'arena.db')}`,
    ARENA_LOG_LEVEL: 'debug',
  };
  const child = spawn(process.execPath, [launcher, 'serve'], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(child, 'exit');
  try {
    let text = '';
    // Leaving the loop closes the pipe.
    for await (const chunk of child.stderr) {
      text += chunk;
      if (text.includes('/docs')) break;
    }
    const url = /The arena is at (\S+);/.exec(text)?.[1] ?? '';
    const created = await launch(['contest', 'create', '--url', url, '--data', JSON.stringify(contestExample)]);
    expect(created).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\w+-\w+-\w+-\w+\n$/) });
    const watched = await launch(['contest', 'watch', 'latest', '--url', url]);
    expect(watched).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/The courtyard[\s\S]*Round 1[\s\S]*round/),
    });
  } finally {
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    rmSync(folder, { recursive: true });
  }
});
