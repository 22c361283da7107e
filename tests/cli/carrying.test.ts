/** `arena contest snapshot|restore|fork|restart|step` against whole arenas: what they do, and how they refuse. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { main } from '../../src/cli/main.ts';
import { type ContestDocument, contestDocumentSchema } from '../../src/protocol/contest.ts';
import { type RunningApp, startApp } from '../app/running-app.ts';
import { gameContest } from '../carrying/carried.ts';
import { movesOf } from '../support/contest-client.ts';
import { memoryTerminal } from './terminal.ts';

let here: RunningApp;
let there: RunningApp;
let original: ContestDocument;
let folder: string;
beforeAll(async () => {
  here = await startApp();
  there = await startApp();
  original = await here.client.reach((await here.client.create(gameContest({ max_rounds: 2 }))).id, 'complete');
  folder = await mkdtemp(join(tmpdir(), 'arena-carrying-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function run(app: RunningApp, args: readonly string[], input = '') {
  const terminal = memoryTerminal({ env: { ARENA_URL: app.url }, input });
  const options = { terminal, version: '1.2.3', loadArena: () => Promise.reject(new Error('no arena here')) };
  const status = await main(['contest', ...args], options);
  return { status, out: terminal.stdout(), err: terminal.stderr() };
}

async function made(app: RunningApp, args: readonly string[], input = ''): Promise<ContestDocument> {
  const { status, out, err } = await run(app, [...args, '--json'], input);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  return contestDocumentSchema.parse(JSON.parse(out));
}

describe('a contest that is taken elsewhere', () => {
  it('goes from standard output to standard input, and a second time only as a new one', async () => {
    const { out } = await run(here, ['snapshot', original.id]);
    expect(await made(there, ['restore', '-'], out)).toEqual(original);
    const again = await run(there, ['restore', '-'], out);
    expect(again).toMatchObject({
      status: 1,
      out: '',
      err: expect.stringMatching(/; give --as-new for another one beside it\n$/),
    });
    const before = await there.client.create(gameContest({ start: false }));
    const copy = await made(there, ['restore', '-', '--as-new'], out);
    expect([original.id, before.id]).not.toContain(copy.id);
    expect(copy.rounds).toHaveLength(original.rounds.length);
    expect((await made(there, ['show', 'latest'])).id).toBe(copy.id);
  });

  it('is written to a file, of which nothing else is said on standard output', async () => {
    const file = join(folder, 'contest.json');
    expect(await run(here, ['snapshot', original.id, '--output', file])).toMatchObject({ status: 0, out: '' });
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ contest_id: original.id });
    expect((await made(there, ['restore', file, '--as-new'])).state).toBe('complete');
  });

  it('is wrong usage with a file that cannot be written or read, or that is no JSON', async () => {
    const nowhere = join(folder, 'none', 'contest.json');
    const written = await run(here, ['snapshot', original.id, '--output', nowhere]);
    expect(written).toMatchObject({ status: 2, err: expect.stringContaining(`${nowhere} cannot be written`) });
    const read = await run(there, ['restore', nowhere]);
    expect(read).toMatchObject({ status: 2, err: expect.stringContaining(`${nowhere} cannot be read`) });
    const broken = await run(there, ['restore', '-'], '{');
    expect(broken).toMatchObject({ status: 2, err: expect.stringContaining('standard input is not JSON') });
  });
});

describe('a fork', () => {
  const seats = () => original.participants.filter(({ role }) => role === 'player').map(({ id }) => id);
  const newcomer = async (name: string): Promise<string> => {
    const body = { name, role: 'player', agent: { model: 'script:runner' } };
    const answer = await here.client.send('POST', '/api/participant', body);
    return z.looseObject({ id: z.string() }).parse(answer.body).id;
  };
  const fork = (...args: string[]) => made(here, ['fork', '--round', '0', ...args]);

  it('takes other participants, also when the contest is named behind them', async () => {
    const [one = '', other = ''] = seats();
    const [first, second] = [await newcomer('First'), await newcomer('Second')];
    const both = ['--participant', `${one}=${first}`, '--participant', `${other}=${second}`];
    const { participants } = await fork(...both, original.id);
    expect(participants.map(({ id }) => id).slice(0, 2)).toEqual([first, second]);
    const data = ['--data', JSON.stringify({ participants: { [one]: first } })];
    const mixed = await fork(original.id, ...data, '--participant', `${other}=${second}`);
    expect(mixed.participants.map(({ id }) => id).slice(0, 2)).toEqual([first, second]);
  });

  it('takes a limit, a seed, rules and whatever else is given as data', async () => {
    const data = ['--data', '{"max_rounds": 9, "auto_advance": false, "arena": {"winning_condition": "To be last."}}'];
    const own = ['--max-rounds', '5', '--seed', '3', '--rules', 'Only crawling.'];
    expect(await fork(original.id, ...data, ...own)).toMatchObject({
      state: 'created',
      max_rounds: 5,
      seed: 3,
      auto_advance: false,
      arena: { rules: 'Only crawling.', winning_condition: 'To be last.' },
    });
  });

  it.each([
    ['[1]', '--data'],
    ['{"arena": 1}', '--data.arena'],
    ['{', '--data is not JSON: line 1, column 2'],
  ])('is wrong usage with %s as data', async (data, told) => {
    const refused = await run(here, ['fork', original.id, '--round', '0', '--data', data]);
    expect(refused).toMatchObject({ status: 2, out: '', err: expect.stringContaining(told) });
    expect(refused.err).not.toContain('    at ');
  });

  it.each([
    [['--round', '9'], 'no round 9'],
    [['--round', '0', '--max-rounds', '0'], '--max-rounds: '],
    [['--round', '0', '--data', '{"max_rounds": 0}'], '--data.max_rounds: '],
    [['--round', '0', '--participant', 'nobody-of-this=two'], '--participant.nobody-of-this: '],
    [['--round', '0', '--seed', '7', '--data', '{"speed": 1}'], '--data.speed: this field is not known'],
  ])('says what the server refuses in the words that were typed: %j', async (options, told) => {
    const refused = await run(here, ['fork', original.id, ...options]);
    expect(refused).toMatchObject({ status: 1, err: expect.stringContaining(told) });
    expect(refused.err).not.toMatch(/overrides|the body: --/);
  });
});

describe('a contest that is stepped through', () => {
  const stepsMax = 60;

  it('comes to its end, with its newest round played again on the way', async () => {
    const { id } = await here.client.create(gameContest({ max_rounds: 1, auto_advance: false, start: false }));
    expect(await run(here, ['restart', id])).toMatchObject({ status: 2, err: expect.stringContaining('no round yet') });
    const stream = here.client.follow(id);
    let position = 0;
    /** Steps, and waits until the contest stands again; where it stands then. */
    const step = async (): Promise<string> => {
      expect(await run(here, ['step', id])).toMatchObject({ status: 0, err: '' });
      const stopped = await stream.until(
        (entry) =>
          entry.position > position &&
          movesOf(entry).some(({ kind, to }) => kind.endsWith('halted') || (kind === 'contest' && to === 'complete')),
      );
      position = stopped.position;
      const last = movesOf(stopped).at(-1);
      return `${last?.kind} ${last?.to}`;
    };
    const stepTo = async (stop: string): Promise<void> => {
      for (let steps = 0; steps < stepsMax; steps += 1) if ((await step()) === stop) return;
      throw new Error(`contest ${id} does not come to ${stop}`);
    };
    await stepTo('round halted describing_results');
    expect(await made(here, ['restart', id])).toMatchObject({ state: 'in_round', rounds: [{ state: 'idle' }] });
    position = (await here.client.entries(id)).length;
    await stepTo('round halted describing_results');
    await stepTo('contest complete');
    await stream.close();
    const over = await run(here, ['step', id]);
    expect(over).toMatchObject({ status: 1, err: expect.stringContaining('complete') });
    expect((await here.client.get(id)).rounds).toHaveLength(1);
  });
});
