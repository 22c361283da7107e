/** What can be asked of jobs besides how one is: what is wrong with an input, who waits, lists, jobs of contests, told on the bus. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNatsBus } from '../../src/bridge/bus-nats.ts';
import { problemSchema } from '../../src/http/problem.ts';
import { type JobSummary, jobResponseSchema } from '../../src/protocol/jobs.ts';
import { type CalledServer, startCalledServer } from '../support/called-server.ts';
import { memoryLog, realClock } from '../support/clock.ts';
import { smallContest } from '../support/contest-input.ts';
import { createJobClient, type JobClient } from '../support/job-client.ts';
import { type NatsServer, startNatsServer } from '../support/nats-server.ts';
import { type RunningApp, startApp } from './running-app.ts';

const idsOf = (list: readonly JobSummary[]) => list.map(({ job_id }) => job_id);

let app: RunningApp;
let jobs: JobClient;
let world: CalledServer;
let nats: NatsServer;
beforeAll(async () => {
  world = await startCalledServer();
  nats = await startNatsServer();
  app = await startApp({ env: { ARENA_ALLOW_HOSTS: '127.0.0.1', ARENA_NATS_URL: nats.url } });
  jobs = createJobClient(app.url);
});
afterAll(async () => {
  await app.close();
  await nats.stop();
  await world.stop();
});

describe('what is wrong with an input', () => {
  const nested = (depth: number): object =>
    depth === 0 ? { method: 'FINAL' } : { batch: { method: 'FINAL' }, children: [nested(depth - 1)] };
  const url = 'http://example.com';

  it.each([
    ['/api/job', {}, ['method']],
    ['/api/job', { method: 'GET' }, ['url']],
    ['/api/job', { method: 'GET', url: 'ftp://example.com' }, ['url']],
    ['/api/job', { method: 'FINAL', url }, ['url']],
    ['/api/job', { method: 'MESSAGE' }, ['url']],
    ['/api/job', { method: 'MESSAGE', url: 'a..b' }, ['url']],
    ['/api/job', { method: 'GET', url, channel: 'a.>' }, ['channel']],
    ['/api/job', { method: 'MESSAGE', url: '$SYS.REQ', channel: '_INBOX.me' }, ['channel', 'url']],
    ['/api/job', { method: 'MESSAGE', url: 'arena.request.job', channel: 'sys.arena.job.update' }, ['channel', 'url']],
    ['/api/job', { method: 'MESSAGE', channel: 'actor.agent.ada.response.health.$JOB$' }, ['channel']],
    [
      '/api/job',
      {
        method: 'MESSAGE',
        url: 'my.ada.response.player_player_action.some-test-job',
        channel: 'my.ada.request.health.x',
      },
      ['channel', 'url'],
    ],
    ['/api/job', { method: 'GET', url, delay: 1, send_at: 1 }, ['send_at']],
    ['/api/job', { method: 'GET', url, priority: 11, ttl_ms: 0, secret: 1 }, ['priority', 'ttl_ms', 'secret']],
    ['/api/job', { method: 'GET', url, id: 'one' }, ['id']],
    ['/api/job/batch', { batch: { method: 'FINAL' } }, ['children']],
    ['/api/job/batch', { batch: { method: 'FINAL' }, children: [], on_child_failure: 'panic' }, ['on_child_failure']],
    [
      '/api/job/batch',
      {
        batch: { method: 'POST', url },
        children: [{ method: 'GET' }, { batch: { method: 'FINAL' }, children: [{ x: 1 }] }],
      },
      ['children[0].url', 'children[1].children[0].method', 'children[1].children[0].x'],
    ],
    ['/api/job/batch', { batch: { method: 'GET', url }, children: [] }, ['batch.method']],
    [
      '/api/job/batch',
      { batch: { method: 'FINAL' }, children: [{ batch: { method: 'GET', url, data: 1 }, children: [] }] },
      ['children[0].batch.method'],
    ],
    ['/api/job/batch', nested(32), ['children']],
    ['/api/job/batch', nested(500), ['']],
    ['/api/job/batch', { batch: { method: 'FINAL' }, children: Array(20_000).fill({ method: 'FINAL' }) }, ['children']],
  ])('is said with its path: %s %#', async (path, body, paths) => {
    const before = await jobs.list();
    const answer = await jobs.send('POST', path, body);
    expect(answer.status).toBe(422);
    expect(problemSchema.parse(answer.body).errors?.map((one) => one.path)).toEqual(paths);
    expect(await jobs.list()).toEqual(before);
  });

  it('is not its size where a batch is large: 10,000 children are taken, in more than 1 MiB', async () => {
    const children = Array.from({ length: 10_000 }, () => ({ method: 'FINAL', data: 'x'.repeat(100) }));
    const { job_id } = await jobs.batch({ batch: { method: 'FINAL', delay: 86_400_000 }, children });
    expect(await jobs.act(job_id, 'cancel')).toMatchObject({ state: 'fail' });
    expect(await jobs.send('POST', '/api/job', { method: 'FINAL', data: 'x'.repeat(1_100_000) })).toMatchObject({
      status: 413,
    });
  });
});

describe('waiting', () => {
  it('ends with the job, with its time, and with the arena; not more than 30 s', async () => {
    const { job_id } = await jobs.create({ method: 'FINAL', delay: 86_400_000 });
    expect(await jobs.get(job_id, 20)).toMatchObject({ state: 'pending' });
    expect(await jobs.send('GET', `/api/job/${job_id}?wait_ms=30001`)).toMatchObject({ status: 422 });
    const many = Array.from({ length: 50 }, () => jobs.get(job_id, 30_000));
    await jobs.act(job_id, 'cancel');
    for (const one of await Promise.all(many))
      expect(one).toMatchObject({ state: 'fail', message: 'it was cancelled' });

    const other = await startApp();
    const others = createJobClient(other.url);
    const open = await others.create({ method: 'FINAL', delay: 86_400_000 });
    const left = new AbortController();
    const leaving = fetch(`${other.url}/api/job/${open.job_id}?wait_ms=30000`, { signal: left.signal });
    const waiting = others.get(open.job_id, 30_000);
    left.abort();
    await expect(leaving).rejects.toThrow();
    // Answered after the one before it has come in.
    await others.get(open.job_id);
    await Promise.all([other.close(), expect(waiting).resolves.toMatchObject({ state: 'pending' })]);
  });
});

describe('a list', () => {
  it('has open and final jobs, by state, type and parent, from either end', async () => {
    const mine = { method: 'FINAL', delay: 86_400_000 };
    const open = await jobs.batch({
      batch: { ...mine, id: 'listed-open-batch' },
      children: [{ method: 'FINAL', id: 'listed-open-child' }],
    });
    const done = await jobs.create({ method: 'MESSAGE', url: 'arenas.listed', data: 1, channel: 'listed.channel' });
    await jobs.ended(done.job_id);
    const ids = async (query: string) => idsOf(await jobs.list(query));
    expect(await ids('state=pending')).toContain(open.job_id);
    expect(await ids('state=idle')).toContain(open.job_id);
    expect(await ids('state=complete')).not.toContain(open.job_id);
    expect(await ids('type=message')).toEqual([done.job_id]);
    expect(await ids('order=newest&limit=1')).toEqual([done.job_id]);
    expect((await jobs.list('type=message'))[0]).toMatchObject({
      method: 'MESSAGE',
      url: 'arenas.listed',
      channel: 'listed.channel',
    });
    await jobs.act(open.job_id, 'cancel');
    expect(await ids('parent_id=listed-open-batch')).toEqual(['listed-open-child']);
    const tops = await ids('order=newest&limit=1000&top=true');
    expect(tops[0]).toBe(done.job_id);
    expect(tops).toContain(open.job_id);
    expect(tops).not.toContain('listed-open-child');
    expect(await jobs.send('GET', '/api/job?state=sleeping')).toMatchObject({ status: 422 });
    expect((await jobs.list('state=pending')).map(({ job_id }) => job_id)).not.toContain(open.job_id);
  });
});

describe('jobs of a contest', () => {
  it('are read one by one and listed, open and final, and answered by hand; not retried or deleted', async () => {
    const contest = await app.client.create(smallContest({ health_timeout_ms: 60_000 }));
    const listed = await jobs.list(`contest_id=${contest.id}`);
    const [first, ...others] = listed;
    const checks = await jobs.list(`contest_id=${contest.id}&type=health&state=pending`);
    expect(idsOf(checks)).toEqual(idsOf(listed));
    // Their parents are participants, which are no jobs.
    expect(listed.map(({ parent_id }) => parent_id)).toEqual(listed.map(() => null));
    expect(await jobs.list(`contest_id=${contest.id}&type=prompt`)).toEqual([]);
    expect(await jobs.list(`contest_id=${contest.id}&state=waiting`)).toEqual([]);
    expect((await jobs.list('top=true')).filter(({ contest_id }) => contest_id !== null)).toEqual([]);
    expect(listed.length).toBe(contest.participants.length);
    expect(first).toMatchObject({ type: 'health', contest_id: contest.id });
    const id = first?.job_id ?? '';
    expect(await jobs.send('POST', `/api/job/${id}/retry`)).toMatchObject({ status: 409 });
    expect(await jobs.send('DELETE', `/api/job/${id}`)).toMatchObject({ status: 409 });

    const well = { state: 'complete', data: { name: 'by hand', state: 'OK' } };
    expect(await jobs.act(id, 'response', well)).toMatchObject({ state: 'complete', data: { name: 'by hand' } });
    expect((await jobs.history(id)).at(-1)).toMatchObject({ from: 'response', to: 'complete' });
    expect(await jobs.list(`contest_id=${contest.id}&state=complete`)).toMatchObject([{ job_id: id }]);
    expect(await jobs.list(`contest_id=${contest.id}&state=pending`)).toHaveLength(others.length);
    expect(idsOf(await jobs.list(`contest_id=${contest.id}&limit=2&offset=1`))).toEqual(idsOf(listed).slice(1, 3));
    const clone = await jobs.act(id, 'clone');
    expect(clone).toMatchObject({ type: 'health', state: 'pending' });
    await jobs.act(clone.job_id, 'cancel');
    await app.client.act(contest.id, 'cancel');
    for (const { job_id } of others) expect(await jobs.ended(job_id)).toMatchObject({ state: 'fail' });
    expect(await jobs.send('DELETE', `/api/contest/${contest.id}`)).toMatchObject({ status: 200 });
    expect(await jobs.list(`contest_id=${contest.id}`)).toEqual([]);
  });

  it('are the check of its health too, which can be read by its id', async () => {
    const contest = await app.client.create(smallContest({ start: false, health_timeout_ms: 200 }));
    const { body } = await app.client.send('POST', `/api/contest/${contest.id}/verify`);
    const { job_id } = jobResponseSchema.parse(body);
    expect((await jobs.ended(job_id)).child_data).toHaveLength(contest.participants.length);
  });
});

describe('on the bus', () => {
  it('a job is made by a message, and its response published on its channel when it has ended', async () => {
    const bus = createNatsBus({ url: nats.url, clock: realClock, log: memoryLog() });
    const connection = await bus.connect({ name: 'a caller' });
    const told: unknown[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    connection.subscribe('callers.done', (message) => {
      told.push(JSON.parse(new TextDecoder().decode(message.data)));
      resolve();
    });
    await connection.flush();
    const url = world.answers('/from-bus', { state: 'complete', data: 'seen' });
    const body = { id: 'made-by-message', method: 'GET', url, channel: 'callers.done', data: { mine: true } };
    connection.publish('arena.request.job', JSON.stringify(body));
    await promise;
    const ended = await jobs.ended('made-by-message');
    expect(ended).toMatchObject({
      state: 'complete',
      data: 'seen',
      channel: 'callers.done',
      request_data: { mine: true },
    });
    expect(told).toEqual([ended]);
    await bus.close();
  });
});
