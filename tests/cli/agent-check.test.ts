/** `arena agent check` and `arena agent replay` as a person uses them: against agents on a real nats-server, at HTTP endpoints, in a contest. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAgent } from '../../src/agents/kit.ts';
import { agentOfModel } from '../../src/agents/scripted/scripted-agents.ts';
import { createArena } from '../../src/app.ts';
import { main } from '../../src/cli/main.ts';
import type { ContestDocument } from '../../src/protocol/contest.ts';
import { type RunningApp, startApp } from '../app/running-app.ts';
import { smallContest } from '../support/contest-input.ts';
import { type HttpServer, sendJson, startHttpServer } from '../support/http-server.ts';
import { type NatsAgents, startNatsAgents, wellBehaved } from '../support/nats-agents.ts';
import { type NatsServer, startNatsServer } from '../support/nats-server.ts';
import { memoryTerminal } from './terminal.ts';

let nats: NatsServer;
let agents: NatsAgents;
let app: RunningApp;
let contest: ContestDocument;
beforeAll(async () => {
  nats = await startNatsServer();
  agents = await startNatsAgents(nats.url);
  app = await startApp({ env: { ARENA_NATS_URL: nats.url } });
  const { id } = await app.client.create(smallContest());
  contest = await app.client.reach(id, 'complete');
});
afterAll(async () => {
  await app.close();
  await agents.close();
  await nats.stop();
});

async function run(args: string[], env: Record<string, string> = {}) {
  const terminal = memoryTerminal({ env: { ARENA_NATS_URL: nats.url, ARENA_URL: app.url, ...env } });
  const loadArena = () => Promise.resolve(createArena);
  const status = await main(['agent', ...args], { terminal, version: '1.2.3', loadArena });
  return { status, out: terminal.stdout(), err: terminal.stderr() };
}

const seatOf = (name: string) => contest.participants.find((one) => one.name === name)?.id ?? '';

describe('arena agent check', () => {
  it('finds a participant by its id and by its name, and checks it in its role', async () => {
    for (const target of [seatOf('Jo'), 'Jo']) {
      const { status, out, err } = await run(['check', target, '--timeout', '2000']);
      expect(err).toContain(`Checking Jo at subject actor.agent.${seatOf('Jo')} as judge.`);
      expect(out).toContain('✓ judge_apply_effects, round 0');
      expect(out).not.toContain('player_player_action');
      expect(status).toBe(0);
    }
  });

  it('says in plain words what is wrong and what it costs, and exits with 1', async () => {
    agents.follow((asked) =>
      asked.command === 'player_player_action'
        ? { job_id: asked.job_id, state: 'complete', data: { action: 'walk', target: '99,1' } }
        : wellBehaved(asked),
    );
    const prefix = `actor.agent.${seatOf('Ada')}`;
    const told = await run(['check', prefix, '--role', 'player', '--timeout', '500']);
    expect(told.status).toBe(1);
    expect(told.out).toContain('✗ player_player_action, round 0');
    expect(told.out).toContain('target: "99,1" is off the grid');
    expect(told.out).toContain('The fault `invalid`: it is asked again with this message, three times in all;');
    expect(told.out).toContain('It said: {"job_id"');
    expect(told.out).toMatch(/\n3 things are wrong, 0 could be better, 2 fine\.\n$/);

    const { status, out } = await run(['check', prefix, '--timeout', '500', '--json']);
    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ verdict: 'wrong', roles: ['player'], counts: { wrong: 3 } });
    agents.follow(wellBehaved);
  });

  it.each([
    ['without an arena', () => 'http://127.0.0.1:1'],
    ['before the arena has heard of it', () => app.url],
  ])('checks any agent on a NATS server %s', async (_when, arena) => {
    const { status, out, err } = await run(
      ['check', 'some-agent-of-mine', '--nats', nats.url, '--role', 'announcer', '--timeout', '2000'],
      { ARENA_URL: arena(), ARENA_NATS_URL: '' },
    );
    expect(err).toContain('Checking some-agent-of-mine');
    expect(out).toContain('✓ announcer_describe_results');
    expect(status).toBe(0);
  });

  it('takes nothing for an answer that a stream says which keeps what agents are asked', async () => {
    const keeping = await startNatsServer({ jetstream: true });
    const { connection, close } = await startNatsAgents(keeping.url);
    try {
      const manager = await connection.jetstreamManager();
      await manager.streams.add({ name: 'AUDIT', subjects: ['actor.>'] });
      const { status, out } = await run(['check', 'actor.agent.some-agent-of-mine', '--nats', keeping.url]);
      expect(out).toMatch(/\nAll \d+ fine\.\n$/);
      expect(status).toBe(0);
      expect((await manager.streams.info('AUDIT')).state.messages).toBeGreaterThan(5);
    } finally {
      await close();
      await keeping.stop();
    }
  });

  describe('at an HTTP endpoint', () => {
    let server: HttpServer;
    beforeAll(async () => {
      server = await startHttpServer((response, { path, body }) => {
        if (path.includes('/request/health/')) return sendJson(response, wellBehaved(JSON.parse(body)));
        const kinds: Record<string, () => void> = {
          large: () => sendJson(response, { state: 'complete', data: 'x'.repeat(2_000_000) }),
          missing: () => sendJson(response, { error: 'no' }, 404),
          broken: () => sendJson(response, { error: 'oh' }, 500),
          gone: () => void response.socket?.destroy(),
        };
        kinds[path.split('/')[1] ?? '']?.();
      });
    });
    afterAll(() => server.stop());

    it.each([
      ['large', 'too_large'],
      ['missing', 'refused'],
      ['broken', 'refused'],
      ['gone', 'unreachable'],
    ])('%s: the fault is %s', async (kind, fault) => {
      const { status, out } = await run(['check', `${server.origin}/${kind}`, '--json', '--timeout', '2000']);
      expect(status).toBe(1);
      const { findings } = JSON.parse(out) as { findings: { probe: string; fault: string | null }[] };
      expect(findings.filter(({ probe }) => probe === 'prompt').map((one) => one.fault)).toEqual(Array(3).fill(fault));
    });

    it('signs with the key that the environment holds', async () => {
      const agent = createAgent({ name: 'Tess', answer: agentOfModel('script:runner') ?? {} });
      const { url } = await agent.serve({ port: 0, apiKey: 'only two know' });
      try {
        expect((await run(['check', url])).status).toBe(1);
        expect((await run(['check', url, '--key-env', 'MY_KEY'], { MY_KEY: 'only two know' })).status).toBe(0);
        expect(await run(['check', url, '--key-env', 'MY_KEY'])).toMatchObject({ status: 2 });
      } finally {
        await agent.close();
      }
    });
  });

  it('asks an agent that the arena hosts through the arena, where there is no NATS server', async () => {
    const alone = await startApp();
    const env = { ARENA_URL: alone.url, ARENA_NATS_URL: '' };
    const create = (body: object) => alone.client.send('POST', '/api/participant', body);
    await create({ name: 'Hosted', role: 'judge', agent: { model: 'script:referee' } });
    await create({ name: 'Away', role: 'judge' });
    const hosted = await run(['check', 'Hosted', '--timeout', '5000'], env);
    expect(hosted.out).toMatch(/\nAll \d+ fine\.\n$/);
    expect(hosted.status).toBe(0);
    const away = await run(['check', 'Away'], env);
    expect(away.out.replace(/\s+/g, ' ')).toContain(
      'is hosted here; where it answers over NATS, say on which server with --nats',
    );
    expect(away.status).toBe(1);
    await alone.close();
  });

  it.each<[string[], Record<string, string>, number, string]>([
    [['check', 'nobody-here-at-all'], {}, 1, 'has no participant nobody-here-at-all'],
    [['check', 'Nobody', '--nats', 'nats://127.0.0.1:1'], {}, 1, 'has no participant Nobody'],
    [['check', 'arena.contest'], {}, 2, 'is reserved'],
    [['check', 'a.b'], { ARENA_NATS_URL: '' }, 2, '--nats'],
    [['check', 'a.b', '--nats', 'nats://127.0.0.1:1'], {}, 1, 'There is no NATS server'],
    [['check', 'a.b', '--game', 'chess'], {}, 2, 'no bundled game "chess"'],
  ])('%j explains why it cannot', async (args, env, status, message) => {
    const ran = await run(args, env);
    expect([ran.status, ran.err]).toEqual([status, expect.stringContaining(message)]);
  });
});

describe('arena agent replay', () => {
  it('asks the agent again what it was asked, as a new job, and shows both answers', async () => {
    const before = agents.asked.length;
    agents.follow((asked) => ({ job_id: asked.job_id, state: 'complete', data: { action: 'think again' } }));
    const { status, out, err } = await run(['replay', contest.id, '--round', '1', '--seat', 'Ada', '--json']);
    agents.follow(wellBehaved);
    expect([status, err]).toEqual([0, '']);
    const { request, then, now } = JSON.parse(out);
    expect(then).toMatchObject({ state: 'complete', data: { action: 'walk 1' } });
    expect(now).toMatchObject({ state: 'complete', data: { action: 'think again' } });

    const [asked, ...more] = agents.asked.slice(before);
    expect(more).toEqual([]);
    const original = agents.asked.find(({ job_id }) => job_id === request.job_id);
    expect(asked?.data).toEqual(original?.data);
    expect(asked?.job_id).not.toBe(request.job_id);
    // The contest is over, and has heard nothing of this.
    expect((await app.client.get(contest.id)).position).toBe(contest.position);
  });

  it('names the requests to choose from, and takes a choice', async () => {
    const many = await run(['replay', contest.id, '--round', '0', '--seat', 'Jo']);
    expect(many.status).toBe(2);
    expect(many.err).toContain('Jo was asked 3 times in round 0');
    const [, job = ''] = /--prompt judge_player_action_judgement --job (\S+)/.exec(many.err) ?? [];
    const one = await run(['replay', contest.id, '--round', '0', '--seat', 'Jo', '--job', job]);
    expect(one.status).toBe(0);
    expect(one.out).toContain('"result": "success"');
    const other = await run(['replay', contest.id, '--round', '0', '--seat', 'Jo', '--prompt', 'judge_apply_effects']);
    expect(other.status).toBe(0);
  });

  it('asks another agent', async () => {
    const agent = createAgent({ name: 'Tess', answer: { announcer_describe_arena: () => 'A yard, seen anew.' } });
    const { url } = await agent.serve({ port: 0 });
    const args = [
      'replay',
      'latest',
      '--round',
      '0',
      '--seat',
      'Al',
      '--prompt',
      'announcer_describe_arena',
      '--to',
      url,
    ];
    const { status, out } = await run(args);
    await agent.close();
    expect(out).toContain('then\nA quiet yard.');
    expect(out).toContain('A yard, seen anew.');
    expect(status).toBe(0);
  });

  it('exits with 1 when the answer of now is a fault', async () => {
    agents.follow(() => 'What?');
    const { status, out } = await run(['replay', contest.id, '--round', '1', '--seat', 'Ada']);
    agents.follow(wellBehaved);
    expect([status, out]).toEqual([1, expect.stringContaining('the fault unparsable')]);
  });

  it.each<[string[], number, string]>([
    [['--round', '0', '--seat', 'Eve'], 2, 'has no seat Eve'],
    [['--round', '9', '--seat', 'Ada'], 1, 'was asked nothing of that kind in round 9'],
    [['--round', '0', '--seat', 'Ada', '--attempt', '7'], 1, 'there was no attempt 7'],
  ])('%j explains why it cannot', async (args, status, message) => {
    const ran = await run(['replay', contest.id, ...args]);
    expect([ran.status, ran.err]).toEqual([status, expect.stringContaining(message)]);
  });
});
