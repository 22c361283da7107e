/** Input that cannot be used: a problem document that says what is wrong, and nothing of it is kept. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freshDatabase, type RunningArena, startArena } from '../support/arena-process.ts';
import { type ContestClient, createContestClient } from '../support/contest-client.ts';
import { smallArena, smallContest, smallParticipants } from '../support/contest-input.ts';

let arena: RunningArena;
let client: ContestClient;
let contest: string;

beforeAll(async () => {
  arena = await startArena({ ARENA_DB_URL: await freshDatabase() });
  client = createContestClient(arena.url);
  contest = (await client.create(smallContest({ start: false }))).id;
});
afterAll(async () => {
  expect(await arena.stop()).toBe(0);
});

/** All that is kept: the lists of every model, and the journal of the one contest. */
async function kept(): Promise<unknown> {
  const models = ['arena', 'feature', 'participant', 'agent', 'contest'];
  const lists = await Promise.all(models.map((model) => client.send('GET', `/api/${model}?limit=1000`)));
  return [lists.map(({ body }) => body), await client.entries(contest)];
}

const launch = (change: object) => ['POST', '/api/contest', smallContest(change)] as const;
const longText = 'x'.repeat(100_000);
const without = (role: string) => smallParticipants.filter((participant) => participant.role !== role);
const endpointOfAll = (endpoint: string) =>
  launch({ participants: smallParticipants.map((each) => ({ ...each, endpoint })) });
const oneFeature = (change: object) => ({ ...smallArena, features: [{ name: 'Well', position: '3,3', ...change }] });

it.each<[string, readonly [string, string, unknown?], number, string]>([
  ['malformed JSON', ['POST', '/api/contest', '{"arena": '], 400, ''],
  ['no object', ['POST', '/api/contest', '[1]'], 422, ''],
  ['an unknown field', launch({ colour: 'red' }), 422, 'colour'],
  ['an unknown field deep inside', launch({ arena: { ...smallArena, colour: 'red' } }), 422, 'colour'],
  ['a number as text', launch({ max_rounds: 'two' }), 422, 'max_rounds'],
  ['no arena', launch({ arena: undefined }), 422, 'arena'],
  ['an unknown arena', launch({ arena: undefined, arena_id: 'no-such-arena-00000000' }), 404, 'no-such-arena'],
  [
    'an unknown participant',
    launch({ participants: undefined, participant_ids: ['no-such-participant-00000000'] }),
    404,
    'no-such-participant',
  ],
  ['no judge', launch({ participants: without('judge') }), 422, 'judge'],
  ['no announcer', launch({ participants: without('announcer') }), 422, 'announcer'],
  ['nobody who makes the features that are wanted', launch({ participants: without('arena') }), 422, 'arena'],
  ['a feature off the grid', launch({ arena: oneFeature({ position: '6,1' }) }), 422, 'position'],
  ['a feature at 0', launch({ arena: oneFeature({ position: '0,1' }) }), 422, 'position'],
  ['a position that is none', launch({ arena: oneFeature({ position: 'here' }) }), 422, 'position'],
  ['a rectangle that leaves the grid', launch({ arena: oneFeature({ end_position: '3,5' }) }), 422, 'end_position'],
  ['a player off the grid', launch({ player_positions: ['1,1', '5,5'] }), 422, 'player_positions'],
  ['more positions than players', launch({ player_positions: ['1,1', '2,1', '3,1'] }), 422, 'player_positions'],
  ['rules of 100 kB', launch({ arena: { ...smallArena, rules: longText } }), 422, 'rules'],
  ['a name of 100 kB', launch({ arena: { ...smallArena, name: longText } }), 422, 'name'],
  ['an id that is none', launch({ id: 'UP' }), 422, 'id'],
  ['an endpoint on reserved subjects', endpointOfAll('channel://arena.contest'), 422, 'endpoint'],
  ['an endpoint that is no URL', endpointOfAll('http://:::'), 422, 'cannot be read'],
  ['an endpoint with a user', endpointOfAll('https://me@agent.example/'), 422, 'api_key instead'],
  ['an endpoint with a password', endpointOfAll('https://me:hidden@agent.example/'), 422, 'api_key instead'],
  ['more than 1 MiB', ['POST', '/api/contest', JSON.stringify({ x: 'x'.repeat(1_100_000) })], 413, ''],
  ['an unknown contest', ['POST', '/api/contest/no-such-contest-00000000/start'], 404, 'no-such-contest'],
  ['an unknown action', ['POST', '/api/contest/latest/fly'], 404, ''],
  ['an unknown route', ['GET', '/api/nothing'], 404, ''],
  ['a filter that is none', ['GET', '/api/contest?colour=red'], 422, 'colour'],
])('%s is refused, and nothing is kept', async (_name, [method, path, body], status, named) => {
  const before = await kept();
  const answer = await client.send(method, path, body);
  expect({ status: answer.status, body: answer.body }).toMatchObject({
    status,
    body: { status, type: expect.any(String), title: expect.any(String), detail: expect.stringMatching(/\w{3}/) },
  });
  expect(answer.type).toContain('application/problem+json');
  expect(JSON.stringify(answer.body)).toContain(named);
  // What was sent is not sent back: a page of text helps nobody.
  expect(JSON.stringify(answer.body).length).toBeLessThan(5_000);
  expect(await kept()).toEqual(before);
});

it('refuses what is not JSON by its type', async () => {
  const before = await kept();
  const answer = await fetch(`${arena.url}/api/contest`, {
    method: 'POST',
    body: '<contest/>',
    headers: { 'content-type': 'application/xml' },
  });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    415,
    expect.stringContaining('application/problem+json'),
  ]);
  expect(await kept()).toEqual(before);
});

it('goes on serving after all of it', async () => {
  expect(await client.act(contest, 'start')).toMatchObject({ id: contest });
  expect(await client.act(contest, 'cancel')).toMatchObject({ state: 'cancelled' });
});
