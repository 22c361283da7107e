/** The faults of a seat as the contest counts them, wherever they were made: in the setup, and in a round that has failed. */
import { expect, it } from 'vitest';
import { smallContest } from '../support/contest-input.ts';
import { wellBehaved } from '../support/nats-agents.ts';
import { type BusScript, startBusAgents } from './bus-agents.ts';
import { startApp } from './running-app.ts';

const failingOn =
  (command: string): BusScript =>
  (asked) =>
    asked.command === command ? { job_id: asked.job_id, state: 'fail', message: 'out of order' } : wellBehaved(asked);

it.each([
  ['the setup', 'announcer_describe_arena', 'announcer'],
  ['a round', 'judge_apply_effects', 'judge'],
])('counts what went wrong in %s that failed at once, and again when it was retried', async (_where, command, role) => {
  const agents = await startBusAgents(failingOn(command));
  const { client } = await startApp({ bus: agents.bus });
  const { id } = await client.create(smallContest({ max_rounds: 1, max_attempts: 1 }));
  const stream = client.follow(id);
  const faultsCount = async () =>
    (await client.get(id)).participants
      .filter((seat) => seat.faults_count > 0)
      .map((seat) => [seat.role, seat.faults_count]);
  const noted = (times: number) =>
    stream.until(
      () => stream.entries.filter(({ events }) => events.some(({ type }) => type === 'round_noted')).length >= times,
    );
  await noted(1);
  expect(await faultsCount()).toEqual([[role, 1]]);
  await client.reach(id, 'fail');
  await client.act(id, 'retry');
  await noted(2);
  expect(await faultsCount()).toEqual([[role, 2]]);

  await client.reach(id, 'fail');
  agents.follow(wellBehaved);
  await client.act(id, 'retry');
  await client.reach(id, 'complete');
  expect(await faultsCount()).toEqual([[role, 2]]);
  await stream.close();
});
