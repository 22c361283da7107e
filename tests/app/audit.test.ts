/** A contest's journal is checked against itself: whatever was changed in it, even by someone who makes the hashes anew, is named. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditEntries } from '../../src/actors/contest/audit.ts';
import type { Entry } from '../../src/actors/runtime/journal.ts';
import { machineOf } from '../../src/machines.ts';
import { type Audit, auditSchema } from '../../src/protocol/audit.ts';
import type { EntryDocument } from '../../src/protocol/entries.ts';
import { atOnce } from '../support/at-once.ts';
import { smallContest } from '../support/contest-input.ts';
import { wellBehaved } from '../support/nats-agents.ts';
import { startBusAgents } from './bus-agents.ts';
import { type RunningApp, startApp } from './running-app.ts';

let folder: string;
let id: string;
let played: EntryDocument[];
let judge: string | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arena-audit-'));
  // A bad answer, a pending one and silence: every way in which a request is made again.
  const agents = await startBusAgents((asked) => {
    if (asked.command === 'judge_apply_effects' && asked.attempt === 1)
      return { job_id: asked.job_id, state: 'complete', data: 'no effects at all' };
    if (asked.command === 'announcer_describe_results' && asked.round_no === 0 && !pended.has(asked.job_id)) {
      pended.add(asked.job_id);
      return { job_id: asked.job_id, state: 'pending', delay: 100 };
    }
    return wellBehaved(asked);
  });
  const pended = new Set<string>();
  const app = await startApp({ databaseUrl: `sqlite:${join(folder, 'arena.db')}`, bus: agents.bus });
  id = (await app.client.create(smallContest())).id;
  const { participants } = await app.client.reach(id, 'complete');
  judge = participants.find(({ role }) => role === 'judge')?.id;
  played = await app.client.entries(id);
  expect(await auditOf(app)).toMatchObject({ ok: true, problems: [], entries: played.length });
  await app.close();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function auditOf(app: RunningApp): Promise<Audit> {
  const { status, body } = await app.client.send('GET', `/api/contest/${id}/audit`);
  expect(status).toBe(200);
  return auditSchema.parse(body);
}

describe('a journal as it was written', () => {
  it('holds: every entry, every request, every view', async () => {
    const found = atOnce(auditEntries(root(), machineOf, entries()));
    const requests = played.flatMap(({ events }) => events).filter(({ type }) => type === 'requested');
    const views = requests.filter((event) => event.view !== null);
    expect(found).toEqual({
      entries: played.length,
      requests: requests.length,
      views: views.length,
      views_of_other_versions: 0,
      problems: [],
    });
    expect(views.length).toBeGreaterThan(8);
    expect(requests.some((event) => event.attempt === 2)).toBe(true);
  });

  it('holds when the result is told on a subject that could be chosen then and is reserved today', () => {
    const [first, ...others] = entries();
    if (!first) throw new Error('nothing was played');
    const events = first.events.map((event) =>
      event.type === 'contest_created'
        ? { ...event, settings: { ...Object(Reflect.get(event, 'settings')), completion_channel: 'arena.results' } }
        : event,
    );
    expect(atOnce(auditEntries(root(), machineOf, [{ ...first, events }, ...others])).problems).toEqual([]);
  });

  it('is not found for a contest that is not there', async () => {
    const app = await startApp();
    expect((await app.client.send('GET', '/api/contest/no-such-contest/audit')).status).toBe(404);
    await app.close();
  });
});

/** One that is only cut off reads as that of an earlier moment. */
async function refusesToRead(app: RunningApp, { problems: [damage] }: Audit): Promise<void> {
  if (!damage || damage.problem.includes('cut off')) return;
  const detail = `the journal of ${root()} is damaged at position ${damage.position}: ${damage.problem}`;
  for (const what of ['', 'snapshot', 'events', 'export'])
    expect(await app.client.send('GET', `/api/contest/${id}/${what}`)).toMatchObject({ status: 409, body: { detail } });
}

