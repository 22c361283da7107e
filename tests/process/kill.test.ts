/**
 * The arena is killed with `kill -9` at thirty random moments while contests are played: one that is stepped through all its
 * states, several that run, and some that rest. The agents live on, on a nats-server that lives on too. The next process is
 * started before the last one is killed: it waits for the database and takes over, which spares the test thirty cold starts.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { ContestDocument } from '../../src/protocol/contest.ts';
import type { EntryDocument } from '../../src/protocol/entries.ts';
import type { AgentRequest } from '../../src/protocol/messages.ts';
import { contestStates, roundStates, setupStates } from '../../src/protocol/states.ts';
import { type ArenaProcess, freshDatabase, spawnArena } from '../support/arena-process.ts';
import { type ContestClient, createContestClient, movesOf } from '../support/contest-client.ts';
import { smallContest } from '../support/contest-input.ts';
import { type AskedRequest, startNatsAgents, wellBehaved } from '../support/nats-agents.ts';
import { startNatsServer } from '../support/nats-server.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { type WatchedContest, watchContest } from './watched-contest.ts';

const kills = 30;
const runningAtOnce = 4;

it('goes on after kill -9 at any moment, with every answer kept and nothing asked twice', {
  timeout: 300_000,
}, async () => {
  const random = seededRandom();
  const nats = await startNatsServer();
  /** Contests whose agents fail in one place, until they are repaired. */
  const broken = new Map<string, AgentRequest['command']>();
  const agents = await startNatsAgents(nats.url, async (asked) => {
    await wait(random.between(0, 40));
    if (broken.get(asked.contest_id ?? '') === asked.command) return { state: 'fail', message: 'out of order' };
    return wellBehaved(asked);
  });

  const env = { ARENA_DB_URL: await freshDatabase(), ARENA_NATS_URL: nats.url };
  let arena: ArenaProcess = spawnArena(env);
  let client: ContestClient = createContestClient(await arena.listening());
  const watched: WatchedContest[] = [];
  const hit = new Set<string>();

  const normal = await client.reach((await client.create(smallContest())).id, 'complete');
  const same = {
    arena: undefined,
    arena_id: normal.arena.id,
    participants: undefined,
    participant_ids: normal.participants.map(({ id }) => id),
  };
  const watch = (id: string) => {
    const contest = watchContest(id);
    contest.follow(client);
    watched.push(contest);
    return contest;
  };
  const launch = async (change: object = {}) => watch((await client.create(smallContest({ ...same, ...change }))).id);
  /** Launches a contest that ends in `fail` at the command, and waits until it rests there. */
  const launchBroken = async (command: AgentRequest['command']) => {
    const contest = await launch({ start: false, max_attempts: 1 });
    broken.set(contest.id, command);
    await client.act(contest.id, 'start');
    await contest.reached('fail');
    return contest;
  };

  const walker = await launch({ auto_advance: false, start: false });
  const atRest = [await launchBroken('announcer_describe_arena'), await launchBroken('judge_apply_effects')];
  const cancelled = await launch({ auto_advance: false });
  await client.act(cancelled.id, 'cancel');
  const done = await launch();
  await done.reached('complete');

  for (let kill = 0; kill < kills; kill += 1) {
    const successor = spawnArena(env);
    const isRunning = (contest: WatchedContest) => contest !== walker && !contest.hasEnded();
    while (watched.filter(isRunning).length < runningAtOnce) await launch();
    await random.pick(watched.filter(isRunning)).more(random.between(1, 60));
    await arena.kill();
    await Promise.all(watched.map((contest) => contest.leave()));
    for (const contest of watched) for (const state of contest.states()) hit.add(state);

    arena = successor;
    client = createContestClient(await arena.listening());
    for (const contest of watched.filter((each) => !each.hasEnded())) contest.follow(client);
    await step(walker, client);
  }

  expect([...hit].sort()).toEqual(everyState());

  broken.clear();
  for (const contest of atRest) {
    contest.follow(client);
    await client.act(contest.id, 'retry');
  }
  await client.send('PATCH', `/api/contest/${walker.id}`, { auto_advance: true });
  const played = watched.filter((contest) => contest !== cancelled);
  await Promise.all(played.map((contest) => contest.reached('complete')));

  for (const contest of watched) {
    const entries = await client.entries(contest.id);
    expect(entries.map(({ position }) => position)).toEqual(entries.map((_, index) => index + 1));
    expect(contest.shown().length).toBeGreaterThan(0);
    expect(entries.slice(0, contest.shown().length)).toEqual(contest.shown());
    expect(
      askedAgain(
        entries,
        agents.asked.filter(({ contest_id }) => contest_id === contest.id),
      ),
    ).toEqual([]);
  }
  for (const contest of played) {
    const end = await client.get(contest.id);
    const isBroken = atRest.includes(contest);
    expect(essenceOf(end, isBroken)).toEqual(essenceOf(normal, isBroken));
    if (!isBroken) expect(end.participants.map(({ faults_count }) => faults_count)).toEqual([0, 0, 0, 0, 0]);
  }
  expect(await arena.stop()).toBe(0);
  await agents.close();
  await nats.stop();
});

function everyState(): string[] {
  return [
    ...contestStates.map((state) => `contest ${state}`),
    ...setupStates.map((state) => `setup ${state}`),
    ...roundStates.map((state) => `round ${state}`),
  ].sort();
}

/** One transition of a stepping contest, unless it has ended: whichever machine was due has stopped again, or was left for its parent. */
async function step(walker: WatchedContest, client: ContestClient): Promise<void> {
  if (walker.hasEnded()) return;
  const { position } = await client.get(walker.id);
  await client.act(walker.id, 'advance');
  await walker.until(
    (entry) =>
      entry.position > position &&
      movesOf(entry).some(({ kind, to }) => kind.endsWith('halted') || (kind === 'contest' && to === 'complete')),
  );
}

/** Requests that were sent although the answer to the same job and attempt was on record by then. */
function askedAgain(entries: readonly EntryDocument[], asked: readonly AskedRequest[]): string[] {
  const recordedAt = new Map<string, number>();
  for (const entry of entries) {
    const types = entry.events.map(({ type }) => type);
    if (entry.kind !== 'job' || !types.includes('answered') || types.includes('pended')) continue;
    const { attempt } = entry.events.find(({ type }) => type === 'answered') as unknown as { attempt: number };
    recordedAt.set(`${entry.stream.split('/').at(-1)} ${attempt}`, entry.at);
  }
  return asked
    .filter(({ job_id, attempt, deadline, timeout_ms }) => {
      const at = recordedAt.get(`${job_id} ${attempt}`);
      return at === undefined || deadline - timeout_ms > at;
    })
    .map(({ job_id, attempt, command }) => `${command} ${job_id} ${attempt}`);
}

/** What a contest came to, without its ids and times. Faults are left out where some were wanted. */
function essenceOf(contest: ContestDocument, withoutFaults: boolean): object {
  return {
    state: contest.state,
    winner_id: contest.winner_id,
    end_reason: contest.end_reason,
    current_round: contest.current_round,
    rounds: contest.rounds.map(({ round_no, state, narrative, ending_narrative, features, players }) => ({
      round_no,
      state,
      narrative,
      ending_narrative,
      features: features.map(({ name, description, position, origin }) => ({ name, description, position, origin })),
      players: withoutFaults ? players.map(({ faults: _faults, ...player }) => player) : players,
    })),
  };
}
