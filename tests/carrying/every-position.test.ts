/** A contest is taken out at every position that it can have on disk, and taken in elsewhere: it always comes to the same end. */
import { beforeAll, describe, expect, it } from 'vitest';
import { auditSchema } from '../../src/protocol/audit.ts';
import { type ContestDocument, contestDocumentSchema } from '../../src/protocol/contest.ts';
import type { SnapshotDocument } from '../../src/protocol/snapshot.ts';
import { type RunningApp, startApp } from '../app/running-app.ts';
import { cutAt, gameContest, positionsOnDisk, resultOf, snapshotOf } from './carried.ts';

async function played(app: RunningApp, change: object): Promise<{ end: ContestDocument; whole: SnapshotDocument }> {
  const end = await app.client.reach((await app.client.create(gameContest(change))).id, 'complete');
  return { end, whole: await snapshotOf(app, end.id) };
}

/** Restores and plays to the end; resolves with the contest. */
async function goOn(app: RunningApp, document: SnapshotDocument, query = ''): Promise<ContestDocument> {
  const { status, body } = await app.client.send('POST', `/api/contest/restore${query}`, document);
  expect({ position: document.position, status, body }).toMatchObject({ status: 200 });
  const restored = contestDocumentSchema.parse(body);
  if (restored.state === 'created') await app.client.act(restored.id, 'start');
  return app.client.reach(restored.id, 'complete');
}

async function auditOf(app: RunningApp, id: string) {
  return auditSchema.parse((await app.client.send('GET', `/api/contest/${id}/audit`)).body);
}

describe('in another arena', () => {
  it('goes on under its own id from every position', async () => {
    const here = await startApp();
    const { end, whole } = await played(here, { max_rounds: 1 });
    const positions = positionsOnDisk(whole);
    expect(positions.length).toBeGreaterThan(8);
    for (const position of positions) {
      const there = await startApp();
      const again = await goOn(there, cutAt(whole, position));
      expect(again.id).toBe(end.id);
      expect(resultOf(again), `from position ${position}`).toEqual(resultOf(end));
      expect(await auditOf(there, again.id), `from position ${position}`).toMatchObject({ ok: true, problems: [] });
      await there.close();
    }
  });
});

describe('in the same arena', () => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await startApp();
  });

  it('goes on as a new contest from every position, which stands up to the same checks and leaves the original alone', async () => {
    const { end, whole } = await played(app, { max_rounds: 2 });
    for (const position of positionsOnDisk(whole)) {
      const copy = await goOn(app, cutAt(whole, position), '?as_new=true');
      expect(copy.id).not.toBe(end.id);
      expect(resultOf(copy), `from position ${position}`).toEqual(resultOf(end));
      expect(await auditOf(app, copy.id), `from position ${position}`).toMatchObject({ ok: true, problems: [] });
      const entries = await app.client.entries(copy.id);
      expect(entries[0]?.events[0]).toMatchObject({ origin: { copy_of: end.id, position } });
      expect(JSON.stringify(entries.slice(1))).not.toContain(end.id);
    }
    expect(await app.client.get(end.id)).toEqual(end);
  });

  it('is refused under its own id while it is here, also when it has been deleted', async () => {
    const { end, whole } = await played(app, { max_rounds: 1 });
    const restore = () => app.client.send('POST', '/api/contest/restore', whole);
    expect(await restore()).toMatchObject({ status: 409, body: { detail: expect.stringContaining(end.id) } });
    await app.client.send('DELETE', `/api/contest/${end.id}`);
    expect(await restore()).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('was deleted here') },
    });
    expect((await app.client.send('GET', `/api/contest/${end.id}`)).status).toBe(404);
  });
});
