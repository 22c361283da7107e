/** The arena closed and opened again on the same file, in the middle of contests: each goes on to its end, and the tables say the same. */
import { expect, it } from 'vitest';
import { bundledGames } from '../../src/agents/games/games.ts';
import type { ContestDocument } from '../../src/protocol/contest.ts';
import type { EntryDocument } from '../../src/protocol/entries.ts';
import { freshDatabase } from '../support/arena-process.ts';
import { smallContest } from '../support/contest-input.ts';
import { wellBehaved } from '../support/nats-agents.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { type BusAgents, type BusScript, startBusAgents } from './bus-agents.ts';
import { type RunningApp, startApp } from './running-app.ts';
import { falsify, tablesOf } from './tables-of.ts';

const [game] = bundledGames;
const bundled = {
  arena: game?.arena,
  participants: game?.defaultParticipants,
  ...game?.settings,
  seed: 7,
  start: true,
};

/** The game without what differs from one contest to the next. */
function courseOf({ rounds, end_reason }: ContestDocument): unknown {
  return {
    end_reason,
    rounds: rounds.map((round) => ({
      ending: round.ending_narrative,
      players: round.players.map(({ id: _, action, result, position, score, health, faults }) => {
        return { action: action?.action, result: result?.result, position, score, health, faults };
      }),
    })),
  };
}

function expectWhole(entries: readonly EntryDocument[], before: readonly EntryDocument[]): void {
  expect(entries.map(({ position }) => position)).toEqual(entries.map((_, index) => index + 1));
  expect(entries.slice(0, before.length)).toEqual(before);
}

it('goes on to the same end from wherever it was closed, with every entry kept', async () => {
  const random = seededRandom();
  const databaseUrl = await freshDatabase();
  let app: RunningApp = await startApp({ databaseUrl });
  const undisturbed = await app.client.reach((await app.client.create(bundled)).id, 'complete');
  const { id } = await app.client.create(bundled);
  let before: EntryDocument[] = [];
  for (let restart = 0; restart < 6; restart += 1) {
    const stream = app.client.follow(id, before.length);
    await stream.more(random.between(1, 45));
    await app.close();
    expectWhole([...before, ...stream.entries], before);
    const shown = [...before, ...stream.entries];
    await stream.close();
    app = await startApp({ databaseUrl });
    before = await app.client.entries(id);
    expectWhole(before, shown);
  }
  const ended = await app.client.reach(id, 'complete');
  expectWhole(await app.client.entries(id), before);
  expect(courseOf(ended)).toEqual(courseOf(undisturbed));
  expect(await app.client.get(undisturbed.id)).toMatchObject({ state: 'complete', rounds: undisturbed.rounds });
});

/** An arena on the file, with agents of the test, and the next one after it. */
async function open(databaseUrl: string, script: BusScript = wellBehaved): Promise<RunningApp & { agents: BusAgents }> {
  const agents = await startBusAgents(script);
  return { ...(await startApp({ databaseUrl, bus: agents.bus })), agents };
}

it('asks again what was not answered, as the same attempt of the same job, and nothing else', async () => {
  const databaseUrl = await freshDatabase();
  const first = await open(databaseUrl, (asked) =>
    asked.command === 'judge_player_action_judgement' ? null : wellBehaved(asked),
  );
  const { id } = await first.client.create(smallContest({ max_rounds: 1 }));
  const isJudgement = ({ command }: { command: string }) => command === 'judge_player_action_judgement';
  await first.agents.until(() => first.agents.asked.filter(isJudgement).length === 2);
  await first.close();

  const second = await open(databaseUrl);
  const ended = await second.client.reach(id, 'complete');
  const keysOf = (agents: BusAgents) =>
    agents.asked.filter(isJudgement).map(({ job_id, attempt, data }) => ({ job_id, attempt, data }));
  expect(keysOf(second.agents)).toEqual(keysOf(first.agents));
  expect(second.agents.asked.map(({ command }) => command)).toEqual([
    'judge_player_action_judgement',
    'judge_player_action_judgement',
    'judge_apply_effects',
    'announcer_describe_results',
  ]);
  expect(ended.participants.map(({ faults_count }) => faults_count)).toEqual([0, 0, 0, 0, 0]);
});

