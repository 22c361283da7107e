/** The whole arena in this process, as `arena serve` makes it, on a free port; every one that a file starts ends with the file. */

import { type Arena, createArena } from '../../src/app.ts';
import type { Bus } from '../../src/bridge/bus.ts';
import { loadConfig } from '../../src/config.ts';
import { type ContestClient, createContestClient } from '../support/contest-client.ts';
import { atEndOfFile } from '../support/end-of-file.ts';

export interface RunningApp {
  readonly url: string;
  readonly arena: Arena;
  readonly client: ContestClient;
  close(): Promise<void>;
}

export interface AppOptions {
  /** In memory when left out. */
  readonly databaseUrl?: string;
  /** With agents of the test on it; without one, the bundled agents play. */
  readonly bus?: Bus;
  /** More of the configuration. */
  readonly env?: Readonly<Record<string, string>>;
}

const running = new Set<RunningApp>();
atEndOfFile(async () => {
  for (const app of running) await app.close();
});

export async function startApp({ databaseUrl = 'sqlite::memory:', bus, env }: AppOptions = {}): Promise<RunningApp> {
  const config = loadConfig({
    ARENA_DB_URL: databaseUrl,
    ARENA_HTTP_PORT: '0',
    ARENA_AGENTS: 'on',
    ARENA_LOG_LEVEL: 'silent',
    ...env,
  });
  const arena = await createArena(config, bus ? { bus } : {});
  await arena.start();
  if (arena.url === null) throw new Error('the arena does not say where it listens');
  const app: RunningApp = {
    url: arena.url,
    arena,
    client: createContestClient(arena.url),
    close: async () => {
      running.delete(app);
      await arena.close();
    },
  };
  running.add(app);
  return app;
}
