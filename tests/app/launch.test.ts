/** Contests launched on the running arena: in every form, with an id of their own, and refused with nothing kept. */
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createContestSchema } from '../../src/protocol/contest-input.ts';
import { randomId } from '../../src/protocol/ids.ts';
import { smallArena, smallContest, smallParticipants } from '../support/contest-input.ts';
import { startBusAgents } from './bus-agents.ts';
import { type RunningApp, startApp } from './running-app.ts';

let app: RunningApp;
beforeAll(async () => {
  app = await startApp({ bus: (await startBusAgents()).bus });
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
    [
      'a name that turns the rest of a line around',
      { arena: { ...smallArena, name: 'Well \u202edna' } },
      ['arena.name'],
    ],
    ['an id that is none', { id: 'one two' }, ['id']],
    ['no round at all', { max_rounds: 0 }, ['max_rounds']],
    ['a completion channel that is no subject', { completion_channel: 'the end.>' }, ['completion_channel']],
    [
      'a completion channel of the arena itself',
      { completion_channel: 'arena.contest.x.done' },
      ['completion_channel'],
    ],
    [
      'a completion channel on which an agent answers',
      { completion_channel: 'my.ada.response.player_player_action.some-test-job' },
      ['completion_channel'],
    ],
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

  it('of a participant that is there already is refused, and the refusal says how it takes part', async () => {
    const { participants } = await app.client.create(smallContest({ start: false }));
    const [ada] = participants;
    const given = [{ id: ada?.id, name: 'Ada', role: 'player' }, ...smallParticipants.slice(1)];
    expect(await ask('POST', 'contest', smallContest({ participants: given }))).toMatchObject(
      conflict(`the participant ${ada?.id} is there already: a contest takes it as it is by participant_ids`),
    );
    const mixed = { participant_ids: [ada?.id], participants: smallParticipants.slice(1), start: false };
    expect((await app.client.create(smallContest(mixed))).participants[0]?.id).toBe(ada?.id);
  });

  it('is not free again when its contest was deleted', async () => {
    const { id } = await app.client.create(smallContest({ start: false }));
    expect(await ask('DELETE', `contest/${id}`)).toMatchObject({ status: 200, body: { success: true } });
    expect(await ask('POST', 'contest', smallContest({ id }))).toMatchObject(conflict(id));
  });
});
