/** Contests of the running arena before and after they are played: launched, listed, changed, cloned, verified, deleted. */
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { contestSummarySchema } from '../../src/http/schemas.ts';
import { type ContestDocument, contestDocumentSchema } from '../../src/protocol/contest.ts';
import { createContestSchema } from '../../src/protocol/contest-input.ts';
import { randomId } from '../../src/protocol/ids.ts';
import { jobResponseSchema } from '../../src/protocol/jobs.ts';
import { smallArena, smallContest, smallParticipants } from '../support/contest-input.ts';
import { type BusAgents, startBusAgents } from './bus-agents.ts';
import { playedOut } from './rest.ts';
import { type RunningApp, startApp } from './running-app.ts';

let agents: BusAgents;
let app: RunningApp;
beforeAll(async () => {
  agents = await startBusAgents();
  app = await startApp({ bus: agents.bus });
});

const identified = z.looseObject({ id: z.string() });
const ask = (method: string, path: string, body?: unknown) => app.client.send(method, `/api/${path}`, body);
const make = async (model: string, input: object) => identified.parse((await ask('POST', model, input)).body).id;
const at = (...paths: string[]) => ({ status: 422, body: { errors: paths.map((path) => ({ path })) } });
const conflict = (detail: string) => ({ status: 409, body: { detail: expect.stringContaining(detail) } });

/** How many of everything there are: a refusal must leave them as they were. */
async function census(): Promise<number[]> {
  const counts: number[] = [];
  for (const model of ['contest', 'arena', 'feature', 'participant', 'agent'])
    counts.push(z.array(z.unknown()).parse((await ask('GET', `${model}?limit=1000`)).body).length);
  return counts;
}

const withoutRounds = ({ rounds: _, ...summary }: ContestDocument) => summary;

describe('launching', () => {
  it('takes everything inline and plays it to a winner', async () => {
    const launched = await app.client.create(smallContest());
    expect(launched).toMatchObject({ max_rounds: 2, winning_score: 1_000, seed: 7, winner_id: null });
    expect(launched.state).not.toBe('created');
    const ended = await app.client.reach(launched.id, 'complete');
    const bix = ended.participants.find(({ name }) => name === 'Bix');
    expect(ended).toMatchObject({ end_reason: 'max_rounds', winner_id: bix?.id, current_round: 1, error: null });
    expect(ended.rounds.map(({ round_no, state }) => [round_no, state])).toEqual([
      [0, 'round_complete'],
      [1, 'round_complete'],
    ]);
    expect(ended.start_time).toBeLessThanOrEqual(ended.end_time ?? 0);
  });

  it('takes everything by id', async () => {
    const arenaId = await make('arena', smallArena);
    const ids: string[] = [];
    for (const one of smallParticipants) ids.push(await make('participant', one));
    const before = await census();
    const input = smallContest({ arena: undefined, arena_id: arenaId, participants: undefined, participant_ids: ids });
    const { id, arena, participants } = await app.client.create(input);
    expect(arena).toMatchObject({ ...smallArena, id: arenaId });
    expect(participants.map((seat) => seat.id)).toEqual(ids);
    expect((await census()).slice(1)).toEqual(before.slice(1));
    expect(await app.client.reach(id, 'complete')).toMatchObject({ end_reason: 'max_rounds' });
  });

  it('fills in what is left out, and draws a seed', async () => {
    const input = { arena: smallArena, participants: smallParticipants };
    const contest = await app.client.create(input);
    expect(contest).toMatchObject({
      state: 'created',
      auto_advance: true,
      max_rounds: 20,
      winning_score: 100,
      position: 1,
    });
    expect((await app.client.create(input)).seed).not.toBe(contest.seed);
  });

  it.each([
    ['arrays', (value: unknown) => value],
    ['JSON text', (value: unknown) => JSON.stringify(value)],
  ])('places players and fills their hands as %s say, and draws the rest', async (_form, write) => {
    const { id } = await app.client.create(
      smallContest({
        player_positions: write(['4,4']),
        player_inventories: write([['rope', 'lamp'], []]),
        max_rounds: 1,
      }),
    );
    const { rounds } = await app.client.reach(id, 'complete');
    const [ada, bix] = rounds[0]?.start.players ?? [];
    expect(ada).toMatchObject({ position: '4,4', inventory: ['rope', 'lamp'], score: 0, memories: '' });
    expect(bix?.inventory).toEqual([]);
    expect(bix?.position).toMatch(/^[1-5],[1-4]$/);
    expect(['4,4', '3,3', '2,2']).not.toContain(bix?.position);
  });

  it.each([
    ['a role that nobody has', { participants: smallParticipants.slice(0, 3) }, ['participants', 'participants']],
    ['two judges', { participants: [...smallParticipants, { name: 'Ju', role: 'judge' }] }, ['participants']],
    ['a position off the grid', { player_positions: ['1,1', '6,1'] }, ['player_positions[1]']],
    ['more positions than players', { player_positions: ['1,1', '2,1', '3,1'] }, ['player_positions']],
    ['text that is no JSON', { player_inventories: '[["rope"]' }, ['player_inventories']],
    ['a field that is not known', { speed: 3 }, ['speed']],
    ['text of 100 kB', { arena: { ...smallArena, rules: 'x'.repeat(100_000) } }, ['arena.rules']],
    ['a feature off the grid', { arena: { ...smallArena, width: 2 } }, ['arena.features[0].position']],
    ['neither an arena nor its id', { arena: undefined }, ['arena']],
    ['an id that is none', { id: 'one two' }, ['id']],
    ['no round at all', { max_rounds: 0 }, ['max_rounds']],
    ['a completion channel that is no subject', { completion_channel: 'the end.>' }, ['completion_channel']],
  ])('refuses %s, names where it stands and keeps nothing', async (_what, change, paths) => {
    const before = await census();
    expect(await ask('POST', 'contest', smallContest(change))).toMatchObject(at(...paths));
    expect(await census()).toEqual(before);
  });

  it('names the roles that are missing, whether it starts at once or later', async () => {
    const input = smallContest({ participants: smallParticipants.slice(0, 2) });
    const { body } = await ask('POST', 'contest', input);
    const told = z.object({ errors: z.array(z.object({ message: z.string() })) }).parse(body).errors;
    expect(told.map(({ message }) => message)).toEqual(
      ['judge', 'announcer', 'arena'].map((role) => expect.stringContaining(role)),
    );
    const { id } = await app.client.create({ ...input, start: false });
    for (const action of ['start', 'advance']) {
      expect(await ask('POST', `contest/${id}/${action}`)).toMatchObject({
        status: 422,
        body: { detail: expect.stringMatching(/judge, announcer, arena/) },
      });
    }
    expect(await app.client.get(id)).toMatchObject({ state: 'created', position: 1 });
  });

  it('refuses ids of things that are not there', async () => {
    const before = await census();
    const nowhere = 'nobody-is-here';
    const [arena, participants] = [{ arena: undefined, arena_id: nowhere }, { participant_ids: [nowhere] }];
    for (const change of [arena, participants]) {
      expect(await ask('POST', 'contest', smallContest(change))).toMatchObject({
        status: 404,
        body: { detail: expect.stringContaining(nowhere) },
      });
    }
    expect(await census()).toEqual(before);
  });
});

