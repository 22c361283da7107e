/** The seal of a snapshot: whatever is changed in a document is found, and the entry that it was changed in is named. */
import { hash } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { canonicalText } from '../../src/protocol/canonical-text.ts';
import type { Json } from '../../src/protocol/json.ts';
import { type SnapshotDocument, snapshotSchema } from '../../src/protocol/snapshot.ts';
import { problemWithSeal, sealSnapshot } from '../../src/protocol/snapshot-seal.ts';
import { type RunningApp, startApp } from '../app/running-app.ts';
import { atOnce } from '../support/at-once.ts';
import { gameContest, snapshotOf, unsealed } from './carried.ts';

let app: RunningApp;
let document: SnapshotDocument;
beforeAll(async () => {
  app = await startApp();
  const { id } = await app.client.reach((await app.client.create(gameContest({ max_rounds: 1 }))).id, 'complete');
  document = await snapshotOf(app, id);
});

const place = () => fc.nat(document.entries.length - 1);
const copy = () => structuredClone(document);
const entryNamed = (index: number) => ({ path: `entries[${index}]` });

/** Every leaf below a value, as the keys that lead to it. */
function leavesOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, one]) => leavesOf(one, [...path, key]));
}

function changeLeaf(value: unknown, path: readonly string[]): void {
  const [key, ...rest] = path;
  const container = value as Record<string, Json>;
  if (key === undefined) return;
  if (rest.length > 0) return changeLeaf(container[key], rest);
  const leaf = container[key];
  container[key] = typeof leaf === 'string' ? `${leaf}x` : typeof leaf === 'number' ? leaf + 1 : 'changed';
}

describe('a document', () => {
  it('is as it was sealed, also after a journey as text', () => {
    expect(atOnce(problemWithSeal(document))).toBeNull();
    expect(atOnce(problemWithSeal(snapshotSchema.parse(JSON.parse(JSON.stringify(document)))))).toBeNull();
  });

  it('has the hash of its canonical text, whatever it is made of', () => {
    const { hash: sealed, ...contents } = document;
    expect(sealed).toBe(hash('sha256', canonicalText(contents), 'hex'));
    const empty = atOnce(sealSnapshot({ ...unsealed(document), position: 0, entries: [] }));
    expect(empty.hash).toBe(hash('sha256', canonicalText({ ...contents, position: 0, entries: [] }), 'hex'));
  });

  it('in which anything of an entry is changed is refused, naming the entry', () => {
    fc.assert(
      fc.property(place(), fc.nat(), (index, draw) => {
        const changed = copy();
        const leaves = leavesOf(changed.entries[index]);
        changeLeaf(changed.entries[index], leaves[draw % leaves.length] ?? []);
        expect(atOnce(problemWithSeal(changed))).toMatchObject(entryNamed(index));
      }),
    );
  });

  it('in which anything beside the entries is changed is refused', () => {
    const { entries: _, ...beside } = document;
    for (const path of leavesOf(beside)) {
      const changed = copy();
      changeLeaf(changed, path);
      expect({ path, problem: atOnce(problemWithSeal(changed)) }).not.toMatchObject({ problem: null });
    }
  });

  it('that lacks entries, in the middle or at its end, is refused, naming the first that is missing', () => {
    fc.assert(
      fc.property(place(), fc.integer({ min: 1, max: 5 }), (index, count) => {
        const changed = copy();
        changed.entries.splice(index, count);
        expect(atOnce(problemWithSeal(changed))).toMatchObject(entryNamed(index));
      }),
    );
  });

  it('of which two entries have changed places is refused, naming the first', () => {
    fc.assert(
      fc.property(place(), place(), (one, other) => {
        fc.pre(one !== other);
        const changed = copy();
        const [first, second] = [changed.entries[one], changed.entries[other]];
        if (first && second) [changed.entries[one], changed.entries[other]] = [second, first];
        expect(atOnce(problemWithSeal(changed))).toMatchObject(entryNamed(Math.min(one, other)));
      }),
    );
  });

  it('can hold half a surrogate pair, as agents may send one', () => {
    const { entries, ...contents } = unsealed(document);
    const heard = entries.map((entry) => ({ ...entry, events: [...entry.events, { type: 'heard', text: '\ud83d' }] }));
    const sealed = atOnce(sealSnapshot({ ...contents, entries: heard }));
    expect(atOnce(problemWithSeal(JSON.parse(JSON.stringify(sealed))))).toBeNull();
  });
});

describe('over HTTP', () => {
  const restore = (body: unknown) => app.client.send('POST', '/api/contest/restore?as_new=true', body);

  it('a document that was changed, cut short or added to is refused with the place, and nothing is kept', async () => {
    const changed = copy();
    changeLeaf(changed.entries[4], ['at']);
    const cut = { ...copy(), entries: document.entries.slice(0, -1) };
    const more = { ...copy(), note: 'mine' };
    const count = async () => ((await app.client.send('GET', '/api/contest')).body as unknown[]).length;
    const before = await count();
    expect(await restore(changed)).toMatchObject({ status: 422, body: { errors: [entryNamed(4)] } });
    const missing = entryNamed(document.entries.length - 1);
    expect(await restore(cut)).toMatchObject({ status: 422, body: { errors: [missing] } });
    expect(await restore(more)).toMatchObject({ status: 422, body: { errors: [{ path: 'note' }] } });
    expect(await restore({ ...copy(), version: 2 })).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'version' }] },
    });
    expect(await count()).toBe(before);
  });

  it('a document that is sealed well and is no contest is refused, naming the entry', async () => {
    const { entries, ...contents } = unsealed(document);
    const foreign = entries.map((entry, index) =>
      index === 3 ? { ...entry, stream: 'contest/of-somebody-else' } : entry,
    );
    expect(await restore(atOnce(sealSnapshot({ ...contents, entries: foreign })))).toMatchObject({
      status: 422,
      body: { errors: [entryNamed(3)] },
    });
    const asleep = entries.map((entry, index) => (index === 3 ? { ...entry, events: [{ type: 'slept' }] } : entry));
    expect(await restore(atOnce(sealSnapshot({ ...contents, entries: asleep })))).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'entries[3].events[0].type', message: expect.stringContaining('must be one of') }] },
    });
    const nested = Array.from({ length: 300 }).reduce<Json>((inner) => [inner], null);
    const deep = entries.map((entry) => ({ ...entry, events: [{ type: 'moved', nested }] }));
    expect(await restore(atOnce(sealSnapshot({ ...contents, entries: deep })))).toMatchObject({
      status: 422,
      body: { errors: [{ path: '', message: 'it is nested deeper than 256 levels' }] },
    });
    const unordered = entries.map((entry, index) => (index === 3 ? { ...entry, seq: 9 } : entry));
    expect(await restore(atOnce(sealSnapshot({ ...contents, entries: unordered })))).toMatchObject({ status: 422 });
  });
});
