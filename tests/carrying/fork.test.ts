/** Forks and restarts over HTTP: what was played until there stays, and from there on it goes its own way. */
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { auditSchema } from '../../src/protocol/audit.ts';
import { type ContestDocument, contestDocumentSchema } from '../../src/protocol/contest.ts';
import { type RunningApp, startApp } from '../app/running-app.ts';
import { tablesOf } from '../app/tables-of.ts';
import { freshDatabase } from '../support/arena-process.ts';
import { gameContest, resultOf } from './carried.ts';

let app: RunningApp;
let original: ContestDocument;
beforeAll(async () => {
  app = await startApp();
  original = await app.client.reach((await app.client.create(gameContest({ max_rounds: 4 }))).id, 'complete');
});

const send = (path: string, body?: object) => app.client.send('POST', `/api/contest/${path}`, body);
const fork = (body: object, id = original.id) => send(`${id}/fork`, body);
const forked = async (body: object) => contestDocumentSchema.parse((await fork(body)).body);
const playedOn = async (id: string) => {
  await app.client.act(id, 'start');
  return app.client.reach(id, 'complete');
};
const audited = async (id: string) =>
  auditSchema.parse((await app.client.send('GET', `/api/contest/${id}/audit`)).body);

/** The round of a prompt that is made. */
function roundAsked(event: object): number[] {
  const made = z.object({ spec: z.object({ task: z.object({ type: z.literal('prompt'), round_no: z.number() }) }) });
  const read = made.safeParse(event);
  return read.success ? [read.data.spec.task.round_no] : [];
}

/** Steps until the contest is in a state. */
async function stepTo(id: string, state: string, { client } = app): Promise<ContestDocument> {
  for (let step = 0; step < 60; step += 1) {
    const contest = await client.act(id, 'advance');
    if (contest.state === state) return contest;
  }
  throw new Error(`contest ${id} does not come to ${state}`);
}

describe('a fork', () => {
  it('has the rounds until there, asks nothing of them again, and comes to the same end', async () => {
    for (const roundNo of original.rounds.keys()) {
      const contest = await forked({ round_no: roundNo });
      expect(contest).toMatchObject({ state: 'created', current_round: roundNo, winner_id: null, start_time: null });
      expect(contest.rounds).toEqual(original.rounds.slice(0, roundNo + 1));
      expect(resultOf(await playedOn(contest.id)), `from round ${roundNo}`).toEqual(resultOf(original));
      const asked = (await app.client.entries(contest.id)).flatMap(({ events }) => events.flatMap(roundAsked));
      const after = [...original.rounds.keys()].filter((one) => one > roundNo);
      expect([...new Set(asked)]).toEqual(after);
      expect(await audited(contest.id)).toMatchObject({ ok: true, problems: [] });
    }
    expect(await app.client.get(original.id)).toEqual(original);
  });

  it('begins with entries of one append, the first of which names where it came from', async () => {
    const { id } = await forked({ round_no: 1 });
    const [first, ...born] = await app.client.entries(id);
    expect(first?.events[0]).toMatchObject({ origin: { fork_of: original.id, round_no: 1 } });
    expect(born.map(({ events }) => events.map(({ type }) => type))).toEqual(
      Array.from({ length: 1 + original.participants.length + 2 }, () => ['copied']),
    );
    expect(JSON.stringify(born)).not.toContain(original.id);
  });

  it('can be forked again, and have other limits, rules and seed', async () => {
    const once = await playedOn((await forked({ round_no: 0 })).id);
    const overrides = { max_rounds: 2, seed: 99, arena: { rules: 'Only crawling.' } };
    const twice = contestDocumentSchema.parse((await fork({ round_no: 0, overrides }, once.id)).body);
    expect(twice).toMatchObject({
      max_rounds: 2,
      seed: 99,
      arena: { rules: 'Only crawling.', width: once.arena.width },
    });
    expect((await playedOn(twice.id)).rounds).toHaveLength(2);
  });

  it('gives a seat to another participant, with its place, score and what it carried, and none of its faults', async () => {
    const [ada] = original.participants.filter(({ role }) => role === 'player');
    const made = await app.client.send('POST', '/api/participant', {
      name: 'Newcomer',
      role: 'player',
      agent: { model: 'script:runner' },
    });
    const { id: newcomer } = z.looseObject({ id: z.string() }).parse(made.body);
    const before = ada?.id ?? '';
    const contest = await forked({ round_no: 1, overrides: { participants: { [before]: newcomer } } });
    const old = original.rounds[1]?.players.find(({ id }) => id === before);
    const now = contest.rounds[1]?.players.find(({ id }) => id === newcomer);
    expect(now).toEqual({ ...old, id: newcomer, name: 'Newcomer' });
    expect(contest.participants.map(({ id }) => id)).not.toContain(before);
    expect(JSON.stringify(contest.rounds.map(({ start, features }) => ({ start, features })))).not.toContain(before);
    const ended = await playedOn(contest.id);
    expect(ended.rounds.length).toBeGreaterThan(2);
  });

  it('is refused where it cannot begin, and for what does not fit', async () => {
    const [player, other] = original.participants.filter(({ role }) => role === 'player');
    const judge = original.participants.find(({ role }) => role === 'judge');
    const taken = (from = '', to = '') => fork({ round_no: 0, overrides: { participants: { [from]: to } } });
    const at = (path: string) => ({ status: 422, body: { errors: [{ path }] } });
    expect((await fork({ round_no: 77 })).status).toBe(404);
    expect(await fork({ round_no: 1, overrides: { max_rounds: 1 } })).toMatchObject(at('overrides.max_rounds'));
    expect(await taken(player?.id, judge?.id)).toMatchObject({ status: 422 });
    expect(await taken(player?.id, other?.id)).toMatchObject(at('overrides.participants'));
    expect((await taken(player?.id, 'nobody-is-here')).status).toBe(404);
    expect(await taken('nobody', other?.id)).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'overrides.participants.nobody', message: expect.stringContaining('three words') }] },
    });
    const stepped = await app.client.create(gameContest({ auto_advance: false }));
    await stepTo(stepped.id, 'in_round');
    expect(await fork({ round_no: 0 }, stepped.id)).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('idle') },
    });
    await app.client.act(stepped.id, 'cancel');
  });
});

