/** Commands with an idempotency key: what counts as the same command, before and after a restart. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { contestDocumentSchema } from '../../src/protocol/contest.ts';
import { ask } from '../http/server.ts';
import { smallContest } from '../support/contest-input.ts';
import { type BusAgents, startBusAgents } from './bus-agents.ts';
import { type RunningApp, startApp } from './running-app.ts';

const held = { start: false, auto_advance: false };

async function act(app: RunningApp, id: string, action: string, key: string) {
  const headers = { 'idempotency-key': key };
  const response = await fetch(`${app.url}/api/contest/${id}/${action}`, { method: 'POST', headers });
  return { status: response.status, contest: contestDocumentSchema.safeParse(await response.json()).data };
}

async function start(databaseUrl?: string): Promise<{ app: RunningApp; agents: BusAgents }> {
  const agents = await startBusAgents();
  return { app: await startApp({ bus: agents.bus, ...(databaseUrl === undefined ? {} : { databaseUrl }) }), agents };
}

it('carries a command out once: the second is answered with the contest, and a refusal told again', async () => {
  const { app } = await start();
  const { id } = await app.client.create(smallContest({ auto_advance: false }));
  const url = `${app.url}/api/contest/${id}`;
  const advance = (key: string) => ask('POST', `${url}/advance`, undefined, { 'idempotency-key': key });
  const [one, same] = await Promise.all([advance(`${id}/first`), advance(`${id}/first`)]);
  expect(same.body).toEqual(one.body);
  expect(contestDocumentSchema.parse(one.body).state).toBe('role_call');
  const stream = app.client.follow(id);
  await stream.moved('contest halted', 'role_call');
  await stream.close();
  expect(contestDocumentSchema.parse((await advance(`${id}/first`)).body).state).toBe('role_call');
  expect(contestDocumentSchema.parse((await advance(`${id}/second`)).body).state).toBe('setup_arena');
  await app.client.act(id, 'cancel');
  const refused = { status: 409, type: expect.stringContaining('application/problem+json') };
  for (const _ of ['once', 'again']) expect(await advance(`${id}/third`)).toMatchObject(refused);
});

it('holds for one action of one contest: the same key elsewhere is another command', async () => {
  const { app } = await start();
  const one = await app.client.create(smallContest(held));
  const other = await app.client.create(smallContest(held));
  expect((await act(app, one.id, 'start', 'a key')).contest?.state).toBe('starting');
  expect((await act(app, other.id, 'start', 'a key')).contest?.state).toBe('starting');
  expect((await act(app, one.id, 'pause', 'a key')).contest?.paused).toBe(true);
});

it('holds after a restart too', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'arena-repeats-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const databaseUrl = `sqlite:${join(folder, 'arena.db')}`;
  const before = await start(databaseUrl);
  const { id } = await before.app.client.create(smallContest(held));
  await act(before.app, id, 'start', 'first');
  const first = await act(before.app, id, 'advance', 'second');
  expect(first.contest?.state).toBe('role_call');
  const steps = (entries: readonly { command_id: string }[]) =>
    entries.filter(({ command_id }) => command_id.endsWith('/second')).length;
  await before.app.close();

  const { app } = await start(databaseUrl);
  expect((await act(app, id, 'advance', 'second')).status).toBe(200);
  expect(steps(await app.client.entries(id))).toBe(1);
});
