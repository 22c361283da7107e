/** The command line as a process of its own. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { versionProblem } from '../../src/cli/node-version.js';
import { contestExample } from '../../src/http/examples/inputs.ts';
import { spawnArena } from '../support/arena-process.ts';

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

describe('what is loaded', () => {
  /** Says at the end which packages, and which commands of ours, were loaded. */
  const census = `import { registerHooks } from 'node:module';
    const loaded = new Set();
    registerHooks({
      load(url, context, next) {
        const [, name] = /.*\\/node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url) ?? /(cli\\/commands\\/.*)/.exec(url) ?? [];
        if (name !== undefined) loaded.add(name);
        return next(url, context);
      },
    });
    process.on('exit', () => process.stdout.write('loaded: ' + [...loaded].sort().join(' ')));`;
  const NODE_OPTIONS = `--import data:text/javascript,${encodeURIComponent(census)}`;
  const loadedOf = (stdout: string) => stdout.split('loaded: ').at(-1)?.split(' ');

  it('is the grammar for help, and what a command needs for the command', async () => {
    expect(loadedOf((await launch(['--help'], { NODE_OPTIONS })).stdout)).toEqual(['commander', 'zod']);
    const asking = await launch(['contest', 'list', '--url', 'http://127.0.0.1:1'], { NODE_OPTIONS });
    expect(loadedOf(asking.stdout)).toContain('cli/commands/model.ts');
    for (const name of ['cli/commands/serve.ts', 'cli/commands/load.ts', 'fastify', 'nats', 'undici'])
      expect(loadedOf(asking.stdout), name).not.toContain(name);
  });

  it('is for an arena what it needs to listen and to play by itself', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'arena-loaded-'));
    const env = { NODE_OPTIONS, ARENA_HTTP_PORT: '0', ARENA_DB_URL: `sqlite:${join(folder, 'arena.db')}` };
    const { status, stdout } = await launch(['demo', '--once', '--json'], env);
    const loaded = loadedOf(stdout);
    expect([status, loaded]).toEqual([0, expect.arrayContaining(['fastify', '@mikro-orm/core', 'pino'])]);
    const later = ['@scalar/fastify-api-reference', 'ai', 'ajv', 'nats', 'undici'];
    expect(later.filter((name) => loaded?.includes(name))).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});

it('keeps what an arena was compiled to for the next start as soon as it listens, so that one that is killed has kept it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'arena-compiled-'));
  const env = { ARENA_DB_URL: `sqlite:${join(folder, 'arena.db')}`, NODE_COMPILE_CACHE: join(folder, 'cache') };
  const arena = spawnArena(env);
  await arena.listening();
  await arena.kill();
  expect(globSync('**/*', { cwd: env.NODE_COMPILE_CACHE }).length).toBeGreaterThan(100);
  rmSync(folder, { recursive: true });
});

/** What a test that failed has left running. */
function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** A server that is launched in a process group of its own, as from a shell, and has said so much. */
async function serve(nodeArgs: string[], folder: string, text: string, others: Record<string, string> = {}) {
  const env = {
    ...others,
    PATH: process.env.PATH ?? '',
    ARENA_HTTP_PORT: '0',
    ARENA_DB_URL: `sqlite:${join(folder, 'arena.db')}`,
  };
  const child = spawn(process.execPath, [...nodeArgs, launcher, 'serve'], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let log = '';
  child.stderr.on('data', (chunk) => {
    log += chunk;
  });
  // The stream ends when the last process that writes to it has ended.
  const ended = Promise.all([once(child, 'exit'), once(child.stderr, 'end')]);
  onTestFinished(() => endGroup(child.pid));
  const said = (what: string) => expect.poll(() => log, { timeout: 60_000 }).toContain(what);
  await said(text);
  return { pid: child.pid ?? 0, said, ended: ended.then(([[code, signal]]) => ({ code, signal, log })) };
}

/** As a Ctrl-C that npm passes on besides; of two kinds, since the system makes one of two of the same that come at once. */
function signalTwice(pid: number): void {
  process.kill(-pid, 'SIGINT');
  process.kill(pid, 'SIGTERM');
}

it('a Ctrl-C that comes twice, since npm has passed it on, stops an arena in order', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'arena-twice-'));
  const { pid, ended } = await serve([], folder, '/docs');
  signalTwice(pid);
  expect(await ended).toMatchObject({ code: 0, log: expect.stringContaining('once what is being written is kept') });
  rmSync(folder, { recursive: true });
});

describe('where the Node that was found is too old', () => {
  const old = '{...process.versions, node: "20.0.0"}';
  const asOld = ['--import', `data:text/javascript,Object.defineProperty(process, "versions", {value: ${old}})`];

  it.each<[string, (pid: number) => void, { code: number | null }]>([
    ['Ctrl-C, which a terminal sends to all of its processes,', (pid) => process.kill(-pid, 'SIGINT'), { code: 0 }],
    ['one that npm has passed on besides', signalTwice, { code: 0 }],
    ['a signal to the launcher', (pid) => process.kill(pid, 'SIGTERM'), { code: 0 }],
    ['the end of the launcher', (pid) => process.kill(pid, 'SIGKILL'), { code: null }],
  ])('%s stops the arena in order', async (_what, signal, expected) => {
    const folder = mkdtempSync(join(tmpdir(), 'arena-old-'));
    const { pid, ended } = await serve(asOld, folder, '/docs');
    signal(pid);
    const { log, ...end } = await ended;
    expect(end).toMatchObject(expected);
    expect(log).toContain('Stopping, once what is being written is kept');
    rmSync(folder, { recursive: true });
  });

  it('an arena that has not begun when its launcher is killed stops in order, too', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'arena-old-'));
    const held = `if (process.connected) {
      process.stderr.write('It waits for its launcher to be gone.');
      await new Promise((resolve) => process.once('disconnect', resolve));
    }`;
    const NODE_OPTIONS = `--import data:text/javascript,${encodeURIComponent(held)}`;
    const { pid, ended } = await serve(asOld, folder, 'It waits', { NODE_OPTIONS });
    process.kill(pid, 'SIGKILL');
    expect((await ended).log).toContain('Stopping, once what is being written is kept');
    rmSync(folder, { recursive: true });
  });

  it('a second signal ends an arena that hangs', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'arena-old-'));
    const hanging = `if (process.connected) process.on('message', () => {
      process.stderr.write('It hangs.');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    });`;
    const NODE_OPTIONS = `--import data:text/javascript,${encodeURIComponent(hanging)}`;
    const { pid, said, ended } = await serve(asOld, folder, '/docs', { NODE_OPTIONS });
    process.kill(pid, 'SIGTERM');
    await said('It hangs.');
    // As somebody does who presses Ctrl-C until it is over: two that come at once may be one that npm has passed on.
    const again = setInterval(() => process.kill(pid, 'SIGTERM'), 100);
    ended.finally(() => clearInterval(again));
    expect(await ended).toMatchObject({ code: 130 });
    rmSync(folder, { recursive: true });
  });
});
