/** `arena agent run --openai`: a chat endpoint becomes a participant, over a real nats-server, also when the model misbehaves. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { type RunningApp, startApp } from '../app/running-app.ts';
import { smallContest } from '../support/contest-input.ts';
import { type ModelServer, startModelServer } from '../support/model-server.ts';
import { type NatsServer, startNatsServer } from '../support/nats-server.ts';
import { type MemoryTerminal, memoryTerminal } from './terminal.ts';

let nats: NatsServer;
let app: RunningApp;
let models: ModelServer;
const running: { terminal: MemoryTerminal; ended: Promise<number> }[] = [];
beforeAll(async () => {
  nats = await startNatsServer();
  models = await startModelServer({ slowMs: 1_500 });
  app = await startApp({ env: { ARENA_NATS_URL: nats.url } });
});
afterAll(async () => {
  for (const { terminal } of running) terminal.stop();
  expect(await Promise.all(running.map(({ ended }) => ended))).toEqual(running.map(() => 0));
  await app.close();
  await models.stop();
  await nats.stop();
});

function start(args: string[], env: Record<string, string> = {}) {
  const terminal = memoryTerminal({ env: { ARENA_NATS_URL: nats.url, ARENA_URL: app.url, ...env } });
  const loadArena = () => Promise.reject(new Error('no arena here'));
  return { terminal, ended: main(['agent', 'run', ...args], { terminal, version: '1.2.3', loadArena }) };
}

/** Starts an agent of a role and resolves with the id of the participant that was made for it. */
async function joined(role: string, model: string | null, ...more: string[]): Promise<string> {
  const named = model === null ? [] : ['--model', model];
  const one = start(['--openai', models.url, '--role', role, ...named, ...more]);
  running.push(one);
  await expect.poll(() => one.terminal.stderr()).toContain('answers for');
  return /answers for (\S+) at/.exec(one.terminal.stderr())?.[1] ?? '';
}

const official = { judge: 'script:referee', announcer: 'script:announcer', arena: 'script:feature-maker' };

/** A contest in which two seats are from outside, and the officials bundled. */
async function playWith(players: readonly string[], change: object = {}) {
  const participants = Object.entries(official).map(([role, model]) => ({ name: role, role, agent: { model } }));
  const { id } = await app.client.create(smallContest({ participant_ids: players, participants, ...change }));
  return app.client.reach(id, 'complete');
}

it('plays every role with nothing but a URL', async () => {
  const ids = await Promise.all(['player', 'player', 'judge', 'announcer', 'arena'].map((role) => joined(role, null)));
  const { id } = await app.client.create(
    smallContest({ participants: undefined, participant_ids: ids, max_rounds: 5 }),
  );
  const contest = await app.client.reach(id, 'complete');
  // The first model that the server lists, which names a winner in the third round.
  expect([contest.end_reason, contest.winner_id !== null]).toEqual(['winner_named', true]);
  expect(contest.rounds.flatMap(({ players }) => players.flatMap(({ faults }) => faults))).toEqual([]);
  expect(contest.rounds[0]?.players.map(({ action }) => action?.action)).toEqual(['look around', 'look around']);
  expect(contest.rounds[0]?.stats.metrics).toMatchObject({ input_tokens: expect.any(Number) });
});

describe('a player whose model', () => {
  it.each(['limited-once', 'busy-once', 'broken-once', 'cut-once', 'garbled-once', 'shapeless-once'])(
    'is %s still gets its answer across, without a fault',
    async (model) => {
      const ids = [await joined('player', model), await joined('player', 'good')];
      const contest = await playWith(ids, { max_rounds: 1 });
      expect(contest.rounds[0]?.players.map(({ action, faults }) => [action?.action, faults])).toEqual([
        ['look around', []],
        ['look around', []],
      ]);
    },
  );

  it('is at an address where nobody listens is told at once', async () => {
    const { terminal, ended } = start(['--openai', 'http://127.0.0.1:2/v1', '--role', 'player']);
    expect(await ended).toBe(2);
    expect(terminal.stderr()).toBe('http://127.0.0.1:2/v1/models cannot be reached: is its server running?\n');
  });

  it('takes longer than the time for an answer is asked again until it is done', async () => {
    const ids = [await joined('player', 'slow'), await joined('player', 'good')];
    const contest = await playWith(ids, { max_rounds: 1, response_timeout_ms: 1_000 });
    expect(contest.rounds[0]?.players[0]).toMatchObject({ action: { action: 'look around' }, faults: [] });
  });

  it.each([
    ['refusing', 'unparsable'],
    ['empty', 'empty'],
    ['denied', 'refused'],
    ['missing', 'refused'],
  ])('is %s ends as the fault %s, and the contest goes on', async (model, fault) => {
    const ids = [await joined('player', model), await joined('player', 'good')];
    const contest = await playWith(ids, { max_rounds: 1, max_attempts: 2 });
    const [player, other] = contest.rounds[0]?.players ?? [];
    expect(player?.action?.action).toBe('none');
    expect(player?.faults.map(({ kind }) => kind)).toEqual([fault, fault]);
    expect(other?.faults).toEqual([]);
  });
});
