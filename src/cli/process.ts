/** The command line as a process: its streams, its signals, its exit. Everything below it can run without one. */
import { flushCompileCache } from 'node:module';
import { text } from 'node:stream/consumers';
import { processClock } from '../process-clock.ts';
import { packageVersion } from '../version.ts';
import { readKeys } from './keyboard.ts';
import { main } from './main.ts';

/** After a signal everything has to be written and closed within this time. */
const drainMs = 9_500;

/** One Ctrl-C can come twice: from the terminal, and from npm, which passes on the one that it gets itself. */
const sameSignalMs = 500;

export async function runProcess(): Promise<void> {
  const stop = new AbortController();
  const beginToStop = () => {
    if (stop.signal.aborted) return;
    // A drain that hangs ends the process.
    setTimeout(() => {
      process.stderr.write('The arena could not stop in time; what was not written is taken up at the next start.\n');
      process.exit(1);
    }, drainMs).unref();
    stop.abort();
  };
  let signalledAt: number | null = null;
  const onSignal = () => {
    // A second signal ends the process at once.
    if (signalledAt !== null && processClock.now() - signalledAt >= sameSignalMs) process.exit(130);
    signalledAt ??= processClock.now();
    beginToStop();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  // From the launcher, where that runs on an older Node: it was told to stop, which may be
  // the signal that has come here too, or it is gone, and who started it knows of no other process.
  // At a second signal it ends this process itself.
  process.on('message', (message) => {
    if (message === 'stop') beginToStop();
  });
  process.on('disconnect', beginToStop);
  process.channel?.unref();
  // It was gone before anybody listened. Without a launcher there is no such field.
  if (process.connected === false) beginToStop();
  // A reader that went away, such as `head`, is no fault: there is nobody left to do anything for.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    stop.abort();
  });
  // Nor is one of the log; what is being done goes on without it.
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

  process.exitCode = await main(process.argv.slice(2), {
    terminal: {
      out: process.stdout,
      err: process.stderr,
      env: process.env,
      clock: processClock,
      signal: stop.signal,
      readInput: () => text(process.stdin),
      ...(process.stdin.isTTY ? { readKeys } : {}),
    },
    version: packageVersion(),
    loadArena: async () => (await import('../app.ts')).createArena,
    keepCompiled: flushCompileCache,
  });
  process.off('SIGINT', onSignal);
  process.off('SIGTERM', onSignal);
}