describe('a journal that was damaged on disk', () => {
  const at = 20;
  const damages: [name: string, sql: string, position: number, says: string][] = [
    [
      'an event was changed',
      `update entry set events = replace(events, 'type', 'Type') where root_seq = ${at}`,
      at,
      'its hash',
    ],
    ['events are not JSON', `update entry set events = substr(events, 2) where root_seq = ${at}`, at, 'its hash'],
    ['an entry is gone', `delete from entry where root_seq = ${at}`, at, `the next entry there is ${at + 1}`],
    ['the first entry is gone', 'delete from entry where root_seq = 1', 1, 'the next entry there is 2'],
    ['a time was changed', `update entry set at = at + 1 where root_seq = ${at}`, at, 'its hash'],
    ['a command was changed', `update entry set command_id = 'another' where root_seq = ${at}`, at, 'its hash'],
    ['a hash was changed', `update entry set hash = 'beef' where root_seq = ${at}`, at, 'its hash'],
    ['the writer was changed', `update entry set epoch = epoch + 1 where root_seq = ${at}`, at, 'its hash'],
    [
      'the newest entries of a contest that was being played are gone',
      `update contest set state = 'in_round'; delete from entry where root_seq >= ${at}`,
      at,
      'cut off at the end',
    ],
    [
      'the newest entries of rounds are gone, and nothing had ended in them',
      `update contest set state = 'role_call'; delete from job where key is not null; delete from entry where root_seq >= ${at}`,
      at,
      'the tables show it in ',
    ],
    ['all entries are gone', 'delete from entry where root_seq > 0', 1, 'cut off at the end'],
    [
      'two entries changed places',
      `update entry set root_seq = -root_seq where root_seq in (${at}, ${at + 1});
       update entry set root_seq = ${2 * at + 1} + root_seq where root_seq < 0`,
      at,
      '',
    ],
  ];

  it.each(damages)('%s: the entry is named, and those before it hold', async (_name, sql, position, says) => {
    const copy = await mkdtemp(join(folder, 'damaged-'));
    await cp(join(folder, 'arena.db'), join(copy, 'arena.db'));
    const database = new DatabaseSync(join(copy, 'arena.db'));
    database.exec(sql.replaceAll('where', `where root = '${root()}' and`));
    database.close();
    const app = await startApp({ databaseUrl: `sqlite:${join(copy, 'arena.db')}` });
    const found = await auditOf(app);
    expect(found).toMatchObject({ ok: false, entries: position - 1 });
    expect(found.problems).toHaveLength(1);
    expect(found.problems[0]).toMatchObject({ position, problem: expect.stringContaining(says) });
    await refusesToRead(app, found);
    await app.close();
  });
});

describe('a journal that was cut off at the end', () => {
  it.each([
    ['the contest has ended', () => root(), 'complete'],
    ['a round has come to its actions', () => `${root()}/round/1`, 'judging_actions'],
    ['a seat has come to be asked', () => `${root()}/participant/${judge}`, 'checking'],
  ])('holds as long as it is not known that %s behind it', (_what, address, state) => {
    const stream = address();
    const isThere = (to: unknown) => to === state;
    const entry = played.find((one) => one.stream === stream && isThere(one.events.findLast(({ to }) => to)?.to));
    const problemsAt = (end: number) =>
      atOnce(auditEntries(root(), machineOf, entries().slice(0, end), [{ stream, state }])).problems;
    const position = entry?.position ?? 0;
    expect(problemsAt(position)).toEqual([]);
    expect(problemsAt(position - 1)).toMatchObject([{ position, stream }]);
  });

  it('holds where a job that was never begun has ended with its batch', () => {
    const batch = played.find(({ kind, events }) => kind === 'job' && events.some(({ type }) => type === 'completed'));
    const unbegun = [{ stream: `${batch?.stream}/never-begun-child`, state: 'cancelled' }];
    expect(atOnce(auditEntries(root(), machineOf, entries(), unbegun)).problems).toEqual([]);
    const before = entries().slice(0, (batch?.position ?? 0) - 1);
    expect(atOnce(auditEntries(root(), machineOf, before, unbegun)).problems).toMatchObject([
      { position: batch?.position },
    ]);
  });
});

