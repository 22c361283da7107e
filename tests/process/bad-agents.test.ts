/**
 * Agents that misbehave, one by one, on a real nats-server: each fault is recorded as what it is and whose it is, and the contest
 * goes on, or rests in a failure from which a retry plays on with every other answer kept.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ContestDocument, Fault } from '../../src/protocol/contest.ts';
import { freshDatabase, type RunningArena, startArena } from '../support/arena-process.ts';
import { type ContestClient, createContestClient } from '../support/contest-client.ts';
import { smallContest } from '../support/contest-input.ts';
import {
  type AskedRequest,
  type NatsAgents,
  type Script,
  startNatsAgents,
  wellBehaved,
} from '../support/nats-agents.ts';
import { type NatsServer, startNatsServer } from '../support/nats-server.ts';

let nats: NatsServer;
let agents: NatsAgents;
let arena: RunningArena;
let client: ContestClient;
/** How the agents of a contest answer; well where nothing is said. */
const scripts = new Map<string, Script>();

beforeAll(async () => {
  // The default of 1 MiB is just what an answer may have; more would never leave the agent.
  nats = await startNatsServer({ payloadMax: 32 * 1024 * 1024 });
  agents = await startNatsAgents(nats.url, (asked) => (scripts.get(asked.contest_id ?? '') ?? wellBehaved)(asked));
  arena = await startArena({ ARENA_DB_URL: await freshDatabase(), ARENA_NATS_URL: nats.url });
  client = createContestClient(arena.url);
});
afterAll(async () => {
  expect(await arena.stop()).toBe(0);
  await agents.close();
  await nats.stop();
});

/** Starts a contest of one round in which the agents follow the script. */
async function launch(script: Script, change: object = {}): Promise<ContestDocument> {
  const limits = { max_rounds: 1, response_timeout_ms: 10_000, max_attempts: 2 };
  const created = await client.create(smallContest({ start: false, ...limits, ...change }));
  scripts.set(created.id, script);
  return client.act(created.id, 'start');
}

async function play(script: Script, state: string, change: object = {}): Promise<ContestDocument> {
  return client.reach((await launch(script, change)).id, state);
}

/** The contest when the seat that something went wrong with has noted it, which it does just after the round. */
async function noted(id: string, seat: string): Promise<ContestDocument> {
  const stream = client.follow(id);
  await stream.until(
    ({ stream: address, events }) => address.endsWith(seat) && events.some(({ type }) => type === 'round_noted'),
  );
  await stream.close();
  return client.get(id);
}

/** The script in which the first player does this when it is asked for its action, and everybody else does well. */
function player(misdeed: Script): Script {
  return (asked) => (isFirstPlayers(asked) ? misdeed(asked) : wellBehaved(asked));
}

function isFirstPlayers(asked: AskedRequest): boolean {
  const seen = asked.data.contest as { you: { name: string } } | undefined;
  return asked.command === 'player_player_action' && seen?.you.name === 'Ada';
}

function on(command: AskedRequest['command'], misdeed: Script): Script {
  return (asked) => (asked.command === command ? misdeed(asked) : wellBehaved(asked));
}

function answer(asked: AskedRequest, data: unknown): object {
  return { job_id: asked.job_id, state: 'complete', data };
}

function brief(faults: readonly Fault[]): string[] {
  return faults.map(({ kind, whose, attempt }) => `${kind} of ${whose} at attempt ${attempt}`);
}

function firstPlayer(contest: ContestDocument) {
  const found = contest.rounds[0]?.players[0];
  if (!found) throw new Error('the contest has no first player');
  return found;
}

async function jobOf(contest: ContestDocument, prompt: string) {
  const job = (await client.jobs(contest.id)).find(
    ({ prompt_type, participant_id }) =>
      prompt_type === prompt && (prompt[0] !== 'p' || participant_id === firstPlayer(contest).id),
  );
  if (!job) throw new Error(`the contest has no job for ${prompt}`);
  return job;
}

/**
 * Silence is waited for; every other fault comes by itself, however busy the machine is. So long that whoever is not silent answers on a busy
 * one too: the contests of these tests wait at the same time.
 */
function patienceFor(fault: string): object {
  return fault.startsWith('timeout') ? { response_timeout_ms: 1_200 } : {};
}

const mebibytes = (count: number) => 'x'.repeat(count * 1024 * 1024);

