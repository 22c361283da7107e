/** `serve`, `demo` and `rebuild` with an arena whose contests play themselves in memory, over a real HTTP server. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { bundledGames } from '../../src/agents/games/games.ts';
import type { Arena } from '../../src/cli/context.ts';
import { main } from '../../src/cli/main.ts';
import type { ArenaConfig } from '../../src/config.ts';
import { createHttpServer } from '../../src/http/server.ts';
import { createMemoryCatalogue } from '../http/memory-catalogue.ts';
import { createMemoryContests, type MemoryContests } from '../http/memory-contests.ts';
import { noJobs } from '../http/no-jobs.ts';
import { noRecords } from '../http/no-records.ts';
import { memoryLog, realClock } from '../support/clock.ts';
import { player, round } from './documents.ts';
import { type MemoryTerminal, memoryTerminal } from './terminal.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** Starts a contest like the memory port does, and plays it to its end in one round. */
function playing(contests: MemoryContests): MemoryContests {
  const create: MemoryContests['create'] = async (input) => {
    const contest = await contests.create({ ...input, start: false, participants: [] });
    const rounds = [round({ state: 'round_complete', ending_narrative: 'It is over quickly.', players: [player()] })];
    contests.commit(contest.id, { type: 'ended' }, { state: 'complete', end_reason: 'draw', rounds });
    return contest;
  };
  return { ...contests, create };
}

function arenas() {
  const log: string[] = [];
  const configs: ArenaConfig[] = [];
  const createArena = async (config: ArenaConfig): Promise<Arena> => {
    configs.push(config);
    const contests = playing(createMemoryContests());
    const server = await createHttpServer({
      contests,
      jobs: noJobs,
      catalogue: createMemoryCatalogue(),
      records: noRecords,
      verifyParticipant: (id) => contests.verify(id),
      overview: { changedAfter: async (cursor) => ({ cursor, contests: [], removed: [] }) },
      health: { ready: () => ({ ok: true, missing: [] }) },
      log: memoryLog(),
      clock: realClock,
      version: '1.2.3',
    });
    let url: string | null = null;
    return {
      get url() {
        return url;
      },
      contests,
      jobs: noJobs,
      start: async () => {
        url = await server.listen(config.http.host, config.http.port);
        log.push('started');
      },
      close: async () => {
        await server.close();
        log.push('closed');
      },
      reset: async ({ keepModels }) => void log.push(keepModels ? 'reset but for models' : 'reset'),
      rebuild: async () => log.push('rebuilt'),
    };
  };
  return { log, configs, createArena };
}

async function freePort(): Promise<{ port: number; release(): Promise<void> }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  let open = true;
  const release = async () => {
    if (open) await new Promise((resolve) => server.close(resolve));
    open = false;
  };
  cleanups.push(release);
  return { port, release };
}

async function run(args: string[], env: Record<string, string>, stub = arenas(), terminal?: MemoryTerminal) {
  const used = terminal ?? memoryTerminal({ env });
  const status = await main(args, { terminal: used, version: '1.2.3', loadArena: async () => stub.createArena });
  return { status, out: used.stdout(), err: used.stderr(), ...stub };
}

describe('demo', () => {
  it('plays a bundled game once, prints the result and closes the arena', async () => {
    const { status, out, err, log } = await run(['demo', '--once'], { ARENA_HTTP_PORT: '0' });
    expect(err).toMatch(/The arena is at http:\/\/127\.0\.0\.1:\d+ \(API: .*\/docs\)/);
    expect(out).toMatch(/It is over quickly\.[\s\S]*A draw after 1 round/);
    expect([status, log]).toEqual([0, ['started', 'closed']]);
  });

  it('uses a database of its own, unless one is configured', async () => {
    const own = await run(['demo', '--once'], { ARENA_HTTP_PORT: '0' });
    expect(own.configs[0]?.db_url).toMatch(/arena-demo-/);
    const configured = await run(['demo', '--once'], { ARENA_HTTP_PORT: '0', ARENA_DB_URL: 'sqlite:mine.db' });
    expect(configured.configs[0]?.db_url).toBe('sqlite:mine.db');
  });

  it('takes the next port when the configured one is taken', async () => {
    const { port } = await freePort();
    const { status, err } = await run(['demo', '--once'], { ARENA_HTTP_PORT: String(port) });
    expect(status).toBe(0);
    expect(err).not.toContain(`:${port} `);
  });

  it('goes on serving until it is stopped, and says how to launch the same again', async () => {
    const terminal = memoryTerminal({ env: { ARENA_HTTP_PORT: '0' } });
    const demo = run(['demo'], {}, arenas(), terminal);
    await expect.poll(() => terminal.stdout()).toContain('watch latest');
    const [, url = '', body = ''] =
      /curl (\S+) -H 'content-type: application\/json' -d '(.+)'/.exec(terminal.stdout()) ?? [];
    const answer = await fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    expect(answer.status).toBe(200);
    terminal.stop();
    expect(await demo).toMatchObject({ status: 0, log: ['started', 'closed'] });
  });

  it('knows its games by name', async () => {
    for (const { name } of bundledGames) {
      expect((await run(['demo', '--once', '--game', name], { ARENA_HTTP_PORT: '0' })).status).toBe(0);
    }
    const { status, err } = await run(['demo', '--once', '--game', 'chess'], {});
    expect([status, err]).toEqual([2, expect.stringContaining('capture-the-flag')]);
  });

  it('prints the contest as JSON for machines', async () => {
    const { out } = await run(['demo', '--once', '--json'], { ARENA_HTTP_PORT: '0' });
    expect(JSON.parse(out)).toMatchObject({ state: 'complete', end_reason: 'draw' });
  });
});

describe('serve', () => {
  it('runs until it is stopped, then closes the arena and exits with 0', async () => {
    const terminal = memoryTerminal({ env: { ARENA_HTTP_PORT: '0' } });
    const serving = run(['serve', '--only', 'arena'], {}, arenas(), terminal);
    await expect.poll(() => terminal.stderr()).toContain('The arena is at');
    terminal.stop();
    expect(await serving).toMatchObject({ status: 0, log: ['started', 'closed'], configs: [{ agents: 'off' }] });
  });
});

it('resets without serving, and only when it is told twice', async () => {
  expect(await run(['reset'], {})).toMatchObject({ status: 2, log: [], err: expect.stringContaining('--yes') });
  expect((await run(['reset', '--keep-models'], {})).err).toContain('To do it: arena reset --keep-models --yes');
  expect(await run(['reset', '--yes'], {})).toMatchObject({ status: 0, log: ['reset', 'closed'] });
  expect(await run(['reset', '--keep-models', '--yes'], {})).toMatchObject({
    status: 0,
    log: ['reset but for models', 'closed'],
  });
});

it('rebuilds without serving', async () => {
  expect(await run(['rebuild'], {})).toMatchObject({ status: 0, log: ['rebuilt', 'closed'] });
});