describe('a round that is played again', () => {
  const restart = (id: string, roundNo = 0) => send(`${id}/round/${roundNo}/restart`);
  const timeless = (rounds: unknown) =>
    JSON.parse(
      JSON.stringify(rounds, (key, value) => (['duration_ms', 'slowest_answer_ms'].includes(key) ? 0 : value)),
    );

  it('comes to the same as before, from wherever it was stopped, with the old play in the journal', async () => {
    const { id } = await app.client.create(gameContest({ max_rounds: 2, auto_advance: false }));
    const before = await stepTo(id, 'check_end');
    const entries = await app.client.entries(id);
    for (const state of ['check_end', 'create_round']) {
      if ((await app.client.get(id)).state !== state) await stepTo(id, state);
      expect(await restart(id)).toMatchObject({
        status: 200,
        body: { state: 'in_round', rounds: [{ state: 'idle' }] },
      });
      const again = await stepTo(id, 'check_end');
      expect(timeless(again.rounds)).toEqual(timeless(before.rounds));
    }
    expect((await app.client.entries(id)).slice(0, entries.length)).toEqual(entries);
    expect(await audited(id)).toMatchObject({ ok: true, problems: [] });
    await stepTo(id, 'complete');
  });

  it('leaves nothing of the old play in the tables', async () => {
    const databaseUrl = await freshDatabase();
    const first = await startApp({ databaseUrl });
    const { id } = await first.client.create(gameContest({ max_rounds: 2, auto_advance: false }));
    await stepTo(id, 'check_end', first);
    await first.client.send('POST', `/api/contest/${id}/round/0/restart`);
    await first.close();
    const shown = tablesOf(databaseUrl);
    expect([shown.player_action, shown.judge_result]).toEqual([[], []]);
    const second = await startApp({ databaseUrl });
    await second.arena.rebuild();
    await second.close();
    expect(tablesOf(databaseUrl)).toEqual(shown);
  });

  it('is refused for an older round, for one that there is not, and when the contest is over', async () => {
    expect(await restart(original.id, original.rounds.length - 1)).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('complete') },
    });
    expect((await restart(original.id, 0)).status).toBe(409);
    expect((await restart(original.id, 99)).status).toBe(404);
  });

  it('is refused in a fork for what was played before it', async () => {
    const { id } = await forked({ round_no: 1 });
    expect(await restart(id, 1)).toMatchObject({ status: 409 });
  });
});
