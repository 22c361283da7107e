/** A fork: the rounds until there are the original's, and from there on it goes its own way. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type ContestDocument, contestDocumentSchema } from '../../src/protocol/contest.ts';
import { type RunningApp, startApp } from '../app/running-app.ts';
import { gameContest, resultOf } from './carried.ts';

let app: RunningApp;
let original: ContestDocument;
beforeAll(async () => {
  app = await startApp();
  original = await app.client.reach((await app.client.create(gameContest({ max_rounds: 4 }))).id, 'complete');
});

const fork = async (body: object) => app.client.send('POST', `/api/contest/${original.id}/fork`, body);

describe('a fork with nothing otherwise', () => {
  it('has the rounds until there, and is played to the same end', async () => {
    const { body, status } = await fork({ round_no: 1 });
    expect(status).toBe(200);
    const forked = contestDocumentSchema.parse(body);
    expect(forked).toMatchObject({ state: 'created', current_round: 1, winner_id: null, start_time: null });
    expect(forked.rounds).toEqual(original.rounds.slice(0, 2));
    await app.client.act(forked.id, 'start');
    const played = await app.client.reach(forked.id, 'complete');
    expect(resultOf(played)).toEqual(resultOf(original));
    expect(await app.client.get(original.id)).toEqual(original);
  });
});

describe('a round that is played again', () => {
  it('comes to the same as before', async () => {
    const stepped = await app.client.create(gameContest({ max_rounds: 2, auto_advance: false }));
    let contest = stepped;
    for (let step = 0; step < 40 && contest.state !== 'check_end'; step += 1)
      contest = await app.client.act(stepped.id, 'advance');
    const before = contest.rounds;
    const restarted = await app.client.send('POST', `/api/contest/${stepped.id}/round/0/restart`);
    expect(restarted).toMatchObject({ status: 200, body: { state: 'in_round' } });
    contest = await app.client.get(stepped.id);
    expect(contest.rounds[0]).toMatchObject({ state: 'idle' });
    for (let step = 0; step < 40 && contest.state !== 'check_end'; step += 1)
      contest = await app.client.act(stepped.id, 'advance');
    const strip = (rounds: unknown) =>
      JSON.parse(
        JSON.stringify(rounds, (key, value) => (key === 'duration_ms' || key === 'slowest_answer_ms' ? 0 : value)),
      );
    expect(strip(contest.rounds)).toEqual(strip(before));
  });
});