it('brings back contests at rest when somebody turns to them: created, stepping, paused, failed', async () => {
  const databaseUrl = await freshDatabase();
  const broken: BusScript = (asked) =>
    asked.command === 'judge_apply_effects' ? { state: 'fail', message: 'out of order' } : wellBehaved(asked);
  const first = await open(databaseUrl, broken);
  const { client } = first;
  const created = await client.create(smallContest({ start: false }));
  const stepping = await client.create(smallContest({ auto_advance: false }));
  const failed = await client.create(smallContest({ max_attempts: 1 }));
  await client.reach(failed.id, 'fail');
  const paused = await client.create(smallContest({ auto_advance: false }));
  await client.act(paused.id, 'pause');
  await client.send('PATCH', `/api/contest/${paused.id}`, { auto_advance: true });
  await client.act(stepping.id, 'advance');
  const watched = client.follow(stepping.id);
  await watched.moved('contest halted', 'role_call');
  await watched.close();
  const ids = [created, stepping, failed, paused].map((contest) => contest.id);
  const before = await Promise.all(ids.map((id) => client.get(id)));
  await first.close();

  const second = await open(databaseUrl);
  expect(await Promise.all(ids.map((id) => second.client.get(id)))).toEqual(before);
  expect(second.agents.asked).toEqual([]);
  await second.client.act(created.id, 'start');
  await second.client.act(failed.id, 'retry');
  await second.client.act(paused.id, 'resume');
  expect(await second.client.act(stepping.id, 'advance')).toMatchObject({ state: 'setup_arena' });
  await second.client.send('PATCH', `/api/contest/${stepping.id}`, { auto_advance: true });
  for (const id of ids) expect(await second.client.reach(id, 'complete')).toMatchObject({ error: null });
});

it('has the same rows in all tables as a rebuild from the journal makes', async () => {
  const databaseUrl = await freshDatabase();
  const inRoundOne =
    (answer: object | null): BusScript =>
    (asked) =>
      asked.command === 'player_player_action' && asked.round_no === 1 ? answer : wellBehaved(asked);
  const first = await open(databaseUrl, inRoundOne({ state: 'fail', message: 'out of order' }));
  const { client } = first;
  const ended = await client.create(smallContest({ max_attempts: 2 }));
  expect((await client.reach(ended.id, 'complete')).participants.some((seat) => seat.faults_count > 0)).toBe(true);
  first.agents.follow(inRoundOne(null));
  const deleted = await client.create(smallContest({ start: false }));
  await client.send('DELETE', `/api/contest/${deleted.id}`);
  const cancelled = await client.create(smallContest({ auto_advance: false }));
  await client.act(cancelled.id, 'cancel');
  const held = await client.create(smallContest());
  await first.agents.until(({ contest_id, round_no }) => contest_id === held.id && round_no === 1);
  await client.send('POST', `/api/contest/${held.id}/verify`);
  await first.close();

  const live = tablesOf(databaseUrl);
  // Nobody asks a language model in these contests.
  const empty = Object.entries(live).filter(([, rows]) => rows.length === 0);
  expect(empty.map(([table]) => table)).toEqual(['generatejob']);
  expect(live.contest.map(({ key }) => key).sort()).toEqual(
    [ended, deleted, cancelled, held].map(({ id }) => id).sort(),
  );
  falsify(databaseUrl);
  const second = await open(databaseUrl, () => null);
  await second.arena.rebuild();
  await second.close();
  expect(tablesOf(databaseUrl)).toEqual(live);
});
