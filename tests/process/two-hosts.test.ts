/**
 * An arena and two hosts of the same model-driven agents, each a process of its own with its own database, on one nats-server. The hosts
 * are killed with `kill -9` at random: every request is answered, and none by both.
 */
import { expect, it } from 'vitest';
import { z } from 'zod';
import { type GenerateJobDocument, generateJobSchema } from '../../src/protocol/generate-jobs.ts';
import { type ArenaProcess, freshDatabase, spawnArena } from '../support/arena-process.ts';
import { createContestClient } from '../support/contest-client.ts';
import { smallContest } from '../support/contest-input.ts';
import { type ModelServer, startModelServer } from '../support/model-server.ts';
import { startNatsServer } from '../support/nats-server.ts';
import { seededRandom } from '../support/seeded-random.ts';

const kills = 6;
const roles = ['player', 'player', 'judge', 'announcer', 'arena'] as const;
const seats = roles.map((role, index) => ({ id: `seat-of-${role}-${index}`, name: `${role} ${index}`, role }));

interface Host {
  readonly env: Readonly<Record<string, string>>;
  process: ArenaProcess;
  url: string;
}

async function startHost(natsUrl: string, models: ModelServer): Promise<Host> {
  const env = {
    ARENA_DB_URL: await freshDatabase(),
    ARENA_NATS_URL: natsUrl,
    ARENA_LLM_BASE_URL: models.url,
    ARENA_LLM_MODEL: 'slow',
  };
  const process = spawnArena(env, ['--only', 'agents']);
  const url = await process.listening();
  const { send } = createContestClient(url);
  for (const seat of seats) {
    expect((await send('POST', '/api/participant', seat)).status).toBe(200);
    expect((await send('POST', '/api/agent', { participant_id: seat.id })).status).toBe(200);
  }
  return { env, process, url };
}

async function generationsOf({ url }: Host): Promise<GenerateJobDocument[]> {
  const { body } = await createContestClient(url).send('GET', '/api/generatejob');
  return z.array(generateJobSchema).parse(body);
}

it('answers each request once with two hosts that are killed at random', { timeout: 300_000 }, async () => {
  const random = seededRandom();
  const nats = await startNatsServer();
  const models = await startModelServer({ slowMs: 150 });
  const hosts = await Promise.all([startHost(nats.url, models), startHost(nats.url, models)]);
  const arena = spawnArena({ ARENA_DB_URL: await freshDatabase(), ARENA_NATS_URL: nats.url }, ['--only', 'arena']);
  const client = createContestClient(await arena.listening());
  for (const seat of seats) expect((await client.send('POST', '/api/participant', seat)).status).toBe(200);

  const launched: string[] = [];
  const launch = async () => {
    const participants = { participants: undefined, participant_ids: seats.map(({ id }) => id) };
    const patience = { response_timeout_ms: 5_000, health_timeout_ms: 20_000, max_attempts: 20, max_faults: 100 };
    const input = smallContest({ ...participants, ...patience, max_rounds: 4, seed: launched.length });
    const { id } = await client.create(input);
    launched.push(id);
    // Health is asked once: whoever does not answer is absent, and the contest rests until somebody retries it.
    await client.reach(id, 'setup_arena');
  };

  for (let kill = 0; kill < kills; kill += 1) {
    await launch();
    const before = models.calls.length;
    await models.called(before + random.between(1, 12));
    const host = random.pick(hosts);
    await host.process.kill();
    host.process = spawnArena(host.env, ['--only', 'agents']);
    host.url = await host.process.listening();
  }

  const played = await Promise.all(launched.map((id) => client.reach(id, 'complete')));
  expect(played.map(({ end_reason }) => end_reason)).toEqual(launched.map(() => 'winner_named'));
  const all = (await Promise.all(hosts.map(generationsOf))).flat();
  const answered = Map.groupBy(
    all.filter(({ state }) => state === 'complete'),
    ({ participant_id, job_id, prompt_type, attempt }) => [participant_id, job_id, prompt_type, attempt].join(' '),
  );
  expect([...answered].filter(([, those]) => those.length > 1).map(([request]) => request)).toEqual([]);
  expect(answered.size).toBeGreaterThan(kills * 15);
  expect(await Promise.all([arena, ...hosts.map((host) => host.process)].map((one) => one.stop()))).toEqual([0, 0, 0]);
  await models.stop();
  await nats.stop();
});
