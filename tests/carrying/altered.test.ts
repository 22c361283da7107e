/**
 * Documents that were altered and sealed again, as anybody can: each is refused, naming what is wrong, or it is a contest that can be
 * shown, looked into and steered like any other, and that leaves the lists of all as they were.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { contestDocumentSchema } from '../../src/protocol/contest.ts';
import { entrySchema } from '../../src/protocol/entries.ts';
import { sealSnapshot, type UnsealedSnapshot } from '../../src/protocol/snapshot-seal.ts';
import { type RunningApp, startApp } from '../app/running-app.ts';
import { type Asked, type DocumentedServer, readDocumented } from '../http/documented-server.ts';
import { atOnce } from '../support/at-once.ts';
import { changed } from '../support/changed.ts';
import { type SeededRandom, seededRandom } from '../support/seeded-random.ts';
import { gameContest, snapshotOf, unsealed } from './carried.ts';

/** `DOCUMENTS=5000` finds more. */
const documents = Number(process.env.DOCUMENTS ?? 120);

type Entries = UnsealedSnapshot['entries'];

let app: RunningApp;
let server: DocumentedServer;
let draws: SeededRandom;
let originals: UnsealedSnapshot[];

beforeAll(async () => {
  app = await startApp();
  server = await readDocumented(app.url);
  draws = seededRandom();
  const { id } = await app.client.reach((await app.client.create(gameContest({ max_rounds: 1 }))).id, 'complete');
  const played = unsealed(await snapshotOf(app, id));
  originals = [played, ...goldenJournals().map((golden) => ({ ...played, ...golden }))];
});

/** Contests that have failed, were forked and restarted; of the catalogue they need nothing that is not there. */
function goldenJournals(): Pick<UnsealedSnapshot, 'contest_id' | 'entries'>[] {
  const goldenSchema = z.object({ document: contestDocumentSchema, entries: z.array(entrySchema) });
  const folder = join(import.meta.dirname, '../golden/journals');
  return globSync('*/*.json', { cwd: folder }).map((file) => {
    const { document, entries } = goldenSchema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
    return { contest_id: document.id, entries };
  });
}

const restore = (body: unknown) => server.ask('post /api/contest/restore', { query: { as_new: 'true' }, body });

it('is refused, or taken in as a contest like any other', async () => {
  const failures: string[] = [];
  let taken = 0;
  for (let number = 0; number < documents; number += 1) {
    const { document, altered } = alteredDocument();
    const fail = (problem: string) => failures.push(`document ${number}, ${altered}: ${problem}`);
    const { status, text, body } = await restore(document);
    if (status === 422) {
      if (!text.includes('"path"')) fail(`is refused without a path: ${text}`);
    } else if (status === 200) {
      taken += 1;
      await useLikeAnyOther(contestDocumentSchema.parse(body).id, fail);
    } else fail(`was answered ${status}: ${text}`);
  }
  expect(failures).toEqual([]);
  expect(taken).toBeGreaterThan(0);
  expect(taken).toBeLessThan(documents / 2);
});

/** Everything that is shown of a contest and where it stands among others, what can be done to it, and then once more. */
async function useLikeAnyOther(id: string, fail: (problem: string) => void): Promise<void> {
  const ask = async (name: string, asked: Asked = {}) => {
    const answer = await server.ask(name, asked).catch((error: unknown) => ({ status: 599, text: String(error) }));
    if (answer.status >= 500) fail(`${name} was answered ${answer.status}: ${answer.text}`);
  };
  const path = { id };
  const look = async () => {
    for (const what of ['', '.md', '/job', '/audit', '/events', '/snapshot'])
      await ask(`get /api/contest/{id}${what}`, { path });
    await ask('get /api/contest/{id}/export', { path, query: { format: 'csv' } });
    await ask('get /api/contest/{id}/state', { path, query: { at: draws.between(1, 60) } });
    await ask('get /api/contest');
    await ask('get /api/contest/overview');
    await ask('get /api/job', { query: { contest_id: id } });
  };
  await look();
  for (const action of ['resume', 'advance', 'retry', 'cancel'])
    await ask(`post /api/contest/{id}/${action}`, { path });
  await look();
}

function alteredDocument(): { document: object; altered: string } {
  const original = draws.pick(originals);
  const length = draws.chance(0.5) ? original.entries.length : draws.between(1, original.entries.length);
  let contents: UnsealedSnapshot = { ...original, entries: original.entries.slice(0, length) };
  const altered: string[] = [`${original.contest_id} cut at ${length}`];
  for (let times = draws.between(1, 2); times > 0; times -= 1) {
    if (draws.chance(0.1)) {
      altered.push('catalogue');
      contents = { ...contents, catalogue: changed(contents.catalogue, draws) as UnsealedSnapshot['catalogue'] };
      continue;
    }
    const [name, alter] = draws.pick(Object.entries(alterations));
    const index = draws.between(0, contents.entries.length - 1);
    altered.push(`${name} ${index}`);
    contents = { ...contents, entries: renumbered(alter(contents.entries, index)) };
  }
  return {
    document: atOnce(sealSnapshot({ ...contents, position: contents.entries.length })),
    altered: altered.join(', '),
  };
}

const alterations: Readonly<Record<string, (entries: Entries, index: number) => Entries>> = {
  'something in': (entries, index) => replaced(entries, index, (events) => changed(events, draws)),
  'another event in': (entries, index) => replaced(entries, index, () => draws.pick(entries).events),
  'another of the kind in': (entries, index) => {
    const alike = entries.filter(({ kind }) => kind === entries[index]?.kind);
    return replaced(entries, index, () => draws.pick(alike).events);
  },
  'one event less in': (entries, index) => replaced(entries, index, (events) => events.slice(1)),
  without: (entries, index) => (entries.length > 1 ? entries.toSpliced(index, 1) : entries),
  'twice the': (entries, index) => entries.toSpliced(index, 0, ...entries.slice(index, index + 1)),
  'later the': (entries, index) => {
    const rest = entries.toSpliced(index, 1);
    return rest.toSpliced(draws.between(index, rest.length), 0, ...entries.slice(index, index + 1));
  },
};

function replaced(entries: Entries, index: number, eventsOf: (events: Entries[number]['events']) => unknown): Entries {
  return entries.map((entry, place) =>
    place === index ? { ...entry, events: eventsOf(entry.events) as Entries[number]['events'] } : entry,
  );
}

/** As whoever means well by the seal would do it. */
function renumbered(entries: Entries): Entries {
  const seqs = new Map<string, number>();
  return entries.map((entry, index) => {
    const seq = (seqs.get(entry.stream) ?? 0) + 1;
    seqs.set(entry.stream, seq);
    return { ...entry, position: index + 1, seq };
  });
}
