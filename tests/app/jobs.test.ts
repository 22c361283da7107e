/** Jobs made over HTTP, with real servers as the URLs that they call: how they end, and what can be asked of them on the way. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { derivedId } from '../../src/protocol/ids.ts';
import { type CalledServer, startCalledServer } from '../support/called-server.ts';
import { createJobClient, type JobClient } from '../support/job-client.ts';
import { type RunningApp, startApp } from './running-app.ts';

const problem = (status: number) => ({
  status,
  type: 'application/problem+json; charset=utf-8',
  body: { status, detail: expect.any(String) },
});

let app: RunningApp;
let jobs: JobClient;
let world: CalledServer;
beforeAll(async () => {
  world = await startCalledServer();
  app = await startApp({ env: { ARENA_ALLOW_HOSTS: '127.0.0.1' } });
  jobs = createJobClient(app.url);
});
afterAll(() => world.stop());

describe('a job', () => {
  it('is answered at once as pending, and is complete when its URL has answered', async () => {
    const url = world.holds('/slow');
    const made = await jobs.create({ method: 'POST', url, data: { a: 1 } });
    expect(made).toMatchObject({
      type: 'http',
      state: 'pending',
      method: 'POST',
      url,
      request_data: { a: 1 },
      data: null,
    });
    await world.called('/slow');
    expect(await jobs.get(made.job_id)).toMatchObject({ state: 'pending', attempts: 1 });
    const waiting = jobs.get(made.job_id, 30_000);
    world.letGo('/slow', { state: 'complete', data: { b: 2 }, message: 'fine' });
    const ended = await waiting;
    expect(ended).toMatchObject({
      job_id: made.job_id,
      state: 'complete',
      data: { b: 2 },
      message: 'fine',
      attempts: 1,
    });
    expect(await jobs.get(made.job_id)).toEqual(ended);
    expect(world.bodies('/slow')).toEqual([{ a: 1 }]);
  });

  it('without a call is complete with nothing, and keeps what it was given', async () => {
    const made = await jobs.create({ method: 'FINAL', data: ['kept'] });
    expect(await jobs.ended(made.job_id)).toMatchObject({
      type: 'batch',
      state: 'complete',
      method: 'FINAL',
      url: null,
      request_data: ['kept'],
      child_data: [],
    });
  });

  it('waits for its time, and says until when', async () => {
    const sendAt = Date.now() + 3_600_000;
    const { job_id } = await jobs.create({ method: 'GET', url: world.answers('/later', {}), send_at: sendAt });
    const delayed = await jobs.create({ method: 'GET', url: world.answers('/later', {}), delay: 3_600_000 });
    expect((await jobs.history(job_id)).map(({ to, due_at }) => [to, due_at])).toEqual([['idle', sendAt]]);
    expect((await jobs.history(delayed.job_id))[0]?.due_at).toBeGreaterThanOrEqual(sendAt);
    expect(await jobs.act(job_id, 'cancel')).toMatchObject({ state: 'fail', message: 'it was cancelled', attempts: 0 });
    expect(world.bodies('/later')).toEqual([]);
    await jobs.act(delayed.job_id, 'cancel');
  });

  it('that nobody made is not found, whatever is asked of it', async () => {
    for (const path of ['', '?wait_ms=1000', '/history', '/tree', '.md'])
      expect(await jobs.send('GET', `/api/job/no-such-job${path}`), path).toMatchObject(problem(404));
    for (const action of ['cancel', 'retry', 'clone'])
      expect(await jobs.send('POST', `/api/job/no-such-job/${action}`), action).toMatchObject(problem(404));
    expect(await jobs.send('POST', '/api/job/no-such-job/response', { state: 'complete' })).toMatchObject(problem(404));
    expect(await jobs.send('DELETE', '/api/job/no-such-job')).toMatchObject(problem(404));
  });
});

describe('an id of the caller', () => {
  it('makes one job of the same content, however often and at once it comes', async () => {
    const body = {
      id: 'my-own-job',
      method: 'POST',
      url: world.answers('/once', { state: 'complete' }),
      data: { x: 1, y: 2 },
      delay: 1,
    };
    const same = { ...body, data: { y: 2, x: 1 }, priority: 5 };
    const made = await Promise.all([jobs.create(body), jobs.create(same), jobs.create(body)]);
    expect(made.map(({ job_id }) => job_id)).toEqual(['my-own-job', 'my-own-job', 'my-own-job']);
    await jobs.ended('my-own-job');
    expect(await jobs.create(same)).toMatchObject({ state: 'complete' });
    expect(world.bodies('/once')).toHaveLength(1);
  });

  it('is refused with other content, and when any job has it already', async () => {
    const url = world.holds('/taken');
    await jobs.create({ id: 'is-taken-already', method: 'GET', url });
    expect(await jobs.send('POST', '/api/job', { id: 'is-taken-already', method: 'DELETE', url })).toMatchObject(
      problem(409),
    );
    const child = { id: 'a-child-id', method: 'GET', url };
    const tree = { batch: { id: 'a-tree-id', method: 'FINAL' }, children: [child] };
    expect(await jobs.batch(tree)).toMatchObject({ job_id: 'a-tree-id', state: 'pending' });
    expect(await jobs.batch(tree)).toMatchObject({ job_id: 'a-tree-id' });
    expect(await jobs.get('a-child-id')).toMatchObject({ job_id: 'a-child-id', state: 'pending', url });

    const refused = [child, { ...child, id: 'a-tree-id' }, { ...child, id: 'is-taken-already' }];
    for (const one of refused)
      expect(await jobs.send('POST', '/api/job/batch', { batch: { method: 'FINAL' }, children: [one] })).toMatchObject(
        problem(409),
      );
    expect(await jobs.send('POST', '/api/job', child)).toMatchObject(problem(409));
    const twice = [
      { ...child, id: 'the-same-id' },
      { ...child, id: 'the-same-id' },
    ];
    expect(await jobs.send('POST', '/api/job/batch', { batch: { method: 'FINAL' }, children: twice })).toMatchObject(
      problem(409),
    );

    const derived = { batch: { id: 'with-derived-ids', method: 'FINAL' }, children: [{ method: 'FINAL' }] };
    const asItsNext = { method: 'FINAL', id: derivedId('with-derived-ids', 1, 0) };
    expect(
      await jobs.send('POST', '/api/job/batch', { ...derived, children: [...derived.children, asItsNext] }),
    ).toMatchObject(problem(409));

    world.letGo('/taken', { state: 'complete' });
    await jobs.ended('a-tree-id');
    expect(await jobs.send('POST', '/api/job', child), 'when it is final').toMatchObject(problem(409));
  });

  it('is given once, however many trees come with it at the same moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      const child = { id: `wanted-by-many-${round}`, method: 'FINAL' };
      const tree = { batch: { method: 'FINAL' }, children: [child] };
      const answers = await Promise.all([
        ...[1, 2, 3].map(() => jobs.send('POST', '/api/job/batch', tree)),
        jobs.send('POST', '/api/job', child),
      ]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
    }
  });
});

describe('its history', () => {
  it('has every transition with its time and reason, and the fault that led to it', async () => {
    const url = world.answers(
      '/flaky',
      { state: 'pending', delay: 100 },
      { state: 'fail', message: 'not today' },
      { state: 'complete', data: 'at last' },
    );
    const { job_id } = await jobs.create({ method: 'GET', url });
    expect(await jobs.ended(job_id)).toMatchObject({ state: 'complete', data: 'at last', attempts: 2 });
    const history = await jobs.history(job_id);
    expect(history[0]).toMatchObject({ from: null, to: 'idle', attempt: 0 });
    history.slice(1).forEach((step, index) => {
      expect(step.from).toBe(history[index]?.to);
      expect(step.at).toBeGreaterThanOrEqual(history[index]?.at ?? 0);
    });
    const steps = history.map(({ to }) => to).filter((to) => to !== 'idle');
    expect(steps).toEqual([
      'request',
      'response',
      'waiting',
      'request',
      'response',
      'retry',
      'request',
      'response',
      'complete',
    ]);
    const retry = history.find(({ to }) => to === 'retry');
    expect(retry).toMatchObject({ attempt: 1, reason: 'refused: not today', fault: { kind: 'refused' } });
    expect(retry?.due_at).toBeGreaterThan(retry?.at ?? 0);
  });
});

describe('steering', () => {
  it('cancels down the tree, once', async () => {
    const url = world.holds('/cancelled');
    const inner = { batch: { method: 'FINAL' }, children: [{ method: 'GET', url }] };
    const { job_id } = await jobs.batch({ batch: { method: 'POST', url }, children: [inner, { method: 'GET', url }] });
    await world.called('/cancelled', 2);
    expect(await jobs.act(job_id, 'cancel')).toMatchObject({ state: 'fail', message: 'it was cancelled' });
    const tree = await jobs.tree(job_id);
    const states = [tree, ...tree.children, ...tree.children.flatMap(({ children }) => children)].map(
      ({ state }) => state,
    );
    expect(states).toEqual(['cancelled', 'cancelled', 'cancelled', 'cancelled']);
    const again = await jobs.send('POST', `/api/job/${job_id}/cancel`);
    expect(again).toMatchObject(problem(409));
    expect(again.body).toMatchObject({ detail: expect.stringContaining('cancelled') });
    world.letGo('/cancelled', {});
  });

  it('retries what failed as a new job with new children, and nothing else', async () => {
    const url = world.answers('/repaired', { state: 'fail', message: 'broken' });
    const child = { id: 'child-of-retried', method: 'GET', url, max_attempts: 1 };
    const { job_id } = await jobs.batch({ batch: { method: 'FINAL', channel: 'a.b' }, children: [child] });
    expect(await jobs.ended(job_id)).toMatchObject({ state: 'fail' });
    expect(await jobs.send('POST', '/api/job/child-of-retried/retry')).toMatchObject(problem(409));
    world.answers('/repaired', { state: 'complete', data: 'works' });
    const retried = await jobs.act(job_id, 'retry');
    expect(retried.job_id).not.toBe(job_id);
    const ended = await jobs.ended(retried.job_id);
    expect(ended).toMatchObject({ state: 'complete', channel: 'a.b', child_data: [{ data: 'works' }] });
    expect(ended.child_data).not.toMatchObject([{ job_id: 'child-of-retried' }]);
    expect(await jobs.get(job_id)).toMatchObject({ state: 'fail' });
    expect(await jobs.send('POST', `/api/job/${retried.job_id}/retry`)).toMatchObject(problem(409));
  });

  it('clones any job that can be had again', async () => {
    const { job_id } = await jobs.create({
      method: 'PUT',
      url: world.answers('/cloned', { state: 'complete' }),
      data: 'same',
      priority: 9,
    });
    await jobs.ended(job_id);
    const clone = await jobs.act(job_id, 'clone');
    expect(clone).toMatchObject({ state: 'pending', method: 'PUT', request_data: 'same' });
    expect(clone.job_id).not.toBe(job_id);
    await jobs.ended(clone.job_id);
  });

  it('takes an answer by hand while the job is open, and says what came of it', async () => {
    const url = world.holds('/by-hand');
    const { job_id } = await jobs.create({ method: 'GET', url });
    await world.called('/by-hand');
    expect(await jobs.send('POST', `/api/job/${job_id}/response`, { state: 'maybe' })).toMatchObject(problem(422));
    const answered = await jobs.act(job_id, 'response', { state: 'complete', data: { by: 'hand' } });
    expect(answered).toMatchObject({ state: 'complete', data: { by: 'hand' }, faults: [] });
    expect(await jobs.send('POST', `/api/job/${job_id}/response`, { state: 'complete' })).toMatchObject(problem(409));
    world.letGo('/by-hand', {});
  });

  it('deletes a tree that has ended, with what is below it', async () => {
    const url = world.holds('/deleted');
    const child = { id: 'child-of-deleted', method: 'GET', url };
    const body = { batch: { id: 'to-be-deleted', method: 'FINAL' }, children: [child] };
    await jobs.batch(body);
    expect(await jobs.send('DELETE', '/api/job/to-be-deleted')).toMatchObject(problem(409));
    world.letGo('/deleted', { state: 'complete' });
    await jobs.ended('to-be-deleted');
    expect(await jobs.send('DELETE', '/api/job/child-of-deleted')).toMatchObject(problem(409));
    expect(await jobs.send('DELETE', '/api/job/to-be-deleted')).toMatchObject({ status: 200, body: { success: true } });
    for (const id of ['to-be-deleted', 'child-of-deleted'])
      expect(await jobs.send('GET', `/api/job/${id}`)).toMatchObject(problem(404));
    expect(await jobs.list('parent_id=to-be-deleted')).toEqual([]);
    expect(await jobs.send('POST', '/api/job/batch', body), 'its id is not given again').toMatchObject(problem(409));
    expect(await jobs.send('POST', '/api/job', child), 'nor those of its children').toMatchObject(problem(409));
    await app.arena.rebuild();
    expect(await jobs.send('GET', '/api/job/child-of-deleted'), 'after a rebuild').toMatchObject(problem(404));
  });
});