describe('an id that is given', () => {
  it('is taken, and refused the second time with everything that came with it', async () => {
    const id = randomId();
    expect((await app.client.create(smallContest({ id, start: false }))).id).toBe(id);
    const before = await census();
    expect(await ask('POST', 'contest', smallContest({ id }))).toMatchObject(conflict(id));
    expect(await census()).toEqual(before);
  });

  it.each([
    ['inline', async () => smallContest({ start: false })],
    [
      'by ids',
      async () => {
        const { arena, participants } = await app.client.create(smallContest({ start: false }));
        const participantIds = participants.map((seat) => seat.id);
        return smallContest({
          start: false,
          arena: undefined,
          arena_id: arena.id,
          participants: undefined,
          participant_ids: participantIds,
        });
      },
    ],
  ])('makes one contest of two that are launched %s at the same moment', async (_how, inputOf) => {
    const input = { ...(await inputOf()), id: randomId() };
    const before = await census();
    const answers = await Promise.all([ask('POST', 'contest', input), ask('POST', 'contest', input)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const after = await census();
    expect(after[0]).toBe((before[0] ?? 0) + 1);
    if ('participants' in input && input.participants)
      expect(after[3]).toBe((before[3] ?? 0) + smallParticipants.length);
    else expect(after.slice(1)).toEqual(before.slice(1));
  });

  it('leaves nothing behind of the contests that come second while the database is busy', async () => {
    const before = await census();
    const input = createContestSchema.parse(smallContest({ id: randomId(), start: false }));
    const other = createContestSchema.parse(smallContest({ start: false }));
    const outcomes = await Promise.allSettled(
      [other, input, input, input].map((one) => app.arena.contests.create(one)),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
    expect(await census()).toEqual(before.map((count, index) => count + ([2, 2, 2, 10, 0][index] ?? 0)));
  });

  it('is not free again when its contest was deleted', async () => {
    const { id } = await app.client.create(smallContest({ start: false }));
    expect(await ask('DELETE', `contest/${id}`)).toMatchObject({ status: 200, body: { success: true } });
    expect(await ask('POST', 'contest', smallContest({ id }))).toMatchObject(conflict(id));
  });
});

describe('the list', () => {
  it('shows each contest as it is shown by itself, without its rounds', async () => {
    const played = await playedOut(app.client, (await app.client.create(smallContest())).id);
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
    const original = await playedOut(app.client, (await app.client.create(input)).id);
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
