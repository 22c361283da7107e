/** The turns of a contest as files: the same rows in each format, with what was sent, said, ruled, and what it cost. */
import { parquetReadObjects } from 'hyparquet';
import { beforeAll, expect, it } from 'vitest';
import { type Turn, turnSchema } from '../../src/protocol/turns.ts';
import { smallContest } from '../support/contest-input.ts';
import { wellBehaved } from '../support/nats-agents.ts';
import { type BusAgents, startBusAgents } from './bus-agents.ts';
import { type RunningApp, startApp } from './running-app.ts';

let app: RunningApp;
let agents: BusAgents;
let id: string;
let turns: Turn[];

beforeAll(async () => {
  agents = await startBusAgents((asked) => {
    if (asked.command === 'judge_apply_effects' && asked.attempt === 1)
      return { job_id: asked.job_id, state: 'complete', data: { winner_id: 'nobody-of-this-contest' } };
    const usage = { model: 'tiny "1", old', input_tokens: 900, output_tokens: 12, cost_usd: 0.0025 };
    return { ...wellBehaved(asked), usage };
  });
  app = await startApp({ bus: agents.bus });
  id = (await app.client.create(smallContest())).id;
  await app.client.reach(id, 'complete');
  turns = (await text('jsonl'))
    .trimEnd()
    .split('\n')
    .map((line) => turnSchema.strict().parse(JSON.parse(line)));
});

function download(format: string): Promise<Response> {
  return fetch(`${app.url}/api/contest/${id}/export?format=${format}`);
}

async function text(format: string): Promise<string> {
  return (await download(format)).text();
}

it('has one row for each prompt, in the order in which they were asked', () => {
  const prompts = [...new Set(agents.asked.filter(({ command }) => command !== 'health').map(({ job_id }) => job_id))];
  expect(turns.map(({ job_id }) => job_id)).toEqual(prompts);
});

it('holds what was sent, word for word, and what was answered', () => {
  for (const turn of turns) {
    const asked = agents.asked.findLast(({ job_id }) => job_id === turn.job_id);
    expect(asked?.data).toEqual(turn.view);
    expect(asked).toMatchObject({
      command: turn.prompt_type,
      participant_id: turn.participant_id,
      attempt: turn.attempts,
    });
    expect(turn).toMatchObject({ outcome: 'complete', model: 'tiny "1", old', input_tokens: 900, cost_usd: 0.0025 });
    expect(turn.answer).not.toBeNull();
  }
});

it("puts the ruling and the judge's effects beside the action", async () => {
  const contest = await app.client.get(id);
  const actions = turns.filter(({ prompt_type }) => prompt_type === 'player_player_action');
  expect(actions.length).toBe(contest.rounds.reduce((sum, round) => sum + round.players.length, 0));
  for (const { round_no, participant_id, action, ruling, effects } of actions) {
    const player = contest.rounds[round_no]?.players.find((one) => one.id === participant_id);
    expect(player).toMatchObject({
      action,
      result: ruling,
      score: effects?.player?.score,
      position: effects?.player?.position,
    });
  }
});

it('names the faults of a turn, with the attempts that it took', () => {
  const judged = turns.filter(({ prompt_type }) => prompt_type === 'judge_apply_effects');
  expect(judged.length).toBeGreaterThan(0);
  for (const turn of judged) {
    expect(turn.attempts).toBe(2);
    expect(turn.faults).toMatchObject([{ kind: 'invalid', whose: 'judge' }]);
  }
});

it('is the same as comma-separated values', async () => {
  const [head = [], ...rows] = cellsOf(await text('csv'));
  expect(head).toEqual(Object.keys(turnSchema.shape));
  expect(rows).toHaveLength(turns.length);
  rows.forEach((cells, index) => {
    const row = Object.fromEntries(head.map((name, at) => [name, cells[at] ?? '']));
    const turn = turns[index];
    expect(row.model).toBe('tiny "1", old');
    expect(JSON.parse(row.view ?? '')).toEqual(turn?.view);
    expect(Number(row.cost_usd)).toBe(turn?.cost_usd);
    expect(row.about).toBe(turn?.about ?? '');
  });
});

it('is the same in Parquet', async () => {
  const answer = await download('parquet');
  expect(answer.headers.get('content-disposition')).toContain(`${id}.parquet`);
  const rows = await parquetReadObjects({ file: await answer.arrayBuffer() });
  const plain = rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, value instanceof Date ? value.getTime() : (value ?? null)]),
    ),
  );
  expect(plain).toEqual(turns);
});

it('is refused in a format that is not known, and for a contest that is not there', async () => {
  expect((await download('xlsx')).status).toBe(422);
  expect((await fetch(`${app.url}/api/contest/no-such-contest/export`)).status).toBe(404);
});

/** RFC 4180, read back by hand. */
function cellsOf(csv: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r]*))(,|\r\n)/g)) {
    row.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}