describe.concurrent('a player that gives no usable answer does nothing, with the fault on record, and the contest goes on', () => {
  it.each<[string, Script, string]>([
    ['is silent', () => null, 'timeout of agent'],
    ['answers with nothing', () => '', 'empty of agent'],
    ['answers with rubbish', () => 'Good morning!', 'unparsable of agent'],
    [
      'answers with half of an answer',
      (asked) => JSON.stringify(wellBehaved(asked)).slice(0, -12),
      'truncated of agent',
    ],
    ['answers in another shape', (asked) => answer(asked, { action: 7 }), 'invalid of agent'],
    ['answers with 10 MB', (asked) => answer(asked, { action: mebibytes(10) }), 'too_large of agent'],
    [
      'answers for another job',
      (asked) => ({ ...wellBehaved(asked), job_id: 'other-job-here-00000000' }),
      'wrong_job of agent',
    ],
    ['says fail', () => ({ state: 'fail', message: 'I cannot' }), 'refused of agent'],
  ])('%s', async (_name, misdeed, fault) => {
    const contest = await play(player(misdeed), 'complete', patienceFor(fault));
    const [ada, bix] = contest.rounds[0]?.players ?? [];
    expect(ada?.action).toEqual({ action: 'none', target: null, narration: null });
    expect(bix?.action?.action).toBe('walk 0');
    expect(brief(ada?.faults ?? [])).toEqual([`${fault} at attempt 1`, `${fault} at attempt 2`]);
    expect(bix?.faults).toEqual([]);
    const job = await jobOf(contest, 'player_player_action');
    expect(job).toMatchObject({ state: 'fail', attempts: 2 });
    expect(job.faults).toEqual(ada?.faults);
    const { participants } = await noted(contest.id, firstPlayer(contest).id);
    expect(participants.slice(0, 4).map(({ faults_count }) => faults_count)).toEqual([2, 0, 0, 0]);
  });

  it('is pending for ever', async () => {
    const misdeed = player((asked) => ({ job_id: asked.job_id, state: 'pending', delay: 2_000 }));
    const contest = await play(misdeed, 'complete', { response_timeout_ms: 1_000 });
    expect(firstPlayer(contest).action?.action).toBe('none');
    expect(brief(firstPlayer(contest).faults)).toEqual(['timeout of agent at attempt 1']);
    const asked = agents.asked.filter((each) => each.contest_id === contest.id && isFirstPlayers(each));
    expect(asked.length).toBeGreaterThan(2);
    expect(new Set(asked.map(({ job_id, attempt }) => `${job_id} ${attempt}`)).size).toBe(1);
  });

  it('answers when it is too late: recorded once, and changes nothing', async () => {
    const over = Promise.withResolvers<void>();
    const late = player(async (asked) => {
      await over.promise;
      const good = JSON.stringify(wellBehaved(asked));
      return [good, good];
    });
    // The other player takes its time, so that the round still waits for actions.
    let isOver = false;
    const script: Script = (asked) => {
      if (asked.command !== 'player_player_action' || isFirstPlayers(asked) || isOver) return late(asked);
      return { job_id: asked.job_id, state: 'pending', delay: 50 };
    };
    const created = await launch(script, { max_attempts: 1, response_timeout_ms: 2_000 });
    const stream = client.follow(created.id);
    await stream.until(({ events }) => events.some(({ type }) => type === 'failed'));
    over.resolve();
    const recorded = await stream.until(({ events }) => events.some(({ type }) => type === 'late_answer'));
    isOver = true;
    await stream.moved('contest', 'complete');
    const entries = await client.entries(created.id);
    expect(entries.filter(({ events }) => events.some(({ type }) => type === 'late_answer')).length).toBe(1);
    expect(recorded.events).toMatchObject([{ fault: { kind: 'late', whose: 'agent' } }]);
    const contest = await client.get(created.id);
    expect(firstPlayer(contest).action?.action).toBe('none');
    expect(brief((await jobOf(contest, 'player_player_action')).faults)).toEqual([
      'timeout of agent at attempt 1',
      'late of agent at attempt 1',
    ]);
    await stream.close();
  });
});

it('takes the first of two answers', async () => {
  const contest = await play(
    player((asked) => [
      JSON.stringify(answer(asked, { action: 'first' })),
      JSON.stringify(answer(asked, { action: 'second' })),
    ]),
    'complete',
  );
  expect(firstPlayer(contest)).toMatchObject({ action: { action: 'first' }, faults: [] });
  expect(await jobOf(contest, 'player_player_action')).toMatchObject({ state: 'complete', attempts: 1, faults: [] });
});

