/** What a command may use of the process: its streams, its environment, the clock, and the signal that asks it to stop. */
import type { Clock } from '../actors/runtime/ports.ts';

export interface Output {
  write(text: string | Uint8Array): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  /** Of a terminal: calls back when it has another size. */
  on?(event: 'resize', listener: () => void): unknown;
  off?(event: 'resize', listener: () => void): unknown;
}

export interface Terminal {
  /** Results. */
  readonly out: Output;
  /** The log, progress and errors. */
  readonly err: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
  /** Calls back with the name of each key that is pressed, until it is stopped. Only on a terminal. */
  readonly readKeys?: (pressed: (key: string) => void) => () => void;
  /** The text on standard input, to its end. */
  readInput(): Promise<string>;
}

/** Colours are for people on a terminal: not for pipes, not with NO_COLOR, always with FORCE_COLOR. */
export function wantsColors(output: Output, env: Terminal['env']): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR && env.FORCE_COLOR !== '0') return true;
  return output.isTTY === true && env.TERM !== 'dumb';
}

/** Whether lines may be drawn over. */
export function isScreen(output: Output, env: Terminal['env']): boolean {
  return output.isTTY === true && env.TERM !== 'dumb';
}
