/** A contest of the running arena that is stepped through by hand: each advance makes one transition, and every state is seen. */
import { beforeAll, expect, it } from 'vitest';
import { contestDocumentSchema } from '../../src/protocol/contest.ts';
import { turnSchema } from '../../src/protocol/turns.ts';
import { snapshotOf } from '../carrying/carried.ts';
import { movesOf } from '../support/contest-client.ts';
import { smallContest } from '../support/contest-input.ts';
import { wellBehaved } from '../support/nats-agents.ts';
import { startBusAgents } from './bus-agents.ts';
import { type RunningApp, startApp } from './running-app.ts';

let app: RunningApp;
beforeAll(async () => {
  app = await startApp({ bus: (await startBusAgents()).bus });
});

interface Step {
  /** The transitions of contest, setup and round that followed one advance, such as `round judging_actions`. */
  readonly moves: readonly string[];
  /** What the contest stands before now, such as `setup idle`; null at its end. */
  readonly halt: string | null;
}

interface Walk {
  advance(): Promise<Step>;
  /** Advances until it stands there; returns every step. */
  until(halt: string): Promise<Step[]>;
}

function walk(id: string, { client } = app): Walk {
  const stream = client.follow(id);
  let position = 0;
  const steps: Walk = {
    async advance() {
      position = (await client.entries(id)).at(-1)?.position ?? 0;
      const from = position;
      await client.act(id, 'advance');
      const stopped = await stream.until(
        (entry) =>
          entry.position > from &&
          movesOf(entry).some(({ kind, to }) => kind.endsWith('halted') || (kind === 'contest' && to === 'complete')),
      );
      const made = stream.entries.filter((entry) => entry.position > from && entry.position <= stopped.position);
      const moves = made.flatMap(movesOf).filter(({ kind }) => ['contest', 'setup', 'round'].includes(kind));
      const last = movesOf(stopped).at(-1);
      return {
        moves: moves.map(({ kind, to }) => `${kind} ${to}`),
        halt: last?.kind.endsWith('halted') ? `${last.kind.replace(' halted', '')} ${last.to}` : null,
      };
    },
    async until(halt) {
      const made: Step[] = [];
      while (made.at(-1)?.halt !== halt) {
        made.push(await steps.advance());
        if (made.at(-1)?.halt === null) throw new Error(`the contest has ended without standing before ${halt}`);
      }
      return made;
    },
  };
  return steps;
}

const setup = [
  'creating_round',
  'adding_fixed_features',
  'generating_features',
  'generating_positions',
  'describing_setup',
  'setup_complete',
].map((state) => `setup ${state}`);
const round = [
  'in_progress',
  'round_prompting',
  'awaiting_actions',
  'judging_actions',
  'applying_effects',
  'describing_results',
  'presenting_results',
  'round_complete',
].map((state) => `round ${state}`);
const played = ['contest in_round', ...round, 'contest check_end'];
const whole = [
  ...['starting', 'role_call', 'setup_arena'].map((state) => `contest ${state}`),
  ...setup,
  ...played,
  'contest create_round',
  ...played,
  'contest complete',
];

const launch = async (change: object = {}) =>
  (await app.client.create(smallContest({ auto_advance: false, start: false, ...change }))).id;

it('makes one transition for each advance, from created to complete, through every state in order', async () => {
  const id = await launch();
  const steps = walk(id);
  for (const [index, expected] of whole.entries()) {
    const { moves, halt } = await steps.advance();
    expect([index, moves]).toEqual([index, [expected]]);
    const { state, rounds } = await app.client.get(id);
    const [kind, to] = expected.split(' ');
    if (kind === 'contest') expect(state).toBe(to);
    if (kind === 'round') expect(rounds.at(-1)?.state).toBe(to);
    if (halt === null) expect(state).toBe('complete');
  }
  expect(await app.client.send('POST', `/api/contest/${id}/advance`)).toMatchObject({ status: 409 });
});

it('makes one transition of many advances at once', async () => {
  const id = await launch();
  const steps = walk(id);
  await steps.until('setup adding_fixed_features');
  const before = (await app.client.entries(id)).length;
  const stream = app.client.follow(id, before);
  const advances = await Promise.all([1, 2, 3].map(() => app.client.act(id, 'advance')));
  expect(advances.map(({ state }) => state)).toEqual(['setup_arena', 'setup_arena', 'setup_arena']);
  await stream.moved('setup halted', 'generating_features');
  await stream.close();
  // The advances that found nothing due have made no entry, and the one that was due has not gone further.
  expect((await app.client.entries(id)).flatMap(movesOf).filter(({ to }) => to === 'generating_positions')).toEqual([]);
});

