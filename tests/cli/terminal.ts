/** A terminal that keeps what is written to it. */
import type { Terminal } from '../../src/cli/terminal.ts';
import { realClock } from '../support/clock.ts';

export interface MemoryTerminal extends Terminal {
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly stop: () => void;
}

export function memoryTerminal(options: { env?: Record<string, string>; input?: string } = {}): MemoryTerminal {
  const stopping = new AbortController();
  let out = '';
  let err = '';
  return {
    out: { write: (text) => (out += text) },
    err: { write: (text) => (err += text) },
    env: options.env ?? {},
    clock: realClock,
    signal: stopping.signal,
    readInput: async () => options.input ?? '',
    stdout: () => out,
    stderr: () => err,
    stop: () => stopping.abort(),
  };
}
