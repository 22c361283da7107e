/** The arena closed in the middle of a round, while its own agents still finish what they have at hand. */
import { expect, it } from 'vitest';
import type { Bus } from '../../src/bridge/bus.ts';
import { freshDatabase } from '../support/arena-process.ts';
import { smallContest } from '../support/contest-input.ts';
import { wellBehaved } from '../support/nats-agents.ts';
import { startBusAgents } from './bus-agents.ts';
import { startApp } from './running-app.ts';

/** The bus, where the hosted agents take their time to leave: until `release` is called. */
function withSlowHost(bus: Bus) {
  const leaving = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const slow: Bus = {
    ...bus,
    connect: async (options) => {
      const connection = await bus.connect(options);
      if (options?.name !== 'agent host') return connection;
      const close = async () => {
        leaving.resolve();
        await released.promise;
        await connection.close();
      };
      return { ...connection, close };
    },
  };
  return { bus: slow, leaving: leaving.promise, release: () => released.resolve() };
}

async function throughBus(bus: Bus, subject: string): Promise<void> {
  const connection = await bus.connect({ name: 'a messenger' });
  const heard = new Promise<void>((resolve) => connection.subscribe(subject, () => resolve()));
  connection.publish(subject, '');
  await heard;
}

it('records the answers that it still gets, asks nothing more, and goes on from there when it is opened again', async () => {
  const databaseUrl = await freshDatabase();
  const thinking = Promise.withResolvers<void>();
  const agents = await startBusAgents(async (asked) => {
    if (asked.command === 'player_player_action') await thinking.promise;
    return wellBehaved(asked);
  });
  const host = withSlowHost(agents.bus);
  const first = await startApp({ databaseUrl, bus: host.bus });
  const { id } = await first.client.create(smallContest({ max_rounds: 1 }));
  const isAction = ({ command }: { command: string }) => command === 'player_player_action';
  await agents.until(() => agents.asked.filter(isAction).length === 2);

  const taken = Promise.withResolvers<void>();
  first.arena.feed.listen((entries) => {
    if (entries.some(({ events }) => events.some(({ type }) => type === 'actions_taken'))) taken.resolve();
  });
  const closed = first.close();
  await host.leaving;
  thinking.resolve();
  await taken.promise;
  // What the arena has published by now is heard before this; once more, for what follows from the commit.
  for (const subject of ['the.last.word', 'the.very.last.word']) await throughBus(agents.bus, subject);
  host.release();
  await closed;
  expect(agents.asked.filter(isAction)).toHaveLength(2);
  expect(agents.asked.at(-1)?.command).toBe('player_player_action');

  const next = await startBusAgents();
  const second = await startApp({ databaseUrl, bus: next.bus });
  const ended = await second.client.reach(id, 'complete');
  expect(next.asked.filter(isAction)).toEqual([]);
  expect(ended.participants.map((seat) => seat.faults_count)).toEqual([0, 0, 0, 0, 0]);
});
