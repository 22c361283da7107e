/** A contest of the running arena that is cancelled or fails, in each of its phases: what it shows, what it leaves, how it goes on. */
import { describe, expect, it } from 'vitest';
import type { AgentRequest } from '../../src/protocol/messages.ts';
import { smallContest } from '../support/contest-input.ts';
import { wellBehaved } from '../support/nats-agents.ts';
import { startBusAgents } from './bus-agents.ts';
import { startApp } from './running-app.ts';

/** In the order in which they are asked. */
const phases = [
  'health',
  'arena_generate_features',
  'announcer_describe_arena',
  'player_player_action',
  'judge_player_action_judgement',
  'judge_apply_effects',
  'announcer_describe_results',
] as const;
const final = ['complete', 'fail', 'cancelled'];

/** An arena whose agents hold back their answers to one command until they are let go. */
async function heldAt(held: AgentRequest['command']) {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const agents = await startBusAgents(async (asked) => {
    if (asked.command === held) await released;
    return wellBehaved(asked);
  });
  return { agents, app: await startApp({ bus: agents.bus }), release };
}

describe.each(phases)('cancelled while %s is unanswered', (phase) => {
  it('the reply says that it is over, no job goes on, and a late answer changes nothing', async () => {
    const { agents, app, release } = await heldAt(phase);
    const { client } = app;
    const { id } = await client.create(smallContest());
    await agents.until(({ command }) => command === phase);
    const cancelled = await client.act(id, 'cancel');
    expect(cancelled).toMatchObject({ state: 'cancelled', error: 'cancelled on request', end_reason: null });
    expect(await client.act(id, 'cancel')).toMatchObject({ state: 'cancelled' });
    for (const action of ['start', 'advance', 'pause', 'resume', 'retry'])
      expect([action, (await client.send('POST', `/api/contest/${id}/${action}`)).status]).toEqual([action, 409]);

    const late = client.follow(id);
    const open = (await client.jobs(id)).filter(({ state }) => !final.includes(state));
    // In the role call the seats are told after the reply, and take their jobs along.
    for (const job of open) await late.until((entry) => entry.stream === job.stream && endsJob(entry));
    const asked = agents.asked.length;
    await late.close();
    release();
    await expect.poll(() => agents.heard.some((told) => told.includes(`.response.${phase}.`))).toBe(true);
    const after = await client.get(id);
    expect({ ...after, position: 0, participants: [] }).toEqual({ ...cancelled, position: 0, participants: [] });
    expect(agents.asked.length).toBe(asked);
    expect((await client.jobs(id)).filter(({ state }) => !final.includes(state))).toEqual([]);
  });
});

function endsJob({ events }: { events: readonly { type: string }[] }): boolean {
  return events.some(({ type }) => ['cancelled', 'completed', 'failed'].includes(type));
}

describe('cancelled at rest', () => {
  it.each([
    ['created', { start: false }],
    ['starting', { auto_advance: false }],
  ])('in %s, it is cancelled at once', async (state, change) => {
    const app = await startApp({ bus: (await startBusAgents()).bus });
    const contest = await app.client.create(smallContest(change));
    expect(contest.state).toBe(state);
    expect(await app.client.act(contest.id, 'cancel')).toMatchObject({ state: 'cancelled', rounds: [] });
  });

  it('in fail, it is; once complete, it is refused', async () => {
    const agents = await startBusAgents(failing('judge_apply_effects'));
    const { client } = await startApp({ bus: agents.bus });
    const broken = await client.create(smallContest({ max_attempts: 1 }));
    await client.reach(broken.id, 'fail');
    expect(await client.act(broken.id, 'cancel')).toMatchObject({ state: 'cancelled' });
    agents.follow(wellBehaved);
    const { id } = await client.create(smallContest());
    await client.reach(id, 'complete');
    expect(await client.send('POST', `/api/contest/${id}/cancel`)).toMatchObject({ status: 409 });
  });
});

function failing(command: AgentRequest['command'], message = 'out of order') {
  return (asked: AgentRequest) => (asked.command === command ? { state: 'fail', message } : wellBehaved(asked));
}

const fatal = phases.filter((phase) => phase !== 'player_player_action');

describe.each(fatal)('failed at %s', (phase) => {
  it('it rests until it is retried, and then goes on from there without asking for anything again', async () => {
    const agents = await startBusAgents(failing(phase));
    const { client } = await startApp({ bus: agents.bus });
    const { id } = await client.create(smallContest({ max_attempts: 1 }));
    const failed = await client.reach(id, 'fail');
    expect(failed.error).toContain('out of order');
    for (const action of ['advance', 'pause', 'resume'])
      expect(await client.send('POST', `/api/contest/${id}/${action}`)).toMatchObject({ status: 409 });

    // A second failure in the same place is a failure again.
    const stream = client.follow(id, failed.position);
    await client.act(id, 'retry');
    await stream.moved('contest', 'fail');
    await stream.close();
    const before = agents.asked.length;
    agents.follow(wellBehaved);
    await client.act(id, 'retry');
    const { error, rounds } = await client.reach(id, 'complete');
    expect([error, rounds.length]).toEqual([null, 2]);
    const again = agents.asked.slice(before);
    expect(again[0]?.command).toBe(phase);
    const ofFirst = again.filter(({ round_no }) => round_no === 0 || round_no === null).map(({ command }) => command);
    const answered: readonly string[] = phases.slice(0, phases.indexOf(phase));
    expect(ofFirst.filter((command) => answered.includes(command))).toEqual([]);
  });
});
