/** The command line: parses, has the command carried out, and gives its exit status. */
import type { Context, Status } from './context.ts';
import { parse } from './parse.ts';
import type { Terminal } from './terminal.ts';

export interface MainOptions {
  terminal: Terminal;
  version: string;
  loadArena: Context['loadArena'];
  keepCompiled?: Context['keepCompiled'];
}

/** Resolves with the exit status: 0 done, 1 it failed, 2 wrong usage. */
export async function main(args: readonly string[], options: MainOptions): Promise<Status> {
  const { terminal, version } = options;
  const invocation = parse(args, {
    version,
    writeOut: (text) => terminal.out.write(text),
    writeErr: (text) => terminal.err.write(text),
  });
  if (invocation.command === null) return invocation.status;
  // Help, and wrong usage, need nothing of it.
  const { carryOut } = await import('./carry-out.ts');
  return carryOut(invocation, options);
}
