/** Contests that the running arena keeps: listed, changed, deleted, cloned, verified. */
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type ContestDocument, contestDocumentSchema, contestSummarySchema } from '../../src/protocol/contest.ts';
import { jobResponseSchema } from '../../src/protocol/jobs.ts';
import { smallContest } from '../support/contest-input.ts';
import { type BusAgents, startBusAgents } from './bus-agents.ts';
import { type RunningApp, startApp } from './running-app.ts';

let agents: BusAgents;
let app: RunningApp;
beforeAll(async () => {
  agents = await startBusAgents();
  app = await startApp({ bus: agents.bus });
});

const identified = z.looseObject({ id: z.string() });
const ask = (method: string, path: string, body?: unknown) => app.client.send(method, `/api/${path}`, body);
const at = (...paths: string[]) => ({ status: 422, body: { errors: paths.map((path) => ({ path })) } });
const conflict = (detail: string) => ({ status: 409, body: { detail: expect.stringContaining(detail) } });
const withoutRounds = ({ rounds: _, ...summary }: ContestDocument) => summary;

describe('the list', () => {
  it('shows each contest as it is shown by itself, without its rounds', async () => {
    const played = await app.client.reach((await app.client.create(smallContest())).id, 'complete');
    const created = await app.client.create(smallContest({ start: false }));
    for (const contest of [played, created]) {
      const listed = (await ask('GET', `contest?arena_id=${contest.arena.id}`)).body;
      expect(z.array(contestSummarySchema).parse(listed)).toEqual([withoutRounds(contest)]);
    }
  });

  it('filters by every field that it offers, and turns pages', async () => {
    const { id, arena } = await app.client.create(smallContest({ seed: 1_234_567, max_rounds: 1 }));
    const { winner_id } = await app.client.reach(id, 'complete');
    const halted = await app.client.create(smallContest({ seed: 1_234_567, auto_advance: false, start: false }));
    const idsOf = async (query: string) =>
      z
        .array(identified)
        .parse((await ask('GET', `contest?seed=1234567&${query}`)).body)
        .map((one) => one.id);
    const mine = `state=complete&paused=false&auto_advance=true&end_reason=max_rounds&winner_id=${winner_id}`;
    expect(await idsOf(`${mine}&arena_id=${arena.id}&current_round=0&max_rounds=1&winning_score=1000`)).toEqual([id]);
    expect(await idsOf('auto_advance=false&state=created')).toEqual([halted.id]);
    expect(await idsOf('state=cancelled')).toEqual([]);
    expect([await idsOf(''), await idsOf('limit=1'), await idsOf('offset=1')]).toEqual([
      [id, halted.id],
      [id],
      [halted.id],
    ]);
    expect(await ask('GET', 'contest?colour=red')).toMatchObject(at('colour'));
    expect(await ask('GET', 'contest?state=dancing')).toMatchObject(at('state'));
  });
});

describe('a change', () => {
  it('is taken while the contest is created, paused or stepping, and kept', async () => {
    const created = await app.client.create(smallContest({ start: false }));
    const change = { max_rounds: 5, winning_score: -3, auto_advance: false };
    expect((await ask('PATCH', `contest/${created.id}`, change)).body).toMatchObject({ ...change, state: 'created' });
    await app.client.act(created.id, 'start');
    expect((await ask('PATCH', `contest/${created.id}`, { max_rounds: 4 })).body).toMatchObject({ max_rounds: 4 });
    expect(await app.client.get(created.id)).toMatchObject({ ...change, max_rounds: 4, state: 'starting' });
  });

  it('is refused for anything else, when there is none, and once the contest is over', async () => {
    const { id } = await app.client.create(smallContest({ start: false }));
    expect(await ask('PATCH', `contest/${id}`, { seed: 8 })).toMatchObject(at('seed'));
    expect(await ask('PATCH', `contest/${id}`, {})).toMatchObject(at(''));
    expect(await ask('PATCH', `contest/${id}`, { max_rounds: 0 })).toMatchObject(at('max_rounds'));
    await app.client.act(id, 'cancel');
    expect(await ask('PATCH', `contest/${id}`, { max_rounds: 3 })).toMatchObject(conflict('cancelled'));
    expect((await ask('PATCH', 'contest/nobody-is-here', { max_rounds: 3 })).status).toBe(404);
  });

  it('is refused while the contest runs by itself', async () => {
    const { id } = await app.client.create(smallContest({ auto_advance: false }));
    await ask('PATCH', `contest/${id}`, { auto_advance: true, max_rounds: 300 });
    expect(await ask('PATCH', `contest/${id}`, { max_rounds: 3 })).toMatchObject({ status: 409 });
    await app.client.act(id, 'cancel');
  });
});

