/** The overview of all contests: everything at first, and from a cursor on what has changed, with the standing of each. */
import { describe, expect, it } from 'vitest';
import { createClient } from '../../src/client/client.ts';
import { smallContest } from '../support/contest-input.ts';
import { startApp } from './running-app.ts';

const seats = [
  { name: 'Ada', role: 'player', agent: { model: 'script:runner' } },
  { name: 'Bix', role: 'player', agent: { model: 'script:thief' } },
  { name: 'Jo', role: 'judge', agent: { model: 'script:referee' } },
  { name: 'Al', role: 'announcer', agent: { model: 'script:announcer' } },
  { name: 'Io', role: 'arena', agent: { model: 'script:feature-maker' } },
];

describe('the overview', () => {
  it('shows every contest at first, newest first, and from a cursor on only those that have changed', async () => {
    const { url, client } = await startApp();
    const { contests } = createClient({ url });
    const first = await client.create(smallContest({ start: false, participants: seats }));
    const second = await client.create(smallContest({ start: false, participants: seats }));

    const all = await contests.overview();
    expect(all.contests.map(({ id }) => id).sort()).toEqual([first.id, second.id].sort());
    expect(all.contests[0]).toMatchObject({ state: 'created', arena: 'The yard', current_round: null });
    expect(all.contests[0]?.players.map(({ name, score }) => [name, score])).toEqual([
      ['Ada', null],
      ['Bix', null],
    ]);
    expect(await contests.overview(all.cursor)).toEqual({ cursor: all.cursor, contests: [], removed: [] });

    await client.act(first.id, 'start');
    const played = await client.reach(first.id, 'complete');
    const news = await contests.overview(all.cursor);
    const scores = played.rounds.at(-1)?.players.map(({ id, name, score }) => ({ id, name, score }));
    expect(news.contests.map(({ id, state, players }) => ({ id, state, players }))).toEqual([
      { id: first.id, state: 'complete', players: scores },
    ]);
  });

  it('tells once of a contest that was deleted', async () => {
    const { url, client } = await startApp();
    const { contests } = createClient({ url });
    const { id } = await client.create(smallContest({ start: false, participants: seats }));
    const { cursor } = await contests.overview();
    await contests.remove(id);
    const news = await contests.overview(cursor);
    expect(news).toMatchObject({ contests: [], removed: [id] });
    expect(await contests.overview(news.cursor)).toMatchObject({ contests: [], removed: [] });
    expect((await contests.overview()).contests).toEqual([]);
  });
});