describe('a journal whose hashes were made anew', () => {
  const forgeries: [name: string, forge: (entries: Entry[]) => { entries: Entry[]; position: number }, says: RegExp][] =
    [
      ['a rule of the arena was changed', rewritten('contest', '"rules":"', '"rules":"Not '), /has the hash/],
      ['an action was changed', rewritten('round', '"action":"walk 0"', '"action":"fly 0"'), /has the hash/],
      ['what a player remembers was changed', rewritten('round', 'I have walked', 'I have won'), /has the hash/],
      [
        'the time limit of a request was changed',
        rewritten('job', '"timeout_ms":', '"timeout_ms":1'),
        /does not follow/,
      ],
      ['an attempt was left out', rewritten('job', '"attempt":2', '"attempt":3'), /does not follow/],
      [
        'another was asked',
        rewritten('job', '"prompt_type":"judge_apply_effects"', '"prompt_type":"announcer_describe_results"'),
        /does not follow/,
      ],
      ['a hash on record was changed', rewritten('job', '"hash":"', '"hash":"0'), /has the hash/],
      ['a job that nobody planned was asked', withInventedJob, /has not planned/],
      ['a request was doubled', withDoubledRequest, /asks nobody/],
      [
        'an event of no machine was put in',
        rewritten('round', '"type":"moved"', '"type":"hovered"'),
        /folded|follow|hash/,
      ],
      ['an entry was put under another address', atAnotherAddress, /lives a|is not of/],
    ];

  it.each(forgeries)('%s: it is found', (_name, forge, says) => {
    const { entries: forged, position } = forge(entries());
    const { problems } = atOnce(auditEntries(root(), machineOf, forged));
    expect(problems.length).toBeGreaterThan(0);
    expect(problems[0]?.position).toBeGreaterThanOrEqual(position);
    expect(problems.map(({ problem }) => problem).join('\n')).toMatch(says);
  });
});

const root = () => `contest/${id}`;

function entries(): Entry[] {
  return played.map(({ command_id, caused_by, ...entry }) => ({
    ...entry,
    root: root(),
    commandId: command_id,
    causedBy: caused_by,
  }));
}

/** Changes the first entry of a kind that has a text in its events. */
function rewritten(kind: string, text: string, by: string) {
  return (from: Entry[]) => {
    const found = from.find((entry) => entry.kind === kind && JSON.stringify(entry.events).includes(text));
    if (!found) throw new Error(`no ${kind} says ${text}`);
    const events: Entry['events'] = JSON.parse(JSON.stringify(found.events).replace(text, by));
    return { entries: from.with(found.position - 1, { ...found, events }), position: found.position };
  };
}

function withInventedJob(from: Entry[]) {
  const born = from.find(({ kind, stream, seq }) => kind === 'job' && seq === 1 && stream.includes('/round/'));
  if (!born) throw new Error('no job was born');
  const entry = { ...born, position: from.length + 1, stream: `${born.stream.slice(0, -4)}evil` };
  return { entries: [...from, entry], position: entry.position };
}

function withDoubledRequest(from: Entry[]) {
  const last = from.findLast(({ kind, events }) => kind === 'job' && events.some(({ type }) => type === 'completed'));
  const asked = from.find(({ stream, seq }) => stream === last?.stream && seq === 1);
  if (!last || !asked) throw new Error('no job was asked');
  const events = asked.events.filter(({ type }) => type === 'requested');
  const entry = { ...last, position: from.length + 1, seq: last.seq + 1, events };
  return { entries: [...from, entry], position: entry.position };
}

function atAnotherAddress(from: Entry[]) {
  const last = from.at(-1);
  if (!last) throw new Error('the journal is empty');
  const stream = `contest/${id}/setup`;
  const entry = { ...last, position: from.length + 1, stream, kind: 'round' };
  return { entries: [...from, entry], position: entry.position };
}
