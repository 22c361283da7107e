/** `arena job …` against a real arena and a real server that the jobs call: what it prints, and how it exits. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { type RunningApp, startApp } from '../app/running-app.ts';
import { type CalledServer, startCalledServer } from '../support/called-server.ts';
import { createJobClient, type JobClient } from '../support/job-client.ts';
import { memoryTerminal } from './terminal.ts';

let app: RunningApp;
let jobs: JobClient;
let world: CalledServer;
let folder: string;
beforeAll(async () => {
  world = await startCalledServer();
  app = await startApp({ env: { ARENA_ALLOW_HOSTS: '127.0.0.1' } });
  jobs = createJobClient(app.url);
  folder = mkdtempSync(join(tmpdir(), 'arena-cli-jobs-'));
});
afterAll(async () => {
  await app.close();
  await world.stop();
  rmSync(folder, { recursive: true });
});

async function run(args: string[], terminal = memoryTerminal()) {
  const status = await main(['job', ...args], {
    terminal: { ...terminal, env: { ARENA_URL: app.url, ...terminal.env } },
    version: '1.2.3',
    loadArena: () => Promise.reject(new Error('no arena here')),
  });
  return { status, out: terminal.stdout(), err: terminal.stderr() };
}

const data = (body: object) => ['--data', JSON.stringify(body)];

describe('arena job', () => {
  it('makes a job from an argument, a file and standard input, and prints its id', async () => {
    const body = { method: 'GET', url: world.answers('/made', { state: 'complete', data: 'made' }) };
    writeFileSync(join(folder, 'job.yaml'), `method: GET\nurl: ${body.url}\n`);
    const runs = [
      await run(['create', ...data(body)]),
      await run(['create', join(folder, 'job.yaml')]),
      await run(['create', '-'], memoryTerminal({ input: JSON.stringify(body) })),
    ];
    for (const { status, out } of runs) {
      expect(status).toBe(0);
      expect(await jobs.ended(out.trim())).toMatchObject({ data: 'made' });
    }
    expect((await run(['show', 'latest'])).out).toMatch(/^✓ complete {3}\S+ {2}GET \S+\/made {2}\d+ ms\n"made"\n$/);
    const { out } = await run(['show', 'latest', '--json']);
    expect(JSON.parse(out)).toMatchObject({ job_id: runs[2]?.out.trim(), state: 'complete' });
  });

  it('draws a tree with its states and its progress, follows it to its end, and exits as it ended', async () => {
    const slow = world.holds('/slow');
    const bad = world.answers('/bad', { state: 'fail', message: 'out of order' });
    const tree = {
      batch: { id: 'drawn-job-tree', method: 'POST', url: world.answers('/done', { state: 'complete' }) },
      children: [
        { id: 'first-drawn-child', method: 'GET', url: slow },
        {
          batch: { id: 'inner-drawn-batch', method: 'FINAL' },
          children: [{ id: 'bad-drawn-child', method: 'GET', url: bad, max_attempts: 1 }],
        },
      ],
      on_child_failure: 'wait_all',
    };
    expect((await run(['batch', ...data(tree)])).out).toBe('drawn-job-tree\n');
    await world.called('/slow');
    await jobs.ended('inner-drawn-batch');
    const { status, out } = await run(['show', 'latest']);
    expect(status).toBe(0);
    expect(out).not.toContain('\u001b');
    expect(
      out
        .split('\n')
        .slice(0, -1)
        .map((line) => line.trimEnd()),
    ).toEqual([
      expect.stringMatching(
        /^○ idle {7}drawn-job-tree {2}batch, POST http:\S+\/done {2}1 of 2 children ended, 1 of them not well$/,
      ),
      expect.stringMatching(/^├─ ● request {4}first-drawn-child {2}GET http:\S+\/slow$/),
      expect.stringMatching(
        /^└─ ✗ fail {7}inner-drawn-batch {2}batch {2}1 of 1 children ended, 1 of them not well, child /,
      ),
      expect.stringMatching(/^ {3}└─ ✗ fail {7}bad-drawn-child {2}GET http:\S+\/bad {2}\d+ ms, refused: out of order$/),
    ]);

    const watching = run(['watch', 'drawn-job-tree']);
    world.letGo('/slow', { state: 'complete' });
    const watched = await watching;
    expect(watched.status).toBe(1);
    expect(watched.out).toMatch(/^✗ fail {7}drawn-job-tree [\s\S]*├─ ✓ complete {3}first-drawn-child/);
    expect((await run(['history', 'first-drawn-child'])).out).toMatch(
      /idle +made\n.* 1 {2}request .*until .*\n.* 1 {2}response +answered after \d+ ms\n.* 1 {2}complete/,
    );
  });

  it('cancels, retries, clones, lists and deletes', async () => {
    const { out } = await run(['create', ...data({ method: 'FINAL', delay: 86_400_000 })]);
    const id = out.trim();
    expect((await run(['list', '--filter', 'state=pending'])).out).toContain(id);
    expect(await run(['cancel', id])).toMatchObject({ status: 0, out: `${id}: fail (it was cancelled)\n` });
    expect(await run(['cancel', id])).toMatchObject({ status: 1, err: expect.stringContaining('cancelled') });
    const retried = (await run(['retry', id])).out.trim();
    expect(retried).not.toBe(id);
    await run(['cancel', retried]);
    expect((await run(['clone', id])).out).not.toContain(id);
    await run(['cancel', 'latest']);
    expect((await run(['delete', id])).out).toBe(`${id}: deleted\n`);
    expect(await run(['show', id])).toMatchObject({ status: 1, err: expect.stringContaining(id) });
    const listed = JSON.parse((await run(['list', '--filter', 'state=cancelled', '--json'])).out) as {
      job_id: string;
    }[];
    expect(listed.map(({ job_id }) => job_id)).toContain(retried);
  });

  it('says all that is wrong with a job and exits with 1, and with 2 when it is used wrongly', async () => {
    const { status, err } = await run(['create', ...data({ method: 'GET', secret: 1 })]);
    expect(status).toBe(1);
    expect(err).toContain('url: GET needs the url to call');
    expect(err).toContain('secret: this field is not known');
    for (const args of [['create'], ['batch', join(folder, 'none.json')], ['show'], ['explode', 'latest']])
      expect((await run(args)).status, args.join(' ')).toBe(2);
  });
});
