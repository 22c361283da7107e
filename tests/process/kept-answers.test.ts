/** Answers that are given while the arena is dead: kept by JetStream they count when it is back; without it the same is asked again. */
import { connect } from 'nats';
import { afterAll, describe, expect, it } from 'vitest';
import { freshDatabase, startArena } from '../support/arena-process.ts';
import { createContestClient } from '../support/contest-client.ts';
import { smallContest } from '../support/contest-input.ts';
import { type AskedRequest, startNatsAgents, wellBehaved } from '../support/nats-agents.ts';
import { type NatsServer, startNatsServer } from '../support/nats-server.ts';

const servers: NatsServer[] = [];
afterAll(() => Promise.all(servers.map((server) => server.stop())));

/** The judge is silent the first time that it is asked to apply effects; then the arena dies, and the judge speaks. */
async function answeredWhileDead(options: { jetstream: boolean; setting?: string }) {
  const server = await startNatsServer({ jetstream: options.jetstream });
  servers.push(server);
  const silent = (asked: AskedRequest) => (asked.command === 'judge_apply_effects' ? null : wellBehaved(asked));
  const agents = await startNatsAgents(server.url, silent);
  const env = {
    ARENA_DB_URL: await freshDatabase(),
    ARENA_NATS_URL: server.url,
    ARENA_AGENTS: 'off',
    ARENA_NATS_JETSTREAM: options.setting ?? 'auto',
  };
  const arena = await startArena(env);
  const { id } = await createContestClient(arena.url).create(smallContest());
  const asked = await agents.until(({ command }) => command === 'judge_apply_effects');
  await arena.kill();
  agents.connection.publish(asked.reply, JSON.stringify(wellBehaved(asked)));
  await agents.connection.flush();
  agents.follow(wellBehaved);

  const client = createContestClient((await startArena(env)).url);
  await client.reach(id, 'complete');
  const job = (await client.jobs(id)).find(({ job_id }) => job_id === asked.job_id);
  const audit = await client.send('GET', `/api/contest/${id}/audit`);
  expect(audit.body).toMatchObject({ ok: true, problems: [] });
  return { asked: agents.asked.filter(({ job_id }) => job_id === asked.job_id), job };
}

describe('an answer that was given while the arena was dead', () => {
  it('counts when the server kept it, and is not asked for again', async () => {
    const { asked, job } = await answeredWhileDead({ jetstream: true });
    expect(asked).toHaveLength(1);
    expect(job).toMatchObject({ state: 'complete', attempts: 1, faults: [] });
  });

  it.each([
    ['the server has no JetStream', { jetstream: false }],
    ['it is not to be used', { jetstream: true, setting: 'off' }],
  ])('is asked for again as the same attempt where %s', async (_name, options) => {
    const { asked, job } = await answeredWhileDead(options);
    expect(asked.map(({ attempt }) => attempt)).toEqual([1, 1]);
    expect(job).toMatchObject({ state: 'complete', attempts: 1, faults: [] });
  });
});

describe('a contest over a server with JetStream', () => {
  it('counts every answer once: pending, bad and good ones', async () => {
    const server = await startNatsServer({ jetstream: true });
    servers.push(server);
    const times = new Map<string, number>();
    const agents = await startNatsAgents(server.url, (asked) => {
      const time = (times.get(asked.job_id) ?? 0) + 1;
      times.set(asked.job_id, time);
      if (asked.command === 'health') return wellBehaved(asked);
      if (time <= 2) return { job_id: asked.job_id, state: 'pending', delay: 100 };
      return asked.attempt === 1 ? 'nothing of use' : wellBehaved(asked);
    });
    const env = { ARENA_DB_URL: await freshDatabase(), ARENA_NATS_URL: server.url, ARENA_AGENTS: 'off' };
    const client = createContestClient((await startArena({ ...env, ARENA_NATS_JETSTREAM: 'on' })).url);
    const { id } = await client.create(smallContest({ max_rounds: 1 }));
    await client.reach(id, 'complete');

    const answers = (await client.entries(id)).flatMap(({ kind, events }) =>
      kind === 'job' ? events.filter(({ type }) => type === 'answered') : [],
    );
    expect(answers).toHaveLength(agents.asked.length);
    for (const { attempts, faults, type } of await client.jobs(id))
      if (type === 'prompt') expect({ attempts, faults: faults.length }).toEqual({ attempts: 2, faults: 1 });
  });

  it('is played though somebody else keeps all requests, which answers them with an acknowledgement', async () => {
    const server = await startNatsServer({ jetstream: true });
    servers.push(server);
    const owner = await connect({ servers: server.url });
    await (await owner.jetstreamManager()).streams.add({ name: 'AUDIT', subjects: ['actor.>'] });
    await startNatsAgents(server.url);
    const env = { ARENA_DB_URL: await freshDatabase(), ARENA_NATS_URL: server.url, ARENA_AGENTS: 'off' };
    const client = createContestClient((await startArena(env)).url);
    const { id } = await client.create(smallContest());
    await client.reach(id, 'complete');
    const faults = (await client.jobs(id)).flatMap((job) => job.faults);
    expect(faults).toEqual([]);
    await owner.close();
  });
});
