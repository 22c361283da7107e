/** A contest carried to another arena over HTTP: it goes on where it was, and ends as it would have. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sealSnapshot } from '../../src/protocol/snapshot-seal.ts';
import { type RunningApp, startApp } from '../app/running-app.ts';
import { atOnce } from '../support/at-once.ts';
import { gameContest, resultOf, snapshotOf, unsealed } from './carried.ts';

let here: RunningApp;
let there: RunningApp;
beforeAll(async () => {
  here = await startApp();
  there = await startApp();
});
afterAll(async () => {
  await here.close();
  await there.close();
});

describe('a contest that is halted in the middle', () => {
  it('goes on in another arena to the end that it would have had', async () => {
    const undisturbed = await here.client.reach((await here.client.create(gameContest())).id, 'complete');
    const stepped = await here.client.create(gameContest({ auto_advance: false }));
    for (let step = 0; step < 12; step += 1) await here.client.act(stepped.id, 'advance');
    const snapshot = await snapshotOf(here, stepped.id);
    const restored = await there.client.send('POST', '/api/contest/restore', snapshot);
    expect(restored).toMatchObject({ status: 200, body: { id: stepped.id, position: snapshot.position } });
    await there.client.send('PATCH', `/api/contest/${stepped.id}`, { auto_advance: true });
    const ended = await there.client.reach(stepped.id, 'complete');
    expect(resultOf(ended)).toEqual(resultOf(undisturbed));
  });
});

it('is refused where its result would be told on a subject that is reserved', async () => {
  const { id } = await here.client.create(gameContest({ start: false, completion_channel: 'their.results' }));
  const told = JSON.stringify(unsealed(await snapshotOf(here, id))).replace('their.results', 'arena.request.job');
  const refused = await there.client.send('POST', '/api/contest/restore', atOnce(sealSnapshot(JSON.parse(told))));
  const detail = expect.stringMatching(/no contest can be made with its settings: completion_channel: .*is reserved/);
  expect(refused).toMatchObject({ status: 422, body: { detail } });
});

it('keeps names from before some characters were refused in them, and makes what it needs under names as they can be', async () => {
  /** It turns around what is written behind it. */
  const turning = '\u202e';
  const { id } = await here.client.create(gameContest({ start: false }));
  const contents = unsealed(await snapshotOf(here, id));
  const names = [contents.catalogue.arena, ...contents.catalogue.participants].map(({ name }) => name);
  const text = names.reduce(
    (now, name) => now.replaceAll(`"name":"${name}"`, `"name":"${name}${turning}"`),
    JSON.stringify(contents),
  );
  const old = atOnce(sealSnapshot(JSON.parse(text)));
  expect(await there.client.send('POST', '/api/contest/restore', old)).toMatchObject({ status: 200 });
  const again = await snapshotOf(there, id);
  expect([again.entries, again.catalogue.arena.name]).toEqual([old.entries, `${names[0]}${turning}`]);
  const participant_id = old.catalogue.participants[0]?.id ?? '';
  const made = await there.client.send('GET', `/api/participant/${participant_id}`);
  expect(made).toMatchObject({ status: 200, body: { name: `${names[1]}\ufffd` } });
  // Another participant is made for the seat, too.
  const exchange = { contest_id: id, participant_id, model: 'script:runner' };
  expect(await there.client.send('POST', '/api/evaluation/exchange', exchange)).toMatchObject({ status: 200 });
});
