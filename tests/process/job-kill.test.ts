/**
 * The arena is killed with `kill -9` at twenty random moments while trees of jobs, four levels deep, are at work. The server that
 * they call lives on; what it answers follows from the path and the attempt, so every tree has to end as one that nobody disturbed.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { type JobResponse, jobResponseSchema } from '../../src/protocol/jobs.ts';
import { type ArenaProcess, freshDatabase, spawnArena } from '../support/arena-process.ts';
import { sendJson, startHttpServer } from '../support/http-server.ts';
import { createJobClient, type JobClient } from '../support/job-client.ts';
import { type SeededRandom, seededRandom } from '../support/seeded-random.ts';

const kills = 20;
/** How many calls a tree makes at least. */
const callsOfTree = 13;

it('ends every tree of jobs as it would have, after kill -9 at any moment, and calls again only as the same attempt', {
  timeout: 300_000,
}, async () => {
  const random = seededRandom();
  const world = await startWorld(random);
  const env = { ARENA_DB_URL: await freshDatabase(), ARENA_ALLOW_HOSTS: '127.0.0.1' };
  let arena: ArenaProcess = spawnArena(env);
  let jobs: JobClient = createJobClient(await arena.listening());

  await jobs.batch(treeOf(world.origin, 'nobody-disturbed-it'));
  const undisturbed = essenceOf(await jobs.ended('nobody-disturbed-it'));
  const trees = Array.from({ length: kills }, (_, kill) => `killed-tree-${kill}`);
  for (const name of trees) {
    const successor = spawnArena(env);
    const enough = world.more(random.between(1, callsOfTree));
    await jobs.batch(treeOf(world.origin, name));
    await enough;
    await arena.kill();
    arena = successor;
    jobs = createJobClient(await arena.listening());
  }

  for (const name of trees) {
    const ended = await jobs.ended(name);
    expect(essenceOf(ended), name).toEqual(undisturbed);
    for (const body of world.bodies(`/${name}/done`)) {
      expect(body).toEqual({ job_id: name, data: { order: 7 }, child_data: ended.child_data });
    }
  }
  // The name of the trace says which job and attempt a call is.
  expect(world.calls()).toBeGreaterThan(trees.length * callsOfTree);
  for (const [path, attempts] of world.attempts()) expect(attempts.size, path).toBe(path.endsWith('/flaky') ? 2 : 1);
  expect(await arena.stop()).toBe(0);
  await world.stop();
});

function treeOf(origin: string, name: string): object {
  const call = (path: string, more: object = {}) => ({ method: 'GET', url: `${origin}/${name}/${path}`, ...more });
  const batch = (own: object, children: object[], policy = 'fail_fast') => ({
    batch: own,
    children,
    on_child_failure: policy,
  });
  const fourth = batch(call('sum', { method: 'POST' }), [call('leaf-1'), call('leaf-2'), call('flaky')]);
  const third = batch({ method: 'FINAL' }, [fourth, call('leaf-3'), call('slow')]);
  const failing = batch({ method: 'FINAL' }, [call('bad', { max_attempts: 1 }), call('leaf-4')], 'wait_all');
  const second = batch(call('told', { method: 'PUT', data: 'kept' }), [third, failing, call('leaf-5')], 'ignore');
  const top = call('done', { method: 'POST', id: name, data: { order: 7 } });
  return batch(top, [second, call('leaf-6'), call('leaf-7')]);
}

/** What a job came to, without ids, times and the tree's own name. */
function essenceOf(job: JobResponse): object {
  const children = job.child_data?.map((child) => essenceOf(jobResponseSchema.parse(child))) ?? null;
  return {
    ...job,
    job_id: undefined,
    message: job.type === 'batch' ? '' : job.message,
    url: job.url?.split('/').at(-1),
    faults: job.faults.map(({ kind, whose, attempt, message }) => ({ kind, whose, attempt, message })),
    child_data: children,
  };
}

async function startWorld(random: SeededRandom) {
  const attempts = new Map<string, Set<string>>();
  const polled = new Set<string>();
  let awaited: { left: number; resolve: () => void } | null = null;

  const server = await startHttpServer(async (response, { path, headers }) => {
    const known = attempts.get(path) ?? new Set<string>();
    const attempt = String(headers.traceparent);
    attempts.set(path, known.add(attempt));
    if (awaited) {
      awaited.left -= 1;
      if (awaited.left === 0) awaited.resolve();
    }
    await wait(random.between(0, 60));
    const leaf = path.split('/').at(-1) ?? '';
    if (leaf === 'bad') return sendJson(response, { state: 'fail', message: 'never' });
    if (leaf === 'flaky' && [...known][0] === attempt) return sendJson(response, { state: 'fail', message: 'not yet' });
    if (leaf === 'slow' && !polled.has(path)) {
      polled.add(path);
      return sendJson(response, { state: 'pending', delay: 100 });
    }
    return sendJson(response, { state: 'complete', data: { of: leaf } });
  });

  return {
    origin: server.origin,
    stop: server.stop,
    attempts: () => attempts,
    calls: () => server.requests.length,
    bodies: (path: string): unknown[] =>
      server.requests.filter((request) => request.path === path).map(({ body }) => JSON.parse(body)),
    /** Resolves when so many more calls have come. */
    more: (count: number) =>
      new Promise<void>((resolve) => {
        awaited = { left: count, resolve };
      }),
  };
}
