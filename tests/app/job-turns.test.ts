/** The order in which jobs call a host that takes one call at a time, and that it is kept when the arena is stopped in between. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { freshDatabase } from '../support/arena-process.ts';
import { type CalledServer, startCalledServer } from '../support/called-server.ts';
import { createJobClient, type JobClient } from '../support/job-client.ts';
import { startApp } from './running-app.ts';

const folder = mkdtempSync(join(tmpdir(), 'arena-turns-'));
afterAll(() => rmSync(folder, { recursive: true }));
const oneAtATime = join(folder, 'one-at-a-time.yaml');
writeFileSync(oneAtATime, 'calls: {in_flight_per_host_max: 1}');
const env = { ARENA_ALLOW_HOSTS: '127.0.0.1', ARENA_CONFIG: oneAtATime };

async function serve(): Promise<CalledServer> {
  const world = await startCalledServer();
  onTestFinished(() => world.stop());
  return world;
}

/** One job whose call is not answered yet, and behind it others of these priorities; their ids in the order of their making. */
async function queued(jobs: JobClient, world: CalledServer, priorities: readonly number[]): Promise<string[]> {
  const first = await jobs.create({ method: 'GET', url: world.holds('/first') });
  await world.called('/first');
  const url = `${world.origin}/others`;
  const others: string[] = [];
  for (const priority of priorities) {
    const { job_id } = await jobs.create({ method: 'POST', url, priority, data: [priority, others.length] });
    others.push(job_id);
  }
  return [first.job_id, ...others];
}

describe('jobs that wait for their turn', () => {
  it('go highest priority first, then oldest', async () => {
    const world = await serve();
    const jobs = createJobClient((await startApp({ env })).url);
    const ids = await queued(jobs, world, [5, 1, 10, 5, 9, 10]);
    expect(await jobs.get(ids[3] ?? '')).toMatchObject({ state: 'pending', attempts: 0 });
    world.letGo('/first', { state: 'complete' });
    for (const id of ids) expect(await jobs.ended(id)).toMatchObject({ state: 'complete', attempts: 1 });
    expect(world.bodies('/others')).toEqual([
      [10, 2],
      [10, 5],
      [9, 4],
      [5, 0],
      [5, 3],
      [1, 1],
    ]);
  });

  it('let those of another host go ahead, and one that is cancelled leaves its place', async () => {
    const [world, other] = [await serve(), await serve()];
    const jobs = createJobClient((await startApp({ env })).url);
    const [first = '', second = ''] = await queued(jobs, world, [5]);
    const elsewhere = await jobs.create({ method: 'GET', url: `${other.origin}/free` });
    expect(await jobs.ended(elsewhere.job_id)).toMatchObject({ state: 'complete' });
    expect(await jobs.act(first, 'cancel')).toMatchObject({ state: 'fail' });
    expect(await jobs.ended(second)).toMatchObject({ state: 'complete' });
  });

  it('are still waiting, in the same order, after the arena was stopped and started again', async () => {
    const world = await serve();
    const databaseUrl = await freshDatabase();
    const before = await startApp({ env, databaseUrl });
    const ids = await queued(createJobClient(before.url), world, [1, 5, 10]);
    await before.close();
    const jobs = createJobClient((await startApp({ env, databaseUrl })).url);
    // The call that was in flight is made again, as the same attempt.
    await world.called('/first', 2);
    world.letGo('/first', { state: 'complete' });
    for (const id of ids) expect(await jobs.ended(id)).toMatchObject({ state: 'complete', attempts: 1 });
    expect(world.bodies('/others')).toEqual([
      [10, 2],
      [5, 1],
      [1, 0],
    ]);
  });

  it('end when their time to live is over', async () => {
    const world = await serve();
    const jobs = createJobClient((await startApp({ env })).url);
    await jobs.create({ method: 'GET', url: world.holds('/first') });
    await world.called('/first');
    const { job_id } = await jobs.create({ method: 'GET', url: `${world.origin}/others`, ttl_ms: 50 });
    expect(await jobs.ended(job_id)).toMatchObject({
      state: 'fail',
      attempts: 0,
      faults: [{ kind: 'timeout', whose: 'arena' }],
    });
    expect(world.bodies('/others')).toEqual([]);
    world.letGo('/first', { state: 'complete' });
  });
});
