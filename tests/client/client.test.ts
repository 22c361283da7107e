/** The client that programs have, against a whole arena: what a program does with a contest and a job from their beginning to their end. */
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { type Client, ClientError, type ContestDocument, createClient } from '../../src/client/client.ts';
import { contestExample } from '../../src/http/examples/inputs.ts';
import { type RunningApp, startApp } from '../app/running-app.ts';

let app: RunningApp;
let arena: Client;
beforeAll(async () => {
  app = await startApp();
  arena = createClient({ url: `${app.url}/` });
});

async function played(): Promise<ContestDocument> {
  const { id } = await arena.contests.create({ ...contestExample, max_rounds: 2 });
  const watching = new AbortController();
  for await (const { events } of arena.contests.follow(id, { signal: watching.signal }))
    if (events.some(({ type, to }) => type === 'moved' && to === 'complete')) watching.abort();
  return arena.contests.get(id);
}

describe('a contest', () => {
  it('is launched, followed to its end, looked into and carried', async () => {
    const contest = await played();
    const { id, participants } = contest;
    expect(contest.state).toBe('complete');
    expect((await arena.contests.list({ state: 'complete' })).map((one) => one.id)).toContain(id);
    expect(await arena.contests.markdown(id)).toContain(`contest ${id}`);
    expect(await arena.contests.audit(id)).toMatchObject({ contest_id: id, ok: true });
    expect((await arena.contests.view(id, participants[0]?.id ?? '')).you.role).toBe('player');
    expect((await arena.contests.export(id, 'csv')).length).toBeGreaterThan(1_000);
    expect(await arena.contests.stateAt(id, contest.position)).toMatchObject({ id, state: 'complete' });

    const snapshot = await arena.contests.snapshot(id);
    await expect(arena.contests.restore(snapshot)).rejects.toMatchObject({ status: 409 });
    const copy = await arena.contests.restore(snapshot, { asNew: true });
    expect([copy.state, copy.id === id]).toEqual(['complete', false]);
    const fork = await arena.contests.fork(id, { round_no: 0, overrides: { max_rounds: 3 } });
    expect(fork).toMatchObject({ state: 'created', max_rounds: 3, current_round: 0 });
    expect(await arena.contests.clone(id)).toMatchObject({ state: 'created', rounds: [] });
    expect(await arena.contests.remove(fork.id)).toEqual({ success: true });
  });

  it('that is refused says what is wrong at each field', async () => {
    const refused = arena.contests.create({ ...contestExample, max_rounds: 0 });
    await expect(refused).rejects.toBeInstanceOf(ClientError);
    await expect(refused).rejects.toMatchObject({ status: 422, problems: [{ path: 'max_rounds' }] });
  });
});

it('a job is handed over, waited for, and looked into', async () => {
  const { job_id: id } = await arena.jobs.create({ method: 'GET', url: '$ARENA$/api/debug/health' });
  expect(await arena.jobs.get(id, 20_000)).toMatchObject({ state: 'complete', data: { state: 'OK' } });
  expect(await arena.jobs.markdown(id)).toContain(`# Job ${id}`);
  expect((await arena.jobs.history(id)).at(-1)).toMatchObject({ to: 'complete' });
  const tree = await arena.jobs.createBatch({ batch: { method: 'FINAL' }, children: [{ method: 'FINAL' }] });
  expect((await arena.jobs.tree(tree.job_id)).children).toHaveLength(1);
});

it('the catalogue is made, changed, listed and unmade', async () => {
  const features = arena.catalogue('feature');
  const { id } = await features.create({ name: 'Well', position: '3,3' });
  expect((await features.patch(id, { position: '4,4' })).position).toBe('4,4');
  expect(await features.markdown(id)).toContain('# Well (feature)');
  expect((await features.list({ name: 'Well' })).map((one) => one.id)).toEqual([id]);
  expect(await features.remove(id)).toEqual({ success: true });
});

it('nothing that it gives or takes is of any type', () => {
  type Part = Client['contests'] | Client['jobs'] | Client['generations'] | Client['evaluations'];
  type Answer<Method> = Method extends (...given: never[]) => Promise<infer Result> ? Result : never;
  expectTypeOf<Answer<Part[keyof Part]>>().not.toBeAny();
  expectTypeOf(arena.contests.get).returns.resolves.toEqualTypeOf<ContestDocument>();
  expectTypeOf(arena.contests.create).parameter(0).toHaveProperty('max_rounds');
  expectTypeOf<Awaited<ReturnType<typeof arena.jobs.get>>['faults']>().not.toBeAny();
});
