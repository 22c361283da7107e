/** A real nats-server for tests: where its program is, one process on a free port of 127.0.0.1, and how it is stopped. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

export interface NatsServerOptions {
  /** A free port is chosen when this is left out; give one to bring a server back where it was. */
  readonly port?: number;
  readonly jetstream?: boolean;
  /** Where JetStream keeps its files; a folder that is removed at the end when this is left out. */
  readonly storeDir?: string;
  /** What clients must show to be let in. */
  readonly token?: string;
  /** The largest message that it takes, in bytes; its own default is 1 MiB. */
  readonly payloadMax?: number;
}

export interface NatsServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Ends the process and resolves when it is gone. Does nothing the second time. */
  stop(): Promise<void>;
  /** Resolves when a text has come so often in the server's log. */
  logged(text: string, times: number): Promise<void>;
  /** Resolves when the process stands still; it goes on with `kill('SIGCONT')`. */
  pause(): Promise<void>;
  /** Sends a signal, such as SIGKILL, and does not wait. */
  kill(signal: NodeJS.Signals): void;
}

const startTimeoutMs = 15_000;

/** The path of the nats-server program, or null when there is none on this machine. */
export function findNatsServer(): string | null {
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    '/usr/sbin',
    '/usr/local/sbin',
    '/usr/local/bin',
    '/opt/homebrew/bin',
    join(process.env.GOPATH ?? join(homedir(), 'go'), 'bin'),
  ];
  const names = process.platform === 'win32' ? ['nats-server.exe'] : ['nats-server'];
  for (const folder of folders.filter((each) => each !== '')) {
    for (const name of names) {
      const path = join(folder, name);
      if (existsSync(path) && spawnSync(path, ['--version']).status === 0) return path;
    }
  }
  return null;
}

/** Starts a server and resolves when it takes connections. Throws with the server's own log when it does not start. */
export async function startNatsServer(options: NatsServerOptions = {}): Promise<NatsServer> {
  const program = findNatsServer();
  if (!program) throw new Error('nats-server is missing: install it (https://github.com/nats-io/nats-server/releases)');
  const folder = await mkdtemp(join(tmpdir(), 'arena-nats-'));
  const args = ['-a', '127.0.0.1', '-p', String(options.port ?? -1), '--ports_file_dir', folder];
  if (options.jetstream) args.push('-js', '-sd', options.storeDir ?? join(folder, 'jetstream'));
  if (options.token) args.push('--auth', options.token);
  if (options.payloadMax) {
    const file = join(folder, 'server.conf');
    await writeFile(file, `max_payload: ${options.payloadMax}\n`);
    args.push('-c', file);
  }

  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-100_000);
  });
  const logged = async (text: string, times: number) => {
    while (output.split(text).length <= times) await once(child.stderr, 'data');
  };
  const gone = once(child, 'exit');
  // A test process that is killed in the middle runs no handlers, but its pipes close, and then the server must go too.
  const watchdog = spawn('sh', ['-c', `read -r _; kill -9 ${child.pid}; rm -rf "$0"`, folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });

  const pause = async () => {
    child.kill('SIGSTOP');
    for (let waitedMs = 0; !(await isPaused(child.pid)); waitedMs += 5) {
      if (waitedMs > startTimeoutMs) throw new Error('nats-server cannot be paused');
      await wait(5);
    }
  };

  const stop = async () => {
    watchdog.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) {
      // A server that was paused by a test takes no other signal.
      child.kill('SIGKILL');
      await gone;
    }
    await rm(folder, { recursive: true, force: true });
  };

  const port = await readPort(folder, () => child.exitCode !== null || child.signalCode !== null);
  if (port === null || child.pid === undefined) {
    await stop();
    throw new Error(`nats-server did not start:\n${output}`);
  }
  return {
    url: `nats://127.0.0.1:${port}`,
    port,
    pid: child.pid,
    stop,
    logged,
    pause,
    kill: (signal) => child.kill(signal),
  };
}

/** Small images have no `ps`, and macOS has no /proc. */
async function isPaused(pid: number | undefined): Promise<boolean> {
  if (existsSync('/proc/self/stat')) return / T /.test(await readFile(`/proc/${pid}/stat`, 'utf8'));
  return spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.startsWith('T');
}

/** The server writes its ports file when it listens. */
async function readPort(folder: string, isGone: () => boolean): Promise<number | null> {
  for (let waitedMs = 0; waitedMs < startTimeoutMs && !isGone(); waitedMs += 10) {
    const name = (await readdir(folder)).find((each) => each.endsWith('.ports'));
    const url = name ? firstUrl(await readFile(join(folder, name), 'utf8')) : null;
    if (url) return Number(new URL(url).port);
    await wait(10);
  }
  return null;
}

function firstUrl(portsFile: string): string | null {
  try {
    const ports: { nats?: string[] } = JSON.parse(portsFile);
    return ports.nats?.[0] ?? null;
  } catch {
    return null; // It is still being written.
  }
}