it("refuses an answer on another participant's subject, and takes the right one", async () => {
  const contest = await play(
    player(async (asked) => {
      const other = asked.reply.replace(asked.participant_id, 'another-agent-here-00000000');
      agents.connection.publish(other, JSON.stringify(answer(asked, { action: 'stolen' })));
      return answer(asked, { action: 'mine' });
    }),
    'complete',
  );
  expect(firstPlayer(contest)).toMatchObject({ action: { action: 'mine' }, faults: [] });
  await arena.wrote("an answer on another participant's subject was refused");
});

it('tells an agent what was wrong, and takes its better answer', async () => {
  const contest = await play(
    player((asked) => (asked.attempt === 1 ? 'What?' : wellBehaved(asked))),
    'complete',
  );
  expect(firstPlayer(contest).action?.action).toBe('walk 0');
  expect(brief(firstPlayer(contest).faults)).toEqual(['unparsable of agent at attempt 1']);
  const again = agents.asked.find(
    (each) => each.contest_id === contest.id && isFirstPlayers(each) && each.attempt === 2,
  );
  expect(again?.message).not.toBe('');
});

describe.concurrent('a judge or an announcer that fails rests the contest where a retry goes on', () => {
  it.each<[string, AskedRequest['command'], Script, string]>([
    [
      'a judge that names unknown players',
      'judge_apply_effects',
      (asked) => answer(asked, { players: [{ id: 'nobody-of-this-contest', score: 1 }] }),
      'invalid of judge',
    ],
    [
      'a judge that moves a player off the grid',
      'judge_apply_effects',
      (asked) => answer(asked, { players: [{ id: playersOf(asked)[0], position: '6,1' }] }),
      'invalid of judge',
    ],
    [
      'a judge that names an unknown winner',
      'judge_apply_effects',
      (asked) => answer(asked, { players: [], winner_id: 'nobody-of-this-contest' }),
      'invalid of judge',
    ],
    ['a judge that rules nothing', 'judge_player_action_judgement', (asked) => answer(asked, {}), 'invalid of judge'],
    ['an announcer that is silent at the scene', 'announcer_describe_arena', () => null, 'timeout of agent'],
    ['an announcer that is silent at the results', 'announcer_describe_results', () => null, 'timeout of agent'],
    [
      'an arena agent that puts a feature off the grid',
      'arena_generate_features',
      (asked) => answer(asked, [{ name: 'Tree', description: '', position: '9,9' }]),
      'invalid of agent',
    ],
    [
      'an arena agent that gives a feature a name that turns the rest of a line around',
      'arena_generate_features',
      (asked) => answer(asked, [{ name: 'Tr\u202eee', description: '', position: '1,1' }]),
      'invalid of agent',
    ],
  ])('%s', async (_name, command, misdeed, fault) => {
    const failed = await play(on(command, misdeed), 'fail', patienceFor(fault));
    expect(failed.error).toContain(fault.split(' ')[0]);
    const job = await jobOf(failed, command);
    expect(job).toMatchObject({ state: 'fail', attempts: 2 });
    expect(brief(job.faults)).toEqual([`${fault} at attempt 1`, `${fault} at attempt 2`]);

    scripts.delete(failed.id);
    const askedBefore = new Set(agents.asked.filter(({ contest_id }) => contest_id === failed.id));
    const keptBefore = await keptJobs(failed.id);
    await client.act(failed.id, 'retry');
    const contest = await client.reach(failed.id, 'complete');
    expect(firstPlayer(contest)).toMatchObject({ action: { action: 'walk 0' }, score: 3 });
    // Only what had failed, and what comes after it, is asked.
    const askedNow = agents.asked.filter((each) => each.contest_id === failed.id && !askedBefore.has(each));
    expect(askedNow[0]?.command).toBe(command);
    const kept = new Set(keptBefore.map(({ about }) => about));
    expect(askedNow.map(aboutOf).filter((about) => kept.has(about))).toEqual([]);
    expect(contest.error).toBe(null);
  });
});

function playersOf(asked: AskedRequest): string[] {
  const { rounds } = asked.data.contest as unknown as { rounds: { players: { id: string }[] }[] };
  return (rounds.at(-1)?.players ?? []).map(({ id }) => id);
}

function aboutOf(asked: AskedRequest): string {
  const { player: about } = asked.data as { player?: { id: string } };
  return [asked.command, asked.participant_id, about?.id ?? ''].join(' ');
}

/** The requests of a contest whose answers are on record. */
async function keptJobs(id: string): Promise<{ about: string }[]> {
  const complete = new Set(
    (await client.jobs(id)).filter(({ state }) => state === 'complete').map(({ job_id }) => job_id),
  );
  return agents.asked.filter(({ job_id }) => complete.has(job_id)).map((asked) => ({ about: aboutOf(asked) }));
}
