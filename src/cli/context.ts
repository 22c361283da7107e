/** What the commands share: the terminal, the configuration, a client of the arena, and how results are printed. */
import type { ArenaOptions, Arena as WholeArena } from '../app.ts';
import type { ArenaConfig } from '../config.ts';
import type { Json } from '../protocol/json.ts';
import type { HttpClient } from './http-client.ts';
import type { Terminal } from './terminal.ts';

/** The arena in this process, as far as commands need it. */
export type Arena = Pick<WholeArena, 'url' | 'contests' | 'jobs' | 'start' | 'close' | 'rebuild' | 'reset'>;
type CreateArena = (config: ArenaConfig, options?: ArenaOptions) => Promise<Arena>;

export interface Context {
  readonly terminal: Terminal;
  readonly version: string;
  /** Throws `ConfigError`. Read only by commands that need it. */
  config(): ArenaConfig;
  /** The arena at `--url`, else at the configured host and port. */
  client(url: string | undefined): HttpClient;
  /** Loaded only when an arena is to run in this process, since the rest of the commands start faster without it. */
  loadArena(): Promise<CreateArena>;
  /** Keeps what was compiled until now for the next start. At its end the process does so by itself, but not when it is killed. */
  keepCompiled(): void;
}

/** Exit status: 0 done, 1 it failed, 2 wrong usage. */
export type Status = 0 | 1 | 2;

/** The arguments were well formed but make no sense, such as a file that is not there. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export function printJson(terminal: Terminal, value: Json | object): void {
  terminal.out.write(`${JSON.stringify(value, null, 2)}\n`);
}

export function printLine(terminal: Terminal, text: string): void {
  terminal.out.write(`${text}\n`);
}

/** For people, beside the results. */
export function note(terminal: Terminal, text: string): void {
  terminal.err.write(`${text}\n`);
}
