/** A program as a process of its own that can be killed, stopped and started again, and that never outlives whoever started it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Program {
  /** Starts it when it does not run; resolves when it says that it is ready. */
  start(): Promise<void>;
  /** `kill -9`; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit status when it is gone. */
  end(): Promise<number | null>;
  /** It stands still until `wake`. */
  freeze(): void;
  wake(): void;
  /** What it wrote last, on standard error. */
  output(): string;
}

export interface ProgramOptions {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Is in what it writes once it is ready. */
  readonly ready: string;
}

export function createProgram({ args, env = {}, ready }: ProgramOptions): Program {
  let child: ChildProcess | null = null;
  let output = '';

  async function start(): Promise<void> {
    if (child) return;
    const started = spawn(process.execPath, [...args], {
      env: { PATH: process.env.PATH ?? '', ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child = started;
    // Its pipe closes with this process, however that ends, and then the program has to go too.
    const watchdog = spawn('sh', ['-c', `read -r _; kill -9 ${started.pid}`], { stdio: ['pipe', 'ignore', 'ignore'] });
    const gone = once(started, 'close').then(() => {
      watchdog.kill('SIGKILL');
      if (child === started) child = null;
    });
    const from = output.length;
    started.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    while (!output.includes(ready, from)) {
      if (child !== started) throw new Error(`${args.join(' ')} has ended:\n${output.slice(-4_000)}`);
      await Promise.race([once(started.stderr, 'data'), gone]);
    }
  }

  async function signal(name: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const running = child;
    if (!running) return null;
    const closed = once(running, 'close');
    running.kill('SIGCONT');
    running.kill(name);
    await closed;
    child = null;
    return running.exitCode;
  }

  return {
    start,
    kill: async () => void (await signal('SIGKILL')),
    end: () => signal('SIGTERM'),
    freeze: () => void child?.kill('SIGSTOP'),
    wake: () => void child?.kill('SIGCONT'),
    output: () => output,
  };
}
