/** What agents say that their answers have cost: summed up in the round, whoever was asked and however often. */
import { expect, it } from 'vitest';
import { z } from 'zod';
import { jobSummarySchema } from '../../src/protocol/jobs.ts';
import { smallContest } from '../support/contest-input.ts';
import { wellBehaved } from '../support/nats-agents.ts';
import { startBusAgents } from './bus-agents.ts';
import { startApp } from './running-app.ts';

it('adds up tokens and money over all answers of a round', async () => {
  const usages: Record<string, object> = {
    player_player_action: { model: 'small', input_tokens: 10, output_tokens: 1 },
    judge_player_action_judgement: { input_tokens: 100, cost_usd: 0.25 },
    judge_apply_effects: { input_tokens: 1_000, cost_usd: 0.5 },
  };
  const agents = await startBusAgents((asked) => ({ ...wellBehaved(asked), usage: usages[asked.command] ?? {} }));
  const { client } = await startApp({ bus: agents.bus });
  const { id } = await client.create(smallContest({ max_rounds: 1 }));
  const { rounds } = await client.reach(id, 'complete');
  // Two players, two judgements, one application of effects.
  expect(rounds[0]?.stats.metrics).toMatchObject({ input_tokens: 1_220, output_tokens: 2, cost_usd: 1 });
  // Each answer shows what it has cost by itself, too.
  const { body } = await client.send('GET', `/api/job?contest_id=${id}&type=prompt`);
  const jobs = z.array(jobSummarySchema).parse(body);
  for (const [asked, usage] of Object.entries(usages)) {
    const told = jobs.filter(({ prompt_type }) => prompt_type === asked).map((job) => job.usage);
    expect([asked, told]).toEqual([asked, asked === 'judge_apply_effects' ? [usage] : [usage, usage]]);
  }
});

it('says nothing of them where nobody has told', async () => {
  const agents = await startBusAgents();
  const { client } = await startApp({ bus: agents.bus });
  const { id } = await client.create(smallContest({ max_rounds: 1 }));
  const { rounds } = await client.reach(id, 'complete');
  expect(Object.keys(rounds[0]?.stats.metrics ?? {}).sort()).toEqual(['faults', 'slowest_answer_ms']);
});

it('comes to a number, and the contest is shown, where agents tell of more than can be added up', async () => {
  const agents = await startBusAgents((asked) => ({ ...wellBehaved(asked), usage: { input_tokens: 1e308 } }));
  const { client } = await startApp({ bus: agents.bus });
  const { id } = await client.create(smallContest({ max_rounds: 1 }));
  const { rounds } = await client.reach(id, 'complete');
  expect(rounds[0]?.stats.metrics).toMatchObject({ input_tokens: Number.MAX_VALUE });
});
