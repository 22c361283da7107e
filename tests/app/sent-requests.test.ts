/** What an agent was sent is shown again afterwards, word for word: each prompt and health check, and each attempt with what it was told. */
import { expect, it } from 'vitest';
import { requestSchema } from '../../src/protocol/messages.ts';
import { smallContest } from '../support/contest-input.ts';
import { wellBehaved } from '../support/nats-agents.ts';
import { startBusAgents } from './bus-agents.ts';
import { startApp } from './running-app.ts';

it('shows every request of a contest as it was sent, and each attempt for itself', async () => {
  const agents = await startBusAgents((asked) =>
    asked.command === 'judge_apply_effects' && asked.attempt === 1
      ? { job_id: asked.job_id, state: 'complete', data: { winner_id: 'nobody-of-this-contest' } }
      : wellBehaved(asked),
  );
  const { client } = await startApp({ bus: agents.bus });
  const { id } = await client.create(smallContest());
  await client.reach(id, 'complete');

  expect(new Set(agents.asked.map(({ command }) => command)).size).toBe(7);
  for (const asked of agents.asked) {
    const shown = await client.send('GET', `/api/job/${asked.job_id}/request?attempt=${asked.attempt}`);
    expect(shown.status).toBe(200);
    expect(requestSchema.parse(shown.body)).toEqual(asked);
  }
  const again = agents.asked.find(({ attempt }) => attempt === 2);
  expect(again?.message).toContain('nobody-of-this-contest');
  expect((await client.send('GET', `/api/job/${again?.job_id}/request`)).body).toEqual(again);
});

it('says why there is none', async () => {
  const agents = await startBusAgents();
  const { client } = await startApp({ bus: agents.bus });
  const { id } = await client.create(smallContest({ max_rounds: 1 }));
  await client.reach(id, 'complete');
  const jobs = await client.jobs(id);
  const batch = jobs.find(({ type }) => type === 'batch')?.job_id;
  const prompt = jobs.find(({ type }) => type === 'prompt')?.job_id;
  const refused = async (path: string) => {
    const { status, body } = await client.send('GET', `/api/job/${path}`);
    return [status, (body as { detail?: string }).detail];
  };
  expect(await refused(`${batch}/request`)).toEqual([404, `job ${batch}: nothing has been asked yet`]);
  expect(await refused(`${prompt}/request?attempt=3`)).toEqual([404, `job ${prompt}: there was no attempt 3`]);
  expect((await refused('no-such-job-here/request'))[0]).toBe(404);
});