it('goes on by itself as soon as auto_advance is set, and stops again when it is taken back', async () => {
  const id = await launch({ max_rounds: 200 });
  await walk(id).until('round judging_actions');
  const patch = (change: object) => app.client.send('PATCH', `/api/contest/${id}`, change);
  const stream = app.client.follow(id);
  expect(await patch({ auto_advance: true })).toMatchObject({ status: 200, body: { auto_advance: true } });
  await stream.moved('contest', 'create_round');
  await app.client.act(id, 'pause');
  expect(await patch({ auto_advance: false })).toMatchObject({ status: 200, body: { paused: true } });
  await app.client.act(id, 'resume');
  const held = await app.client.get(id);
  expect(held).toMatchObject({ auto_advance: false, paused: false });
  expect(['create_round', 'in_round', 'check_end']).toContain(held.state);
  await stream.close();
  await app.client.act(id, 'cancel');
});

it('takes a change of max_rounds while stepping, but not below what has begun', async () => {
  const id = await launch({ max_rounds: 5 });
  const steps = walk(id);
  await steps.until('contest create_round');
  await steps.until('round idle');
  const patch = (maxRounds: number) => app.client.send('PATCH', `/api/contest/${id}`, { max_rounds: maxRounds });
  expect(await patch(1)).toMatchObject({
    status: 422,
    body: { detail: expect.stringContaining('round 1 has begun') },
  });
  expect(await patch(2)).toMatchObject({ status: 200, body: { max_rounds: 2 } });
  await steps.until('contest check_end');
  expect(await steps.advance()).toEqual({ moves: ['contest complete'], halt: null });
  expect((await app.client.get(id)).rounds).toHaveLength(2);
});

it('pauses a running contest before its next transition, keeps the answers that come in, and resumes', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const agents = await startBusAgents(async (asked) => {
    if (asked.command === 'player_player_action' && asked.round_no === 0) await held;
    return wellBehaved(asked);
  });
  const { client } = await startApp({ bus: agents.bus });
  const { id } = await client.create(smallContest());
  await agents.until(({ command }) => command === 'player_player_action');
  expect(await client.act(id, 'pause')).toMatchObject({ paused: true, state: 'in_round' });
  const stream = client.follow(id);
  release();
  await stream.moved('round halted', 'awaiting_actions');
  const paused = await client.get(id);
  expect(paused.rounds[0]?.players.map(({ action }) => action?.action)).toEqual(['walk 0', 'walk 0']);
  expect(agents.asked.map(({ command }) => command)).not.toContain('judge_player_action_judgement');

  await client.act(id, 'advance');
  await stream.moved('round halted', 'judging_actions');
  expect(await client.act(id, 'resume')).toMatchObject({ paused: false });
  await stream.close();
  const ended = await client.reach(id, 'complete');
  expect(ended.rounds).toHaveLength(2);
  const asked = agents.asked.filter(({ command }) => command === 'player_player_action');
  expect(asked.map(({ round_no }) => round_no)).toEqual([0, 0, 1, 1]);
});

it('asks the same attempt in the same words when a step was taken meanwhile, and stands up to the audit, as a copy too', async () => {
  const stepped = Promise.withResolvers<void>();
  const pended = new Set<string>();
  const agents = await startBusAgents(async (asked) => {
    if (asked.command !== 'player_player_action' || pended.has(asked.job_id)) return wellBehaved(asked);
    pended.add(asked.job_id);
    await stepped.promise;
    return { job_id: asked.job_id, state: 'pending', delay: 0 };
  });
  const other = await startApp({ bus: agents.bus });
  const { client } = other;
  const { id } = await client.create(smallContest({ auto_advance: false, start: true, max_rounds: 1 }));
  const steps = walk(id, other);
  await steps.until('round round_prompting');
  const stream = client.follow(id);
  await client.act(id, 'advance');
  await stream.moved('round', 'awaiting_actions');
  stepped.resolve();
  await stream.moved('round halted', 'awaiting_actions');
  await stream.close();

  expect(pended.size).toBe(2);
  for (const job of pended) {
    const [before, after, ...more] = agents.asked.filter(({ job_id }) => job_id === job);
    expect(more).toEqual([]);
    expect(after).toEqual({ ...before, deadline: after?.deadline });
    expect((await client.send('GET', `/api/job/${job}/request`)).body).toEqual(after);
  }
  const exported = (await fetch(`${other.url}/api/contest/${id}/export`).then((answer) => answer.text())).trim();
  const turns = exported.split('\n').map((line) => turnSchema.parse(JSON.parse(line)));
  for (const { job_id, view } of turns.filter(({ job_id }) => pended.has(job_id)))
    expect(view).toEqual(agents.asked.find((asked) => asked.job_id === job_id)?.data);

  const { body: copy } = await client.send('POST', '/api/contest/restore?as_new=true', await snapshotOf(other, id));
  for (const one of [id, contestDocumentSchema.parse(copy).id])
    expect((await client.send('GET', `/api/contest/${one}/audit`)).body).toMatchObject({ ok: true, problems: [] });
});
