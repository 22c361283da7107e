/** Answers that come when their job has ended already: recorded as long as their round goes on, and without any effect on it. */
import { expect, it } from 'vitest';
import { smallContest } from '../support/contest-input.ts';
import { wellBehaved } from '../support/nats-agents.ts';
import { startBusAgents } from './bus-agents.ts';
import { startApp } from './running-app.ts';

it('records the first answer that comes when all players have been waited for, and goes on as before', async () => {
  const judging = Promise.withResolvers<void>();
  const agents = await startBusAgents(async (asked) => {
    if (asked.command === 'player_player_action') return { job_id: asked.job_id, state: 'fail', message: 'no idea' };
    if (asked.command === 'judge_apply_effects') await judging.promise;
    return wellBehaved(asked);
  });
  const { client } = await startApp({ bus: agents.bus });
  const player = await agents.bus.connect({ name: 'a player that has an idea at last' });
  const { id } = await client.create(smallContest({ max_rounds: 1, max_attempts: 1 }));
  const stream = client.follow(id);
  const asked = await agents.until(({ command }) => command === 'player_player_action');
  await agents.until(({ command }) => command === 'judge_apply_effects');

  const subject = `actor.agent.${asked.participant_id}.response.${asked.command}.${asked.job_id}`;
  for (let time = 0; time < 2; time += 1) player.publish(subject, JSON.stringify(wellBehaved(asked)));
  const isLate = ({ events }: { events: readonly { type: string }[] }) =>
    events.some(({ type }) => type === 'late_answer');
  const late = await stream.until(isLate);
  expect(late.stream.endsWith(`/${asked.job_id}`)).toBe(true);
  expect(late.events).toMatchObject([{ fault: { kind: 'late', whose: 'agent', job_id: asked.job_id } }]);

  judging.resolve();
  const ended = await client.reach(id, 'complete');
  expect(ended.rounds[0]?.players.map(({ action }) => action?.action)).toEqual(['none', 'none']);
  expect((await client.entries(id)).filter(isLate)).toHaveLength(1);
  await stream.close();
});
