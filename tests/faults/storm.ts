/**
 * Contests over a real nats-server while arena, agents and server are killed, stopped and restarted at random; then everything is
 * whole again and every contest must end. What came of it is compared by `comparison.ts`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { drawFraction, drawIndex } from '../../src/protocol/random.ts';
import { smallContest } from '../support/contest-input.ts';
import { type NatsServer, startNatsServer } from '../support/nats-server.ts';
import { compare, type Outcome } from './comparison.ts';
import { createProgram, type Program } from './processes.ts';

export interface StormOptions {
  readonly seconds: number;
  readonly seed: number;
  readonly say: (line: string) => void;
}

const launchEveryMs = 1_000;
const launchedMax = 300;
const healMs = 120_000;
const pauseMs = { min: 200, max: 2_500 };
const frozenMs = { min: 200, max: 4_000 };

export async function storm({ seconds, seed, say }: StormOptions): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'arena-faults-'));
  const asked = join(folder, 'asked.jsonl');
  const [httpPort, natsPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${httpPort}`;
  const jetstream = drawFraction(seed, 'jetstream') < 0.5;
  const startServer = () => startNatsServer({ port: natsPort, jetstream, storeDir: join(folder, 'jetstream') });
  let server: NatsServer = await startServer();
  const arena = createProgram({
    args: [join(import.meta.dirname, '../../src/cli/launch.js'), 'serve'],
    env: {
      ARENA_DB_URL: `sqlite:${join(folder, 'arena.db')}`,
      ARENA_HTTP_PORT: String(httpPort),
      ARENA_NATS_URL: server.url,
      ARENA_AGENTS: 'off',
      ARENA_LOG_LEVEL: 'warn',
    },
    ready: '/docs',
  });
  const agents = createProgram({
    args: [join(import.meta.dirname, 'agents-process.ts'), server.url, asked, String(seed)],
    ready: 'the agents listen',
  });
  await Promise.all([arena.start(), agents.start()]);
  const end = performance.now() + seconds * 1_000;
  const launched: string[] = [];
  let faults = 0;

  async function call(method: string, path: string, body?: object): Promise<unknown> {
    const sent = body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {};
    const response = await fetch(url + path, { method, signal: AbortSignal.timeout(5_000), ...sent });
    if (response.ok) return response.json();
    throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  }

  /** Asks for each contest until it is there: a launch that was cut off may have been kept. */
  async function launch(): Promise<void> {
    for (let number = 0; performance.now() < end && number < launchedMax; number += 1) {
      const id = `storm-of-${seed}-number-${number}`;
      launched.push(id);
      const body = { id, ...smallContest({ max_rounds: 3, seed: seed + number, ...limits }) };
      while (!(await isThere(id))) await call('POST', '/api/contest', body).catch(() => wait(300));
      await wait(launchEveryMs);
    }
  }

  async function isThere(id: string): Promise<boolean> {
    return call('GET', `/api/contest/${id}`).then(
      () => true,
      () => false,
    );
  }

  /** One fault after the other, each drawn by its number. */
  async function blow(): Promise<void> {
    while (performance.now() < end) {
      faults += 1;
      const between = (range: { min: number; max: number }, name: string) =>
        range.min + drawIndex(range.max - range.min, seed, name, faults);
      await wait(between(pauseMs, 'pause'));
      const names = Object.keys(kinds);
      const name = names[drawIndex(names.length, seed, 'kind', faults)] ?? '';
      say(`${faults}: ${name}`);
      await kinds[name]?.(between(frozenMs, 'frozen'));
    }
  }

  const kinds: Readonly<Record<string, (ms: number) => Promise<void>>> = {
    'the arena is killed': async () => {
      await arena.kill();
      await arena.start();
    },
    'the arena is ended and started': async () => {
      const status = await arena.end();
      if (status !== 0) throw new Error(`the arena ended with ${status}:\n${arena.output().slice(-4_000)}`);
      await arena.start();
    },
    'the arena stands still': (ms) => frozen(arena, ms),
    'the agents are killed': async () => {
      await agents.kill();
      await agents.start();
    },
    'the agents stand still': (ms) => frozen(agents, ms),
    'the NATS server is killed': async (ms) => {
      await server.stop();
      await wait(ms);
      server = await startServer();
    },
    'the NATS server stands still': async (ms) => {
      await server.pause();
      await wait(ms);
      server.kill('SIGCONT');
    },
    'arena and agents are killed at once': async () => {
      await Promise.all([arena.kill(), agents.kill()]);
      await Promise.all([arena.start(), agents.start()]);
    },
  };

  /** Everything runs again; whoever rests in a failure is told to try again, as somebody who watches it would. */
  async function heal(): Promise<void> {
    const until = performance.now() + healMs;
    let open: readonly string[] = launched;
    while (open.length > 0 && performance.now() < until) {
      const states = await Promise.all(open.map(stateOf));
      await Promise.all(
        open
          .filter((_, index) => states[index] === 'fail')
          .map((id) => call('POST', `/api/contest/${id}/retry`).catch(() => null)),
      );
      open = open.filter((_, index) => states[index] !== 'complete');
      if (open.length > 0) await wait(500);
    }
  }

  async function stateOf(id: string): Promise<string> {
    const contest = (await call('GET', `/api/contest/${id}`).catch(() => null)) as { state: string } | null;
    return contest?.state ?? 'unknown';
  }

  try {
    await Promise.all([launch(), blow()]);
    say(
      `${faults} faults; ${launched.length} contests; ${jetstream ? 'with' : 'without'} JetStream; all is whole again`,
    );
    await heal();
    const outcome = await compare({ contests: launched, faults, asked, call });
    if (outcome.problems.length > 0) say(arena.output().slice(-4_000));
    return outcome;
  } finally {
    await arena.end();
    await agents.kill();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const limits = { response_timeout_ms: 3_000, health_timeout_ms: 3_000, max_attempts: 5, max_faults: 1_000 };

async function frozen(program: Program, ms: number): Promise<void> {
  program.freeze();
  await wait(ms);
  program.wake();
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('there is no free port');
  return address.port;
}
