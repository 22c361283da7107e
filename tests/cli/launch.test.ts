/** The command line as a process of its own. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { versionProblem } from '../../src/cli/node-version.js';

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
