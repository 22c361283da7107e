/** The log of commands that are not an arena: warnings and errors as lines on standard error. */
import type { Log } from '../actors/runtime/ports.ts';
import { note } from './context.ts';
import type { Terminal } from './terminal.ts';

export function stderrLog(terminal: Terminal): Log {
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: (_fields, message) => note(terminal, message),
    error: (_fields, message) => note(terminal, message),
  };
}
