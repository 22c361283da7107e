/** Runs once before all tests: makes sure that there is a nats-server, since tests of the bus run against the real one. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findNatsServer } from './nats-server.ts';

const missing =
  'nats-server is missing and the tests need it: install it from https://github.com/nats-io/nats-server/releases (macOS: brew install nats-server) and put it in PATH';

export default function setup(): void {
  if (findNatsServer()) return;
  if (!existsSync('/etc/debian_version') || !installOnDebian() || !findNatsServer()) throw new Error(missing);
}

function installOnDebian(): boolean {
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  return [
    ['apt-get', 'update'],
    ['apt-get', 'install', '-y', 'nats-server'],
  ].every((command) => {
    const [program = '', ...args] = [...asRoot, ...command];
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    return spawnSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'], env: environment }).status === 0;
  });
}
