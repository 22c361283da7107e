/** A whole contest, transition by transition: over the bus and over HTTP, through every state of contest, setup and round. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { roundStates, setupStates } from '../../src/protocol/states.ts';
import { freshDatabase, type RunningArena, startArena } from '../support/arena-process.ts';
import { type ContestClient, createContestClient, type EntryStream, movesOf } from '../support/contest-client.ts';
import { smallContest } from '../support/contest-input.ts';
import { type NatsAgents, startNatsAgents } from '../support/nats-agents.ts';
import { type NatsServer, startNatsServer } from '../support/nats-server.ts';
import { flowOf, type NoticeWatcher, toldFlow, watchNotices } from '../support/notice-watcher.ts';

let nats: NatsServer;
let agents: NatsAgents;
let watcher: NoticeWatcher;
let arena: RunningArena;
let client: ContestClient;

beforeAll(async () => {
  nats = await startNatsServer();
  agents = await startNatsAgents(nats.url);
  watcher = await watchNotices(nats.url);
  arena = await startArena({ ARENA_DB_URL: await freshDatabase(), ARENA_NATS_URL: nats.url });
  client = createContestClient(arena.url);
});
afterAll(async () => {
  expect(await arena.stop()).toBe(0);
  await agents.close();
  await nats.stop();
});

const setupInOrder = setupStates.filter((state) => state !== 'setup_fail');
const roundInOrder = roundStates.filter((state) => state !== 'round_fail');
/** Where a stepping contest of one round stops, in order. */
const stops = [
  'contest starting',
  'contest role_call',
  ...setupInOrder.slice(0, -1).map((state) => `setup ${state}`),
  'contest setup_arena',
  ...roundInOrder.slice(0, -1).map((state) => `round ${state}`),
  'contest in_round',
  'contest check_end',
];

function haltsIn(stream: EntryStream): string[] {
  return stream.entries.flatMap((entry) =>
    movesOf(entry)
      .filter(({ kind }) => kind.endsWith('halted'))
      .map(({ kind, to }) => `${kind.replace(' halted', '')} ${to}`),
  );
}

/** Advances until the end, each time when the contest has stopped again, and returns where it stopped. */
async function walk(id: string, advance: (state: string, step: number) => Promise<void>): Promise<string[]> {
  const stream = client.follow(id);
  let position = 0;
  let state = 'created';
  for (let step = 0; state !== 'complete'; step += 1) {
    await advance(state, step);
    const stopped = await stream.until(
      (entry) =>
        entry.position > position &&
        movesOf(entry).some(({ kind, to }) => kind.endsWith('halted') || (kind === 'contest' && to === 'complete')),
    );
    position = stopped.position;
    state = movesOf(stopped).at(-1)?.to ?? '';
  }
  const halts = haltsIn(stream);
  await stream.close();
  return halts;
}

async function launch(): Promise<string> {
  const { id, state } = await client.create(smallContest({ auto_advance: false, start: false, max_rounds: 1 }));
  expect(state).toBe('created');
  return id;
}

async function expectAllTold(id: string): Promise<void> {
  await watcher.until(({ subject }) => subject === `arena.contest.${id}.contestmachine.complete`);
  const entries = await client.entries(id);
  expect(toldFlow(id, watcher.notices())).toEqual(flowOf(id, entries));
  expect(toldFlow(id, watcher.notices()).filter((told) => told.includes('.pause')).length).toBe(stops.length);
}

it('stops in every state when it is advanced over HTTP, and tells of each stop', async () => {
  const id = await launch();
  expect(await walk(id, async () => void (await client.act(id, 'advance')))).toEqual(stops);
  await expectAllTold(id);
});

it('stops in every state when it is advanced over the bus, once for each job id', async () => {
  const id = await launch();
  const halts = await walk(id, async (state, step) => {
    const subject = `arena.contest.${id}.contestflow.${state}.step-number-${step}`;
    // The second is the same command: were it carried out, the contest would skip a stop.
    for (const _ of ['first', 'again']) {
      const answer = await agents.connection.request(subject, '', { timeout: 10_000 });
      expect(answer.json()).toMatchObject({ job_id: `step-number-${step}`, state: 'complete' });
    }
  });
  expect(halts).toEqual(stops);
  await expectAllTold(id);
});

it('goes on with its set-up and its rounds when only the state of the contest is named', async () => {
  const id = await launch();
  const halts = await walk(id, async (_state, step) => {
    const { state } = await client.get(id);
    await agents.connection.request(`arena.contest.${id}.contestflow.${state}.by-its-state-${step}`, '', {
      timeout: 10_000,
    });
  });
  expect(halts).toEqual(stops);
});

it('takes a job for the same whatever state it names the second time', async () => {
  const id = await launch();
  const advance = async (state: string) => {
    const subject = `arena.contest.${id}.contestflow.${state}.the-same-job`;
    return (await agents.connection.request(subject, '', { timeout: 10_000 })).json();
  };
  const once = { job_id: 'the-same-job', state: 'complete', data: { state: 'starting' } };
  expect([await advance('created'), await advance('starting')]).toEqual([once, once]);
  expect(await client.get(id)).toMatchObject({ state: 'starting' });
});

it('refuses to advance from a state that it is not in, and tells why', async () => {
  const id = await launch();
  const before = await client.entries(id);
  const answer = await agents.connection.request(`arena.contest.${id}.contestflow.check_end.wrong-state-here`, '', {
    timeout: 10_000,
  });
  expect(answer.json()).toEqual({
    job_id: 'wrong-state-here',
    state: 'fail',
    message: 'the contest is in created, not in check_end',
  });
  expect(await client.entries(id)).toEqual(before);
});

it('takes its own notices for notices, and a last token that names a state never for a job', async () => {
  const id = await launch();
  const before = await client.entries(id);
  agents.connection.publish(`arena.contest.${id}.contestflow.created.starting`, '{}');
  await agents.connection.flush();
  // A command after it on the same connection is answered when the one before was read.
  await agents.connection.request(`arena.contest.${id}.contestflow.check_end.after-the-notice`, '', {
    timeout: 10_000,
  });
  expect(await client.entries(id)).toEqual(before);
});