describe('a contest that is deleted', () => {
  it('is gone from everywhere', async () => {
    const { id, participants } = await app.client.reach((await app.client.create(smallContest())).id, 'complete');
    expect(await ask('DELETE', `contest/${id}`)).toMatchObject({ status: 200, body: { success: true } });
    expect(await ask('GET', `contest?state=complete&limit=1000`)).not.toMatchObject({
      body: expect.arrayContaining([expect.objectContaining({ id })]),
    });
    const reading = ['', '.md', '/round/0', '/job', '/state?at=1', '/events', `/view/${participants[0]?.id}`];
    for (const path of reading) expect([path, (await ask('GET', `contest/${id}${path}`)).status]).toEqual([path, 404]);
    const acting = ['start', 'advance', 'pause', 'clone', 'verify', 'prompt/judge_apply_effects'];
    for (const path of acting) expect([path, (await ask('POST', `contest/${id}/${path}`)).status]).toEqual([path, 404]);
    expect((await ask('DELETE', `contest/${id}`)).status).toBe(404);
  });

  it('does not run: one that does is refused', async () => {
    const { id } = await app.client.create(smallContest({ auto_advance: false }));
    expect(await ask('DELETE', `contest/${id}`)).toMatchObject(conflict('starting'));
    await app.client.act(id, 'cancel');
    expect((await ask('DELETE', `contest/${id}`)).status).toBe(200);
  });
});

describe('a clone', () => {
  it('has the same set-up and no rounds, and plays the same game', async () => {
    const input = smallContest({ player_positions: ['2,1'], player_inventories: [['rope']] });
    const original = await app.client.reach((await app.client.create(input)).id, 'complete');
    const clone = contestDocumentSchema.parse((await ask('POST', `contest/${original.id}/clone`)).body);
    const { id, arena, max_rounds, winning_score, seed, auto_advance } = original;
    expect(clone).toMatchObject({ state: 'created', arena, max_rounds, winning_score, seed, auto_advance, rounds: [] });
    expect(clone).toMatchObject({ winner_id: null, current_round: null, start_time: null, position: 1 });
    expect(clone.id).not.toBe(id);
    expect(clone.participants.map((seat) => seat.id)).toEqual(original.participants.map((seat) => seat.id));
    await app.client.act(clone.id, 'start');
    const played = await app.client.reach(clone.id, 'complete');
    expect(played.rounds.map(({ start }) => start.players)).toEqual(original.rounds.map(({ start }) => start.players));
    expect(await app.client.get(id)).toEqual(original);
  });
});

describe('verifying a contest', () => {
  it('asks everybody, as one batch job', async () => {
    const { id, participants, position } = await app.client.create(smallContest({ start: false }));
    const { status, body } = await ask('POST', `contest/${id}/verify`);
    expect(status).toBe(200);
    expect(jobResponseSchema.parse(body)).toMatchObject({ type: 'batch', state: 'pending' });
    for (const seat of participants) await agents.until(({ participant_id }) => participant_id === seat.id);
    const asked = agents.asked.filter((one) => participants.some((seat) => seat.id === one.participant_id));
    expect(asked.map(({ command }) => command)).toEqual(participants.map(() => 'health'));
    expect((await app.client.get(id)).position).toBe(position);
  });
});
