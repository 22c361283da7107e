/** `arena serve`, `arena rebuild` and `arena reset`: the arena in this process. */
import { messageOf } from '../../protocol/errors.ts';
import { type Context, note, printJson, type Status } from '../context.ts';
import type { InvocationOf } from '../invocation.ts';
import { aborted } from '../pause.ts';

/** Runs until the process is asked to stop, and drains. */
export async function runServe(invocation: InvocationOf<'serve'>, context: Context): Promise<Status> {
  const { terminal } = context;
  const { only } = invocation;
  const config = context.config();
  const createArena = await context.loadArena();
  const lost = new AbortController();
  const arena = await createArena(only ? { ...config, agents: only === 'arena' ? 'off' : 'on' } : config, {
    ...(only === 'agents' ? { only } : {}),
    waitForOwnership: true,
    stopWaiting: terminal.signal,
    onLost: () => lost.abort(),
  }).catch((error: unknown) => {
    if (!terminal.signal.aborted) throw error;
    note(terminal, `Stopped before it could begin: ${messageOf(error)}.`);
    return null;
  });
  if (!arena) return 0;
  try {
    await arena.start();
    context.keepCompiled();
    note(
      terminal,
      `${only === 'agents' ? 'The host of agents' : 'The arena'} is at ${arena.url}; its API is described at ${arena.url}/docs`,
    );
    await aborted(AbortSignal.any([terminal.signal, lost.signal]));
    if (!lost.signal.aborted)
      note(terminal, 'Stopping, once what is being written is kept; a second signal ends it at once.');
  } finally {
    await arena.close();
  }
  if (lost.signal.aborted) note(terminal, 'Another process has taken over the database; this one has stopped.');
  return lost.signal.aborted ? 1 : 0;
}

export async function runRebuild(invocation: InvocationOf<'rebuild'>, context: Context): Promise<Status> {
  const createArena = await context.loadArena();
  const arena = await createArena(context.config());
  try {
    await arena.rebuild();
  } finally {
    await arena.close();
  }
  if (invocation.json) printJson(context.terminal, { success: true });
  else note(context.terminal, 'The tables were made anew from the journal.');
  return 0;
}

/** Only when the database is nobody's at the moment, and only when it was asked for twice. */
export async function runReset(invocation: InvocationOf<'reset'>, context: Context): Promise<Status> {
  const config = context.config();
  const { keepModels } = invocation;
  const what = keepModels ? 'everything but models, their prices and evaluations' : 'everything';
  if (!invocation.yes) {
    const same = keepModels ? 'arena reset --keep-models' : 'arena reset';
    note(context.terminal, `This would delete ${what} in ${config.db_url}. To do it: ${same} --yes`);
    return 2;
  }
  const createArena = await context.loadArena();
  const arena = await createArena(config);
  try {
    await arena.reset({ keepModels });
  } finally {
    await arena.close();
  }
  if (invocation.json) printJson(context.terminal, { success: true });
  else note(context.terminal, `Deleted ${what} in ${config.db_url}.`);
  return 0;
}
