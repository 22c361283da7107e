/** Contests in which one player's model misbehaves in every way: it ends as a retry or as a fault on record, and nothing hangs. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ContestDocument } from '../../src/protocol/contest.ts';
import { smallContest } from '../support/contest-input.ts';
import { type Misbehaviour, type ModelServer, startModelServer } from '../support/model-server.ts';
import { type ModelApp, startModelApp } from './model-app.ts';

let server: ModelServer;
let app: ModelApp;
beforeAll(async () => {
  server = await startModelServer();
  // Long enough for every model but the silent one, however busy the machine is.
  app = await startModelApp(server, { generations: { timeout_ms: 3_000, tries_max: 2 } });
});
afterAll(() => server.stop());

/** What is put down of one that misbehaves whenever it is asked: at the generation, and at the player by the arena. */
const lasting: readonly [Misbehaviour, string, string][] = [
  ['silent', 'timeout', 'refused'],
  ['endless', 'too_large', 'refused'],
  ['limited', 'refused', 'refused'],
  ['busy', 'refused', 'refused'],
  ['broken', 'refused', 'refused'],
  ['cut', 'truncated', 'refused'],
  ['denied', 'refused', 'refused'],
  ['forbidden', 'refused', 'refused'],
  ['missing', 'refused', 'refused'],
  ['objecting', 'refused', 'refused'],
  ['garbled', 'truncated', 'truncated'],
  ['cut-short', 'truncated', 'truncated'],
  ['empty', 'empty', 'empty'],
  ['refusing', 'unparsable', 'unparsable'],
  ['shapeless', 'invalid', 'invalid'],
];

async function play(model: string, maxRounds = 6): Promise<ContestDocument> {
  const participants = [
    { name: 'Odd', role: 'player', agent: { model } },
    { name: 'Even', role: 'player', agent: { model: 'good' } },
    { name: 'Jo', role: 'judge', agent: { model: 'good' } },
    { name: 'Al', role: 'announcer', agent: {} },
  ];
  const arena = { ...(smallContest() as { arena: object }).arena, max_random_features: 0 };
  const settings = { arena, participants, max_rounds: maxRounds, max_attempts: 1, max_faults: 10 };
  return app.client.reach((await app.client.create(smallContest(settings))).id, 'complete');
}

describe.concurrent('a model that misbehaves whenever it is asked', () => {
  test.each(lasting)('%s', async (model, atGeneration, atPlayer) => {
    const contest = await play(model, model === 'silent' ? 1 : 6);
    const odd = contest.participants[0];
    const generations = await app.generations(`?contest_id=${contest.id}&participant_id=${odd?.id}`);
    expect(generations.length).toBe(contest.rounds.length);
    for (const generation of generations) {
      expect(generation).toMatchObject({ state: 'fail', model, attempt: 1 });
      expect(generation.faults.map(({ kind }) => kind)).toContain(atGeneration);
    }
    const faults = contest.rounds.flatMap(({ players }) => players.find(({ id }) => id === odd?.id)?.faults ?? []);
    expect(faults.map(({ kind }) => kind)).toEqual(contest.rounds.map(() => atPlayer));
    // What a provider does is not the player's doing; what its model says is.
    const isProviders = atPlayer === 'refused' && atGeneration !== 'too_large';
    expect(new Set(faults.map(({ whose }) => whose))).toEqual(new Set([isProviders ? 'provider' : 'agent']));
    expect(contest.rounds.every(({ players }) => players[1]?.action?.action === 'look around')).toBe(true);
  });
});

describe.concurrent('a model that misbehaves at the first call for each prompt', () => {
  test.each(lasting)('%s', async (misbehaviour, atGeneration) => {
    const model = `${misbehaviour}-once`;
    const contest = await play(model);
    const odd = contest.participants[0];
    const generations = await app.generations(`?contest_id=${contest.id}&participant_id=${odd?.id}`);
    const passes = !['endless', 'denied', 'forbidden', 'missing', 'objecting'].includes(misbehaviour);
    expect(generations.map(({ state }) => state)).toEqual(contest.rounds.map(() => (passes ? 'complete' : 'fail')));
    for (const { faults, tries } of generations) {
      expect(faults.map(({ kind }) => kind)).toEqual([atGeneration]);
      expect(tries).toBe(passes ? 2 : 1);
    }
    if (!passes) return;
    expect(odd?.faults_count).toBe(0);
    expect(contest.winner_id).toBe(odd?.id);
  });
});

test('models of all players that fail by their provider fail the round, and a retry asks the players again', async () => {
  const player = (name: string) => ({ name, role: 'player', agent: { model: 'denied-once' } });
  const participants = [
    player('Odd'),
    player('Even'),
    { name: 'Jo', role: 'judge', agent: { model: 'good' } },
    { name: 'Al', role: 'announcer', agent: {} },
  ];
  const arena = { ...(smallContest() as { arena: object }).arena, max_random_features: 0 };
  const { id } = await app.client.create(smallContest({ arena, participants, max_rounds: 1, max_attempts: 1 }));
  const failed = await app.client.reach(id, 'fail');
  expect(failed.error).toContain('awaiting_actions: no player could act');
  expect(failed.rounds.at(-1)).toMatchObject({ state: 'round_fail', players: [{ action: null }, { action: null }] });
  await app.client.act(id, 'retry');
  const contest = await app.client.reach(id, 'complete');
  expect(contest.rounds[0]?.players.map(({ action }) => action?.action)).toEqual(['look around', 'look around']);
  expect(contest.participants.map(({ state }) => state)).not.toContain('out');
  expect(await app.client.send('GET', `/api/contest/${id}/audit`)).toMatchObject({ body: { ok: true } });
});

test('a budget that is used up costs its agent the turns that are left, by its name and without another try', async () => {
  const poor = await startModelApp(server, { budgets: { agent: { tokens: 1 } } });
  const participants = [
    { name: 'Odd', role: 'player', agent: { model: 'good' } },
    { name: 'Jo', role: 'judge', agent: { model: 'script:referee' } },
    { name: 'Al', role: 'announcer', agent: { model: 'script:announcer' } },
  ];
  const arena = { ...(smallContest() as { arena: object }).arena, max_random_features: 0 };
  const { id } = await poor.client.create(smallContest({ arena, participants, max_rounds: 2, max_attempts: 3 }));
  const { rounds } = await poor.client.reach(id, 'complete');
  const usedUp = { kind: 'budget', whose: 'agent', attempt: 1, message: expect.stringContaining('is used up') };
  expect(rounds.map(({ players }) => players[0]?.faults)).toEqual([[], [expect.objectContaining(usedUp)]]);
  await poor.close();
});
