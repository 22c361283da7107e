/** Contests that are carried while they rest or are about to end: failed, paused, being cancelled, between two attempts. */
import { beforeAll, describe, expect, it } from 'vitest';
import { auditSchema } from '../../src/protocol/audit.ts';
import { type ContestDocument, contestDocumentSchema } from '../../src/protocol/contest.ts';
import type { AgentRequest } from '../../src/protocol/messages.ts';
import type { SnapshotDocument } from '../../src/protocol/snapshot.ts';
import { type BusAgents, type BusScript, startBusAgents } from '../app/bus-agents.ts';
import { type RunningApp, startApp } from '../app/running-app.ts';
import { smallContest } from '../support/contest-input.ts';
import { wellBehaved } from '../support/nats-agents.ts';
import { cutAt, snapshotOf } from './carried.ts';

interface Place {
  readonly app: RunningApp;
  readonly agents: BusAgents;
}

let here: Place;
let there: Place;
beforeAll(async () => {
  const place = async () => {
    const agents = await startBusAgents();
    return { app: await startApp({ bus: agents.bus }), agents };
  };
  here = await place();
  there = await place();
});

const ways = ['', '?as_new=true'] as const;

/** Otherwise than well, when this is what is asked for in round 0. */
function exceptFor(command: AgentRequest['command'], answer: BusScript): BusScript {
  return (asked) => (asked.command === command && asked.round_no === 0 ? answer(asked) : wellBehaved(asked));
}

async function launched(script: BusScript, change: object = {}): Promise<string> {
  here.agents.follow(script);
  return (await here.app.client.create(smallContest(change))).id;
}

async function restored(document: SnapshotDocument, way: string): Promise<ContestDocument> {
  const { status, body } = await there.app.client.send('POST', `/api/contest/restore${way}`, document);
  expect({ status, body }).toMatchObject({ status: 200 });
  return contestDocumentSchema.parse(body);
}

const askedOf = ({ agents }: Place, id: string, command: AgentRequest['command']) =>
  agents.asked.filter((asked) => asked.contest_id === id && asked.command === command);
const attemptsOf = (asked: readonly AgentRequest[]) => asked.map(({ job_id, attempt }) => ({ job_id, attempt }));

async function expectSound(id: string): Promise<void> {
  const { body } = await there.app.client.send('GET', `/api/contest/${id}/audit`);
  expect(auditSchema.parse(body)).toMatchObject({ ok: true, problems: [] });
}

