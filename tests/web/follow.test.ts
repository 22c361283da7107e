/** The client's event stream over lines that break: every entry once and in order, whatever happens in between. */
import { describe, expect, it } from 'vitest';
import { ClientError, createClient } from '../../src/client/client.ts';
import { startApp } from '../app/running-app.ts';
import { breakableLine } from '../support/breakable-line.ts';
import { launchGame } from './launched-game.ts';

async function steppingContest() {
  const app = await startApp();
  const direct = createClient({ url: app.url });
  const id = await launchGame(direct, { max_rounds: 2, auto_advance: false });
  return { app, direct, id };
}

describe('following a contest', () => {
  it('brings every entry once and in order although the line breaks again and again', async () => {
    const { app, direct, id } = await steppingContest();
    const line = await breakableLine(app.url);
    const stop = new AbortController();
    const connections: boolean[] = [];
    const follow = createClient({ url: line.url }).contests.follow(id, {
      signal: stop.signal,
      failuresMax: 50,
      onConnection: (connected) => connections.push(connected),
    });

    const seen: number[] = [];
    let isOver = false;
    for await (const { position, events } of follow) {
      seen.push(position);
      isOver ||= events.some((event) => event.type === 'moved' && 'to' in event && event.to === 'complete');
      if (isOver) break;
      if (position % 7 === 0) {
        line.break();
        await advance(direct, id);
        line.mend();
      } else await advance(direct, id);
    }
    stop.abort();

    expect(seen).toEqual(seen.map((_, index) => index + 1));
    expect(seen.length).toBe((await direct.contests.entries(id)).length);
    expect(connections.filter((connected) => connected).length).toBeGreaterThan(1);
  });

  it('tells of a contest that does not exist, and of an arena that does not, as what they are', async () => {
    const { app } = await steppingContest();
    const { signal } = new AbortController();
    const nothing = createClient({ url: app.url }).contests.follow('no-such-contest', { signal });
    await expect(nothing.next()).rejects.toMatchObject({ status: 404 });
    const line = await breakableLine(app.url);
    line.break();
    const nowhere = createClient({ url: line.url, pause: async () => undefined }).contests.follow('no-such-contest', {
      signal,
    });
    const failure = await nowhere.next().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ClientError);
    expect(failure).toMatchObject({ status: 0 });
  });
});

/** A step that another one has overtaken is nothing to worry about. */
async function advance(direct: ReturnType<typeof createClient>, id: string): Promise<void> {
  await direct.contests.act(id, 'advance').catch((error: unknown) => {
    if (!(error instanceof ClientError && error.status === 409)) throw error;
  });
}
