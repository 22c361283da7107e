/** Trees of jobs made over HTTP: their own calls, their failure policies, children that are never begun, and the room that they take. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemSchema } from '../../src/http/problem.ts';
import { type CalledServer, startCalledServer } from '../support/called-server.ts';
import { createJobClient, type JobClient } from '../support/job-client.ts';
import { startApp } from './running-app.ts';

const problem = (status: number) => ({
  status,
  type: 'application/problem+json; charset=utf-8',
  body: { status, detail: expect.any(String) },
});

let jobs: JobClient;
let world: CalledServer;
beforeAll(async () => {
  world = await startCalledServer();
  jobs = createJobClient((await startApp({ env: { ARENA_ALLOW_HOSTS: '127.0.0.1' } })).url);
});
afterAll(() => world.stop());

describe('a batch', () => {
  it('calls its own URL with what it was given and what its children came to, in the order of the plan', async () => {
    world.answers('/one', { state: 'complete', data: 1 });
    world.answers('/two', { state: 'complete', data: 2 });
    const callback = world.answers('/done', { state: 'complete', data: 'thanks' });
    const made = await jobs.batch({
      batch: { method: 'POST', url: callback, data: { order: 7 } },
      children: [
        { batch: { method: 'FINAL', data: 'inner' }, children: [{ method: 'GET', url: `${world.origin}/two` }] },
        { method: 'GET', url: `${world.origin}/one` },
      ],
    });
    const ended = await jobs.ended(made.job_id);
    expect(ended).toMatchObject({ type: 'batch', state: 'complete', data: 'thanks', request_data: { order: 7 } });
    const inner = { type: 'batch', state: 'complete', request_data: 'inner', child_data: [{ type: 'http', data: 2 }] };
    const results = [inner, { type: 'http', state: 'complete', data: 1, attempts: 1 }];
    expect(ended.child_data).toMatchObject(results);
    expect(world.bodies('/done')).toMatchObject([{ job_id: made.job_id, data: { order: 7 }, child_data: results }]);
    expect(world.bodies('/done')).toEqual([{ job_id: made.job_id, data: { order: 7 }, child_data: ended.child_data }]);
  });

  it('fails with its first failure and cancels the rest, or waits, or goes on, as it was told', async () => {
    const bad = { method: 'GET', url: world.answers('/bad', { state: 'fail', message: 'no' }), max_attempts: 1 };
    const slow = { method: 'GET', url: world.holds('/policy') };
    const never = { method: 'GET', url: world.answers('/never', {}), delay: 3_600_000 };
    const fast = await jobs.batch({ batch: { method: 'FINAL' }, children: [bad, slow, never] });
    expect(await jobs.ended(fast.job_id)).toMatchObject({
      state: 'fail',
      child_data: [{ state: 'fail' }, { state: 'fail' }, { state: 'fail', attempts: 0 }],
    });
    world.letGo('/policy', { state: 'complete', data: 'slow' });
    const wait = await jobs.batch({ batch: { method: 'FINAL' }, children: [bad, slow], on_child_failure: 'wait_all' });
    expect(await jobs.ended(wait.job_id)).toMatchObject({
      state: 'fail',
      child_data: [{ state: 'fail' }, { data: 'slow' }],
    });
    const ignore = await jobs.batch({ batch: { method: 'FINAL' }, children: [bad, slow], on_child_failure: 'ignore' });
    expect(await jobs.ended(ignore.job_id)).toMatchObject({
      state: 'complete',
      child_data: [{ state: 'fail' }, { data: 'slow' }],
    });
  });

  it('of more children than live at once shows those that wait, and those that were never begun', async () => {
    const url = world.holds('/many');
    const children = Array.from({ length: 300 }, (_, index) => ({ method: 'GET', url, id: `many-children-${index}` }));
    const made = await jobs.batch({ batch: { method: 'FINAL' }, children });
    expect(await jobs.get('many-children-299')).toMatchObject({ state: 'pending', attempts: 0, url });
    expect((await jobs.tree(made.job_id)).children).toHaveLength(300);
    const [planned, ...later] = await jobs.history('many-children-299');
    expect(planned).toMatchObject({ from: null, to: 'idle', attempt: 0, reason: expect.stringContaining(made.job_id) });
    expect(later).toEqual([]);
    expect(await jobs.send('POST', '/api/job/many-children-299/cancel')).toMatchObject(problem(409));
    expect(await jobs.send('POST', '/api/job', { id: 'many-children-299', method: 'FINAL' })).toMatchObject(
      problem(409),
    );

    expect(await jobs.act(made.job_id, 'cancel')).toMatchObject({ state: 'fail' });
    const never = { state: 'fail', message: 'it was never begun: the batch ended before its turn', attempts: 0 };
    expect(await jobs.get('many-children-299')).toMatchObject(never);
    const { child_data } = await jobs.get(made.job_id);
    expect(child_data).toHaveLength(300);
    expect(child_data?.at(-1)).toMatchObject({ job_id: 'many-children-299', ...never });
    const ended = (await jobs.history(made.job_id)).at(-1);
    expect(await jobs.history('many-children-299')).toEqual([
      planned,
      {
        from: 'idle',
        to: 'cancelled',
        at: ended?.at,
        attempt: 0,
        reason: `never begun, for batch ${made.job_id} ended before its turn (cancelled: it was cancelled)`,
        due_at: null,
        fault: null,
      },
    ]);
    const listed = await jobs.list(`parent_id=${made.job_id}&state=cancelled&limit=1000`);
    expect(listed.map(({ job_id }) => job_id).sort()).toEqual(children.map(({ id }) => id).sort());
    world.letGo('/many', {});
  });
});
describe('waiting for a child that is never begun', () => {
  it('ends with its batch', async () => {
    const url = world.holds('/no-room');
    const later = { method: 'FINAL', id: 'never-begun-below' };
    const children = Array.from({ length: 256 }, () => ({ method: 'GET', url }));
    const { job_id } = await jobs.batch({
      batch: { method: 'FINAL' },
      children: [...children, { batch: { method: 'FINAL', id: 'never-begun-batch' }, children: [later] }],
    });
    const { job_id: pending } = await jobs.create({ method: 'FINAL', delay: 86_400_000 });
    const told = Promise.all(['never-begun-batch', 'never-begun-below'].map((id) => jobs.get(id, 30_000)));
    const patience = jobs.get(pending, 20_000).then(() => []);
    await jobs.act(job_id, 'cancel');
    expect(await Promise.race([told, patience])).toMatchObject(Array(2).fill({ state: 'fail', attempts: 0 }));
    await jobs.act(pending, 'cancel');
    await patience;
    const history = await jobs.history('never-begun-below');
    expect(history.map(({ to }) => to)).toEqual(['idle', 'cancelled']);
    expect(history[1]?.reason).toContain(`batch ${job_id} ended before its turn`);
    world.letGo('/no-room', {});
  });
});
describe('room in memory', () => {
  const mine = { method: 'FINAL', delay: 86_400_000 };

  it('is limited: more jobs are refused until some have ended, but those that are there are answered', async () => {
    const url = world.holds('/for-room');
    const small = await startApp({ env: { ARENA_JOBS_MEMORY_MIB_MAX: '1', ARENA_ALLOW_HOSTS: '127.0.0.1' } });
    const others = createJobClient(small.url);
    const held = async () => {
      const { body } = await others.send('GET', '/metrics');
      return Number(/^arena_jobs_memory_bytes (\d+)$/m.exec(String(body))?.[1]);
    };
    const tree = {
      batch: { ...mine, id: 'fills-the-room' },
      children: [{ method: 'FINAL', data: 'x'.repeat(1_100_000) }],
    };
    expect(await held()).toBe(0);
    const many = { method: 'FINAL', delay: 1, data: 'x'.repeat(500_000) };
    const ended = await Promise.all([1, 2].map(() => others.create(many)));
    for (const { job_id } of ended) await others.ended(job_id);
    await expect.poll(held).toBe(0);

    await others.batch(tree);
    expect(await held()).toBeGreaterThan(1_100_000);
    const full = await fetch(`${small.url}/api/job`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...mine, id: 'finds-no-room' }),
    });
    expect([full.status, full.headers.get('retry-after')]).toEqual([429, '5']);
    expect(problemSchema.parse(await full.json()).detail).toContain('1.1 MiB of 1.0');
    expect(await others.send('GET', '/api/job/finds-no-room')).toMatchObject({ status: 404 });
    expect(await others.batch(tree), 'the same once more').toMatchObject({
      job_id: 'fills-the-room',
      state: 'pending',
    });
    expect(await others.send('POST', '/api/job/fills-the-room/clone')).toMatchObject({ status: 429 });

    await others.act('fills-the-room', 'cancel');
    await others.ended('fills-the-room');
    await expect.poll(held).toBe(0);
    expect(await others.batch(tree), 'and when it has ended').toMatchObject({ state: 'fail' });
    expect(await held()).toBe(0);
    expect(await others.send('POST', '/api/job', { method: 'FINAL', id: 'fills-the-room' })).toMatchObject({
      status: 409,
    });
    expect(await held()).toBe(0);

    // What children have answered counts as well, until all of it is gone.
    const answers = world.answers('/large', { state: 'complete', data: 'y'.repeat(700_000) });
    const batch = await others.batch({
      batch: { method: 'FINAL' },
      children: [...Array.from({ length: 2 }, () => ({ method: 'GET', url: answers })), { method: 'GET', url }],
    });
    await expect.poll(held).toBeGreaterThan(1_400_000);
    expect(await others.send('POST', '/api/job', mine)).toMatchObject({ status: 429 });
    world.letGo('/for-room', { state: 'complete' });
    await others.ended(batch.job_id);
    await expect.poll(held).toBe(0);
    await others.create({ ...mine, id: 'finds-room-again' });
    await small.close();
  });
});
