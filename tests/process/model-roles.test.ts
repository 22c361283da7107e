/**
 * A model in every role: an arena and a host of agents, each a process of its own, on a real nats-server, with models at a server that
 * speaks the OpenAI protocol. Where the model of an official misbehaves, the contest rests in a failure that names it, and a retry with
 * another model plays on. What becomes of players' models is tried with the host in the arena's process.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type ArenaProcess, freshDatabase, spawnArena } from '../support/arena-process.ts';
import { type ContestClient, createContestClient } from '../support/contest-client.ts';
import { smallContest } from '../support/contest-input.ts';
import { type Misbehaviour, type ModelServer, misbehaviourNames, startModelServer } from '../support/model-server.ts';
import { type NatsServer, startNatsServer } from '../support/nats-server.ts';

const roles = ['player', 'player', 'judge', 'announcer', 'arena'] as const;
type Official = 'judge' | 'announcer' | 'arena';

let nats: NatsServer;
let models: ModelServer;
let folder: string;
const processes: ArenaProcess[] = [];
let arena: ContestClient;
let host: ContestClient;
let launched = 0;

beforeAll(async () => {
  nats = await startNatsServer();
  models = await startModelServer();
  folder = await mkdtemp(join(tmpdir(), 'arena-model-roles-'));
  const shape = { base_url: models.url, supports_json: true, supports_schema: false };
  const table = ['good', ...misbehaviourNames].map((name) => ({ name, key: name, ...shape }));
  const config = join(folder, 'host.yaml');
  await writeFile(config, stringify({ models: table, generations: { timeout_ms: 1_000, tries_max: 2 } }));
  const start = async (only: string, env: object = {}) => {
    const own = { ARENA_NATS_URL: nats.url, ARENA_DB_URL: await freshDatabase(), ...env };
    const process = spawnArena(own, ['--only', only]);
    processes.push(process);
    return createContestClient(await process.listening());
  };
  [arena, host] = await Promise.all([
    start('arena'),
    start('agents', { ARENA_CONFIG: config, ARENA_ALLOW_HOSTS: '127.0.0.1' }),
  ]);
});
afterAll(async () => {
  expect(await Promise.all(processes.map((one) => one.stop()))).toEqual([0, 0]);
  await models.stop();
  await nats.stop();
  await rm(folder, { recursive: true, force: true });
});

async function good(client: ContestClient, method: string, path: string, body: object): Promise<{ id: string }> {
  const answer = await client.send(method, path, body);
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200 });
  return answer.body as { id: string };
}

/** A contest whose seats the host answers for: all with a good model but for the one of a role. Resolves with its id and that agent's. */
async function launch(role: Official | null, model: string) {
  launched += 1;
  let odd = '';
  const number = launched;
  const seats = roles.map((one, index) => ({
    id: `contest-${number}-seat-${index}`,
    name: `${one} ${index}`,
    role: one,
  }));
  for (const seat of seats) {
    for (const client of [arena, host]) await good(client, 'POST', '/api/participant', seat);
    const agent = { participant_id: seat.id, model: seat.role === role ? model : 'good' };
    const { id } = await good(host, 'POST', '/api/agent', agent);
    if (seat.role === role) odd = id;
  }
  const participants = { participants: undefined, participant_ids: seats.map(({ id }) => id) };
  const { id } = await arena.create(smallContest({ ...participants, max_rounds: 5, max_attempts: 1 }));
  return { id, agent: odd };
}

it('plays a contest with a model in every role to a winner, and keeps what it took', async () => {
  const { id } = await launch(null, 'good');
  const contest = await arena.reach(id, 'complete');
  expect(contest.end_reason).toBe('winner_named');
  expect(contest.winner_id).toBe(contest.participants[0]?.id);
  expect(contest.participants.map(({ faults_count }) => faults_count)).toEqual([0, 0, 0, 0, 0]);
  for (const { stats } of contest.rounds) expect(stats.metrics.input_tokens).toBeGreaterThan(0);
});

describe.concurrent('an official whose model', () => {
  it.each<[Misbehaviour, Official, string]>([
    ['silent', 'judge', 'gave no whole answer'],
    ['broken', 'judge', '500'],
    ['cut', 'judge', 'broke off'],
    ['garbled', 'judge', 'truncated: '],
    ['refusing', 'judge', 'unparsable: '],
    ['empty', 'announcer', 'empty: '],
    ['limited', 'announcer', '429'],
    ['shapeless', 'arena', 'invalid: '],
  ])('is %s, as %s, rests the contest, and plays on when it has a better one', async (model, role, said) => {
    const { id, agent } = await launch(role, model);
    const failed = await arena.reach(id, 'fail');
    expect(failed.error).toContain(said);
    await good(host, 'PATCH', `/api/agent/${agent}`, { model: 'good' });
    await arena.act(id, 'retry');
    const contest = await arena.reach(id, 'complete');
    expect(contest.end_reason).toBe('winner_named');
    expect(contest.rounds.flatMap(({ players }) => players.flatMap(({ faults }) => faults))).toEqual([]);
  });
});
