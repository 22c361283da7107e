/** The arena as a process of its own: started as a user would, watched by what it writes, stopped by its pid in any way. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEndOfFile } from './end-of-file.ts';

export interface ArenaProcess {
  readonly pid: number;
  /** What it has written on standard error so far: its log, and what it says to people. */
  output(): string;
  /** Resolves when a text is in the output at or after an index; rejects with the output when the process ends without. */
  wrote(text: string, from?: number): Promise<void>;
  /** Where it listens, once it does: contests are brought back by then. */
  listening(): Promise<string>;
  signal(signal: NodeJS.Signals): void;
  /** `kill -9`, and resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit status, null after a signal. Does nothing when it is gone already. */
  stop(): Promise<number | null>;
  /** Resolves with the exit status when it ends by itself. */
  exited(): Promise<number | null>;
}

export interface RunningArena extends ArenaProcess {
  readonly url: string;
}

const launcher = join(import.meta.dirname, '../../src/cli/launch.js');

/** Every arena and folder of a test file ends with it, whatever became of its tests. */
const running = new Set<ArenaProcess>();
const folders: string[] = [];
atEndOfFile(async () => {
  await Promise.all([...running].map((arena) => arena.kill()));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

/** The URL of a database that does not exist yet, in a folder that is removed at the end. */
export async function freshDatabase(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'arena-process-'));
  folders.push(folder);
  return `sqlite:${join(folder, 'arena.db')}`;
}

/** Starts `arena serve` without waiting for it. `env` holds the configuration; nothing of this process's own is passed on. */
export function spawnArena(env: Readonly<Record<string, string>>, args: readonly string[] = []): ArenaProcess {
  const child = spawn(process.execPath, [launcher, 'serve', ...args], {
    env: { PATH: process.env.PATH ?? '', ARENA_HTTP_PORT: '0', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (child.pid === undefined) throw new Error('the arena could not be started');
  const { pid } = child;
  // A test process that is killed in the middle runs no handlers, but its pipes close, and then the arena must go too.
  const watchdog = spawn('sh', ['-c', `read -r _; kill -9 ${pid}`], { stdio: ['pipe', 'ignore', 'ignore'] });
  const gone = once(child, 'close').then(() => watchdog.kill('SIGKILL'));
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const isGone = () => child.exitCode !== null || child.signalCode !== null;

  const wrote = async (text: string, from = 0) => {
    while (!output.includes(text, from)) {
      if (isGone()) throw new Error(`the arena ended without saying ${JSON.stringify(text)}:\n${output}`);
      await Promise.race([once(child.stderr, 'data'), gone]);
    }
  };
  const ended = async () => {
    await gone;
    running.delete(arena);
    return child.exitCode;
  };

  const arena: ArenaProcess = {
    pid,
    output: () => output,
    wrote,
    listening: async () => {
      await wrote('/docs');
      const url = /The (?:arena|host of agents) is at (\S+?);/.exec(output)?.[1];
      if (!url) throw new Error(`the arena does not say where it is:\n${output}`);
      return url;
    },
    signal: (signal) => void child.kill(signal),
    kill: async () => {
      if (!isGone()) child.kill('SIGKILL');
      await ended();
    },
    stop: () => {
      if (!isGone()) child.kill('SIGTERM');
      return ended();
    },
    exited: ended,
  };
  running.add(arena);
  return arena;
}

/** Starts the arena and resolves when it listens and has brought its contests back. */
export async function startArena(env: Readonly<Record<string, string>>): Promise<RunningArena> {
  const arena = spawnArena(env);
  const url = await arena.listening();
  return { ...arena, url };
}
