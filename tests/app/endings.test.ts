/** Every way a contest of the running arena ends: by what the judge says, by scores, by rounds, with nobody left, or not at all. */
import { describe, expect, it } from 'vitest';
import type { ContestDocument } from '../../src/protocol/contest.ts';
import type { AgentRequest } from '../../src/protocol/messages.ts';
import { smallContest, smallParticipants } from '../support/contest-input.ts';
import { wellBehaved } from '../support/nats-agents.ts';
import { type BusAgents, type BusScript, startBusAgents } from './bus-agents.ts';
import { type RunningApp, startApp } from './running-app.ts';

/** Short for who waits, and long for the judge of a busy machine: one who is late fails the contest. */
const silenceMs = 500;

interface Stage {
  readonly agents: BusAgents;
  readonly app: RunningApp;
}

async function stage(script: BusScript): Promise<Stage> {
  const agents = await startBusAgents(script);
  return { agents, app: await startApp({ bus: agents.bus }) };
}

async function play(script: BusScript, change: object = {}): Promise<Stage & { contest: ContestDocument }> {
  const made = await stage(script);
  const { id } = await made.app.client.create(smallContest({ max_attempts: 1, ...change }));
  return { ...made, contest: await made.app.client.reach(id, 'complete') };
}

function playersIn(asked: AgentRequest): { id: string; name: string }[] {
  const { rounds } = asked.data.contest as unknown as { rounds: { players: { id: string; name: string }[] }[] };
  return rounds.at(-1)?.players ?? [];
}

/** The judge gives these scores, by the players' names, and names a winner if there is one. */
function judging(scores: Record<string, number>, winner?: string): BusScript {
  return (asked) => {
    if (asked.command !== 'judge_apply_effects') return wellBehaved(asked);
    const players = playersIn(asked);
    const data = {
      players: players.map(({ id, name }) => ({ id, score: scores[name] ?? 0 })),
      winner_id: players.find(({ name }) => name === winner)?.id ?? null,
    };
    return { job_id: asked.job_id, state: 'complete', data };
  };
}

/** The names of participants whose agent is silent when it has to act. */
function silent(names: readonly string[], otherwise: BusScript): BusScript {
  return (asked) => {
    const { you } = (asked.data.contest ?? {}) as { you?: { name: string } };
    return asked.command === 'player_player_action' && names.includes(you?.name ?? '') ? null : otherwise(asked);
  };
}

const nameOf = (contest: ContestDocument, id: string | null) =>
  contest.participants.find((seat) => seat.id === id)?.name ?? null;
const ending = (contest: ContestDocument) => [
  contest.end_reason,
  nameOf(contest, contest.winner_id),
  contest.rounds.length,
];

