/**
 * Runs once before all tests: makes sure that the programs are there which tests run against, and never skips in silence; and that
 * the control panel is built from the sources that are here.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { findChromium } from './browser.ts';
import { findNatsServer } from './nats-server.ts';

interface Program {
  readonly isThere: () => boolean;
  /** Its package on Debian. */
  readonly package: string;
  readonly missing: string;
}

const programs: readonly Program[] = [
  {
    isThere: () => findNatsServer() !== null,
    package: 'nats-server',
    missing:
      'nats-server is missing and the tests need it: install it from https://github.com/nats-io/nats-server/releases (macOS: brew install nats-server) and put it in PATH',
  },
  {
    isThere: () => findChromium() !== null,
    package: 'chromium',
    missing:
      'chromium is missing and the tests of the control panel need it: install Chromium or Chrome and put it in PATH, or name its program in CHROMIUM',
  },
  {
    isThere: () => spawnSync('python3', ['--version']).status === 0,
    package: 'python3',
    missing:
      'python3 is missing and the test of the README needs it: install it from https://www.python.org and put it in PATH',
  },
  {
    isThere: () => spawnSync('curl', ['--version']).status === 0,
    package: 'curl',
    missing: 'curl is missing and the test of the README needs it: install it and put it in PATH',
  },
];

export default async function setup(): Promise<void> {
  const absent = programs.filter((program) => !program.isThere());
  if (absent.length > 0 && existsSync('/etc/debian_version')) installOnDebian(absent.map((program) => program.package));
  const stillAbsent = absent.find((program) => !program.isThere());
  if (stillAbsent) throw new Error(stillAbsent.missing);
  if (!isPanelBuilt()) await build({ configFile: join(project, 'vite.config.ts') });
}

const project = join(import.meta.dirname, '../..');

/** Whether the built panel is newer than everything that it is made of. */
function isPanelBuilt(): boolean {
  const changedAt = (file: string) => statSync(join(project, file)).mtimeMs;
  const page = 'dist/web/index.html';
  if (!existsSync(join(project, page))) return false;
  const sources = globSync(['src/{web,client,protocol}/**/*.*', 'src/agents/games/*.ts', 'vite.config.ts'], {
    cwd: project,
  });
  return sources.every((file) => changedAt(file) < changedAt(page));
}

function installOnDebian(packages: readonly string[]): void {
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const commands = [
    ['apt-get', 'update'],
    ['apt-get', 'install', '-y', ...packages],
  ];
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const command of commands) {
    const [program = '', ...args] = [...asRoot, ...command];
    if (spawnSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'], env: environment }).status !== 0) return;
  }
}