describe.each(ways)('restored with "%s"', (way) => {
  it('one that has failed rests there, and a retry keeps every answer', async () => {
    const id = await launched(
      exceptFor('judge_apply_effects', ({ job_id }) => ({ job_id, state: 'fail', message: 'out to lunch' })),
      { max_attempts: 1 },
    );
    const failed = await here.app.client.reach(id, 'fail');
    const contest = await restored(await snapshotOf(here.app, id), way);
    expect(contest).toMatchObject({ state: 'fail', error: failed.error });
    expect(await there.app.client.act(contest.id, 'retry')).toMatchObject({ state: 'in_round' });
    const ended = await there.app.client.reach(contest.id, 'complete');
    expect(ended.rounds).toHaveLength(2);
    const again = (command: AgentRequest['command']) =>
      askedOf(there, contest.id, command).filter(({ round_no }) => round_no === 0).length;
    expect([again('player_player_action'), again('judge_player_action_judgement')]).toEqual([0, 0]);
    expect(again('judge_apply_effects')).toBe(1);
    await expectSound(contest.id);
  });

  it('one that has failed at its role call calls everybody again who was absent', async () => {
    const ill: BusScript = (asked) =>
      asked.command === 'health' ? { job_id: asked.job_id, state: 'fail', message: 'ill' } : wellBehaved(asked);
    const id = await launched(ill);
    await here.app.client.reach(id, 'fail');
    const contest = await restored(await snapshotOf(here.app, id), way);
    expect(await there.app.client.send('POST', `/api/contest/${contest.id}/round/0/restart`)).toMatchObject({
      status: 404,
    });
    await there.app.client.act(contest.id, 'retry');
    expect((await there.app.client.reach(contest.id, 'complete')).rounds).toHaveLength(2);
    await expectSound(contest.id);
  });

  it('one that is paused is asked for what it still owes, stays paused, and goes on when it is told to', async () => {
    const id = await launched(exceptFor('player_player_action', () => null));
    const isTurn = (asked: AgentRequest) => asked.contest_id === id && asked.command === 'player_player_action';
    await here.agents.until((asked) => isTurn(asked) && askedOf(here, id, asked.command).length === 2);
    await here.app.client.act(id, 'pause');
    const contest = await restored(await snapshotOf(here.app, id), way);
    expect(contest).toMatchObject({ state: 'in_round', paused: true });
    const stream = there.app.client.follow(contest.id);
    await stream.moved('round halted', 'awaiting_actions');
    expect(askedOf(there, contest.id, 'judge_player_action_judgement')).toEqual([]);
    const attempts = attemptsOf(askedOf(there, contest.id, 'player_player_action')).map(({ attempt }) => attempt);
    expect(attempts).toEqual([1, 1]);
    if (contest.id === id) {
      const before = attemptsOf(askedOf(here, id, 'player_player_action'));
      expect(attemptsOf(askedOf(there, id, 'player_player_action'))).toEqual(expect.arrayContaining(before));
    }
    expect(await there.app.client.get(contest.id)).toMatchObject({ state: 'in_round', paused: true });
    await there.app.client.act(contest.id, 'resume');
    await stream.moved('contest', 'complete');
    await stream.close();
    await expectSound(contest.id);
    await here.app.client.act(id, 'cancel');
  });

  it('one that is being cancelled goes on to be cancelled, and asks nobody any more', async () => {
    const id = await launched(exceptFor('player_player_action', () => null));
    await here.agents.until((asked) => asked.contest_id === id && asked.command === 'player_player_action');
    await here.app.client.act(id, 'cancel');
    const whole = await snapshotOf(here.app, id);
    const requested = whole.entries.find(({ events }) => events.some(({ type }) => type === 'cancel_requested'));
    const contest = await restored(cutAt(whole, requested?.position ?? 0), way);
    const ended = await there.app.client.reach(contest.id, 'cancelled');
    expect(ended).toMatchObject({ error: 'cancelled on request', winner_id: null });
    expect(askedOf(there, contest.id, 'judge_player_action_judgement')).toEqual([]);
    const jobs = await there.app.client.jobs(contest.id);
    expect(jobs.filter(({ state }) => !['complete', 'fail', 'cancelled'].includes(state))).toEqual([]);
    await expectSound(contest.id);
  });

  it('one between two attempts makes the next one, and does not begin to count anew', async () => {
    const garbled = exceptFor('judge_apply_effects', ({ job_id }) => ({ job_id, state: 'complete', data: 'garbage' }));
    const id = await launched(garbled, { max_attempts: 4 });
    const stream = here.app.client.follow(id);
    const isRetry = ({ type }: { type: string }) => type === 'retry_planned';
    await stream.until(({ kind, events }) => kind === 'job' && events.some(isRetry));
    await here.app.client.act(id, 'cancel');
    await stream.close();
    const whole = await snapshotOf(here.app, id);
    const retrying = whole.entries.find(({ kind, events }) => kind === 'job' && events.some(isRetry));
    const contest = await restored(cutAt(whole, retrying?.position ?? 0), way);
    await there.app.client.reach(contest.id, 'complete');
    const attempts = askedOf(there, contest.id, 'judge_apply_effects').filter(({ round_no }) => round_no === 0);
    expect(attempts.map(({ attempt }) => attempt)).toEqual([2]);
    await expectSound(contest.id);
  });
});
