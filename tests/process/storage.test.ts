/** A database that takes nothing for a while: commands are refused, nothing is half kept, and contests go on when it is over. */
import { spawnSync } from 'node:child_process';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ArenaProcess, freshDatabase, startArena } from '../support/arena-process.ts';
import { createContestClient } from '../support/contest-client.ts';
import { smallContest } from '../support/contest-input.ts';
import { type NatsAgents, startNatsAgents, wellBehaved } from '../support/nats-agents.ts';
import { type NatsServer, startNatsServer } from '../support/nats-server.ts';

let nats: NatsServer;
let agents: NatsAgents;
beforeAll(async () => {
  nats = await startNatsServer();
  agents = await startNatsAgents(nats.url);
});
afterAll(async () => {
  await agents.close();
  await nats.stop();
});

type Trouble = (arena: ArenaProcess, path: string) => () => void;

/** Another program holds the lock for writing, from when the arena has written what it was at. */
const locked: Trouble = (_arena, path) => {
  const other = new DatabaseSync(path, { timeout: 60_000 });
  other.exec('begin immediate');
  return () => other.close();
};

/** No file of the process may grow, which is what a full disk looks like from inside. */
const full: Trouble = ({ pid }) => {
  const limit = (soft: string) => {
    const { status, stderr } = spawnSync('prlimit', ['--pid', String(pid), `--fsize=${soft}:unlimited`]);
    if (status !== 0) throw new Error(`prlimit failed: ${stderr}`);
  };
  limit('1');
  return () => limit('unlimited');
};

const troubles: [string, Trouble, RegExp][] = [['is locked by another program', locked, /locked/]];
// Only Linux can take the room from a process that runs.
if (process.platform === 'linux') troubles.push(['has no room', full, /disk/]);

it.each(troubles)(
  'refuses commands while the database %s, says so once, and goes on when it is over',
  async (_name, begin, reason) => {
    const reached = Promise.withResolvers<void>();
    const proceed = Promise.withResolvers<void>();
    agents.follow(async (asked) => {
      if (asked.command === 'judge_apply_effects' && asked.round_no === 0) {
        reached.resolve();
        await proceed.promise;
      }
      return wellBehaved(asked);
    });
    const database = await freshDatabase();
    const arena = await startArena({ ARENA_DB_URL: database, ARENA_NATS_URL: nats.url, ARENA_LOG_LEVEL: 'debug' });
    const client = createContestClient(arena.url);
    const { id } = await client.create(smallContest());
    await reached.promise;
    const before = await client.entries(id);

    const end = begin(arena, database.slice('sqlite:'.length));
    for (const [method, path, body] of [
      ['POST', '/api/contest', smallContest()],
      ['POST', '/api/participant', { name: 'Kit', role: 'player' }],
      ['POST', `/api/contest/${id}/pause`, undefined],
    ] as const) {
      const answer = await client.send(method, path, body);
      expect({ path, status: answer.status, type: answer.type }).toEqual({
        path,
        status: 503,
        type: expect.stringContaining('application/problem+json'),
      });
    }
    for (const path of ['/api/contest', `/api/job?contest_id=${id}`, '/api/participant', '/api/contest/overview'])
      expect({ path, status: (await client.send('GET', path)).status }).toEqual({ path, status: 200 });
    const notReady = await client.send('GET', '/readyz');
    expect(notReady.status).toBe(503);
    expect(notReady.body).toMatchObject({ detail: expect.stringMatching(reason) });
    // The answer comes while it cannot be kept.
    const asked = agents.asked.filter(({ contest_id }) => contest_id === id).length;
    proceed.resolve();
    await arena.wrote('a root failed and is brought back from the journal');
    expect(await client.entries(id)).toEqual(before);
    end();

    const contest = await client.reach(id, 'complete');
    expect(contest.paused).toBe(false);
    const entries = await client.entries(id);
    expect(entries.map(({ position }) => position)).toEqual(entries.map((_, index) => index + 1));
    expect(entries.slice(0, before.length)).toEqual(before);
    expect(contest.rounds.flatMap(({ players }) => players.flatMap(({ faults }) => faults))).toEqual([]);
    // What was on record by then was not asked for again.
    const later = agents.asked.filter(({ contest_id }) => contest_id === id).slice(asked);
    expect(later.filter(({ command, round_no }) => round_no === 0 && command.startsWith('player'))).toEqual([]);
    expect((await client.send('GET', '/api/contest')).body).toHaveLength(1);
    expect((await client.send('GET', '/api/participant')).body).toHaveLength(5);
    expect((await client.send('POST', '/api/participant', { name: 'Kit', role: 'player' })).status).toBe(200);
    expect((await client.send('GET', '/readyz')).status).toBe(200);
    expect(arena.output().match(/"msg":"the database takes nothing/g)).toHaveLength(1);
    expect(arena.output().match(/"msg":"the database takes what is written again/g)).toHaveLength(1);
    expect(arena.output()).not.toMatch(/"level":[45]0.*"msg":"(a root failed|the lease)/);
    expect(await arena.stop()).toBe(0);
  },
);
