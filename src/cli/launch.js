#!/usr/bin/env node
// Starts the command line: checks the version of Node before anything is loaded that an old one cannot read, and goes on under the
// Node that the checkout has installed where the one that was found is too old.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { versionProblem } from './node-version.js';

// One Ctrl-C can come twice: from the terminal, and from npm, which passes on what it gets. As in process.ts, which an old Node cannot read.
const sameSignalMs = 500;
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const problem = versionProblem(process.versions.node);
const ownNode = here(`../../node_modules/node/bin/node${process.platform === 'win32' ? '.exe' : ''}`);

if (problem === null) {
  // What was compiled once is not compiled again at the next start; half a second of it.
  (await import('node:module')).enableCompileCache?.();
  const source = './process.ts';
  const { runProcess } = await import(existsSync(here(source)) ? source : '../../dist/cli/process.js');
  await runProcess();
} else if (existsSync(ownNode)) {
  const child = spawn(ownNode, [here('./launch.js'), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  let signalledAt = null;
  const onSignal = () => {
    // By message, because Ctrl-C in a terminal signals both, and a second signal ends the arena at once.
    if (signalledAt === null) child.send('stop', () => {});
    else if (performance.now() - signalledAt >= sameSignalMs) child.kill('SIGKILL');
    signalledAt ??= performance.now();
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, onSignal);
  child.on('exit', (code) => {
    process.exitCode = code ?? (signalledAt === null ? 1 : 130);
  });
} else {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 2;
}