describe('a contest is complete', () => {
  it.each([
    [
      'winner_named',
      'the judge names a winner, whatever the scores',
      judging({ Ada: 5, Bix: 5_000 }, 'Ada'),
      {},
      'Ada',
      1,
    ],
    ['score', 'a player reaches the winning score', judging({ Ada: 1_000, Bix: 999 }), {}, 'Ada', 1],
    ['draw', 'two reach the winning score alike', judging({ Ada: 1_200, Bix: 1_200 }), {}, null, 1],
    ['score', 'two reach it and one has more', judging({ Ada: 1_200, Bix: 1_201 }), {}, 'Bix', 1],
    ['max_rounds', 'all rounds are played, the highest score wins', judging({ Ada: -1, Bix: -2 }), {}, 'Ada', 2],
    ['draw', 'all rounds are played, with scores alike', judging({ Ada: 7, Bix: 7 }), { max_rounds: 3 }, null, 3],
    [
      'score',
      'a winning score below zero is reached at once',
      judging({ Ada: -3, Bix: -9 }),
      { winning_score: -5 },
      'Ada',
      1,
    ],
  ] as const)('by %s: %s', async (reason, _what, script, change, winner, rounds) => {
    const { contest } = await play(script, change);
    expect(ending(contest)).toEqual([reason, winner, rounds]);
    expect(contest).toMatchObject({ error: null, end_time: expect.any(Number) });
  });

  it('by no_players: players whose agents never answer are out, with the fault on record', async () => {
    const { contest } = await play(silent(['Ada', 'Bix'], wellBehaved), {
      response_timeout_ms: silenceMs,
      max_faults: 2,
      max_rounds: 9,
    });
    expect(ending(contest)).toEqual(['no_players', null, 2]);
    for (const { players } of contest.rounds) {
      expect(players).toMatchObject(
        ['Ada', 'Bix'].map((name) => ({
          name,
          action: { action: 'none' },
          faults: [{ kind: 'timeout', whose: 'agent', attempt: 1 }],
        })),
      );
    }
    expect(contest.rounds.map(({ stats }) => stats.actions_count)).toEqual([0, 0]);
  });

  it('without those who are out: they stay listed, are not asked, and cannot win', async () => {
    // In the first round nobody is out yet, so that the judge may name her.
    const namesAda = judging({ Ada: 5_000, Bix: 1 }, 'Ada');
    const namesNobody = judging({ Ada: 5_000, Bix: 1 });
    const script = silent(['Ada'], (asked) => (asked.round_no === 0 ? namesAda(asked) : namesNobody(asked)));
    const { contest, agents, app } = await play(script, { response_timeout_ms: silenceMs, max_faults: 1 });
    expect(ending(contest)).toEqual(['max_rounds', 'Bix', 2]);
    const listed = (await app.client.send('GET', '/api/contest')).body;
    const isOut = expect.objectContaining({ name: 'Ada', state: 'out', faults_count: 1 });
    expect(listed).toMatchObject([{ participants: expect.arrayContaining([isOut]) }]);
    const ada = contest.participants.find(({ name }) => name === 'Ada');
    expect(ada).toMatchObject({ state: 'out', faults_count: 1 });
    expect(contest.rounds[1]?.players.map(({ name }) => name)).toEqual(['Ada', 'Bix']);
    const asked = agents.asked.filter(
      ({ participant_id, command }) => participant_id === ada?.id && command !== 'health',
    );
    expect(asked.map(({ round_no }) => round_no)).toEqual([0]);
  });

  it('with the last player that is left', async () => {
    const { contest } = await play(silent(['Ada'], judging({ Bix: 2_000 })), {
      response_timeout_ms: silenceMs,
      max_faults: 1,
    });
    expect(ending(contest)).toEqual(['score', 'Bix', 1]);
  });
});

describe('a contest rests in fail', () => {
  it('naming all who are absent, and asks only them again', async () => {
    const isAbsent = (asked: AgentRequest) => absent.includes(asked.participant_id);
    const absent: string[] = [];
    const { agents, app } = await stage((asked) => (isAbsent(asked) ? null : wellBehaved(asked)));
    const input = smallContest({ start: false, health_timeout_ms: 250, max_rounds: 1 });
    const { id, participants } = await app.client.create(input);
    absent.push(...participants.filter(({ role }) => role !== 'player').map((seat) => seat.id));
    await app.client.act(id, 'start');
    const failed = await app.client.reach(id, 'fail');
    await expect(app.client.reach(id, 'complete')).rejects.toThrow(
      `was to reach complete, and is in fail: ${failed.error}`,
    );
    for (const { name, role } of smallParticipants) {
      if (role === 'player') expect(failed.error).not.toContain(name);
      else expect(failed.error).toContain(`${name} (${role}`);
    }
    expect(failed.participants.map(({ state }) => state)).toEqual(['ready', 'ready', 'absent', 'absent', 'absent']);
    expect(failed).toMatchObject({ end_reason: null, winner_id: null });

    agents.follow(wellBehaved);
    await app.client.act(id, 'retry');
    expect(await app.client.reach(id, 'complete')).toMatchObject({ error: null });
    const checks = agents.asked.filter(({ command }) => command === 'health');
    // A check that goes unanswered is sent again, and is the same one.
    const askedBy = new Map(checks.map((asked) => [asked.job_id, asked.participant_id]));
    expect([...askedBy.values()].slice(5).sort()).toEqual(absent.sort());
  });

  it('when nobody listens for its participants', async () => {
    const app = await startApp();
    const { id } = await app.client.create(smallContest({ health_timeout_ms: 60 }));
    const { error, participants } = await app.client.reach(id, 'fail');
    for (const { name } of smallParticipants) expect(error).toContain(name);
    expect(new Set(participants.map(({ state }) => state))).toEqual(new Set(['absent']));
  });
});
