/** Processes of the bench and how they talk: named calls over Node's IPC, and one kind of event. What a call does is its process's. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** What a process can be asked: each name with what it takes and what it gives. */
export type Calls = Readonly<Record<string, (input: never) => unknown>>;

export interface Child<C extends Calls> {
  readonly pid: number;
  call<Name extends keyof C & string>(name: Name, input: Parameters<C[Name]>[0]): Promise<Awaited<ReturnType<C[Name]>>>;
  onEvent(callback: (event: unknown) => void): void;
  /** Ends the process and resolves when it is gone. SIGTERM lets it close what it has open. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

interface Asked {
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
}

type Told =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string }
  | { readonly event: unknown };

/** Starts a process of this folder and resolves when it serves calls. */
export async function startChild<C extends Calls>(
  file: string,
  options: { args?: readonly string[]; nodeArgs?: readonly string[] } = {},
): Promise<Child<C>> {
  const child = fork(new URL(file, import.meta.url), options.args ?? [], {
    execArgv: [...(options.nodeArgs ?? [])],
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  const listeners: ((event: unknown) => void)[] = [];
  let lastId = 0;
  const ready = Promise.withResolvers<void>();
  const gone = once(child, 'exit').then(([code, signal]) => {
    const error = new Error(`${file} has ended (${signal ?? `status ${code}`})`);
    ready.reject(error);
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  });
  child.on('message', (told: Told | 'serving') => {
    if (told === 'serving') return ready.resolve();
    if ('event' in told) {
      for (const listener of listeners) listener(told.event);
      return;
    }
    const waiter = waiting.get(told.id);
    waiting.delete(told.id);
    if ('error' in told) waiter?.reject(new Error(`${file}: ${told.error}`));
    else waiter?.resolve(told.result);
  });
  await ready.promise;
  return {
    pid: pidOf(child),
    call: (name, input) =>
      new Promise((resolve, reject) => {
        lastId += 1;
        waiting.set(lastId, { resolve: resolve as (result: unknown) => void, reject });
        child.send({ id: lastId, name, input } satisfies Asked);
      }),
    onEvent: (callback) => void listeners.push(callback),
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      await gone;
    },
  };
}

/** Serves calls in a process that was started by `startChild`. `close` runs at SIGTERM and when the parent is gone. */
export function serveCalls<C extends Calls>(calls: C, close: () => Promise<void>): void {
  process.on('message', async ({ id, name, input }: Asked) => {
    try {
      const call = calls[name];
      if (!call) throw new Error(`there is no call ${name}`);
      tell({ id, result: await call(input as never) });
    } catch (error) {
      tell({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
  const end = () => void close().finally(() => process.exit(0));
  process.once('SIGTERM', end);
  process.once('disconnect', end);
  process.send?.('serving');
}

/** Tells the parent of something that it did not ask for. */
export function sendEvent(event: unknown): void {
  tell({ event });
}

function tell(told: Told): void {
  if (process.connected) process.send?.(told);
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('a process has no id');
  return child.pid;
}
