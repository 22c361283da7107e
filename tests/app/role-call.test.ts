/** The role call: what everybody hears of who is there and what was wrong with who is not, and who is heard in the end. */
import { connect } from 'nats';
import { expect, it, onTestFinished } from 'vitest';
import { bundledGames } from '../../src/agents/games/games.ts';
import { roleCallAnswerNoticeSchema } from '../../src/protocol/notices.ts';
import { smallContest, smallParticipants } from '../support/contest-input.ts';
import { startNatsAgents } from '../support/nats-agents.ts';
import { startNatsServer } from '../support/nats-server.ts';
import { startBusAgents } from './bus-agents.ts';
import { startApp } from './running-app.ts';

it('says what went wrong with an endpoint, of which the arena itself may be one', async () => {
  const agents = await startBusAgents();
  const { url, client } = await startApp({ bus: agents.bus });
  const endpoints: Record<string, string> = { Ada: url, Bix: 'http://127.0.0.1:9' };
  const participants = smallParticipants.map((one) => {
    const endpoint = endpoints[one.name];
    return endpoint ? { ...one, endpoint } : one;
  });
  const contest = await client.create(smallContest({ participants }));
  await client.reach(contest.id, 'fail');
  const told = () =>
    agents.heard.flatMap((text) => {
      const [, body] = /^arena\.contest\.[^. ]+\.role_call\.\S+ (.*)$/s.exec(text) ?? [];
      if (!body) return [];
      const { participant_id: id, state, fault } = roleCallAnswerNoticeSchema.parse(JSON.parse(body));
      const name = contest.participants.find((seat) => seat.id === id)?.name;
      return [`${name} ${state} ${fault ? `${fault.kind}: ${fault.message}` : ''}`.trim()];
    });
  await expect.poll(() => told().length).toBe(5);
  expect(told().sort()).toEqual([
    expect.stringMatching(/^Ada absent refused: .* answered with status 404/),
    'Al ready',
    'Bix absent refused: not called: 127.0.0.1:9 is a loopback address, and not in allow_hosts (ARENA_ALLOW_HOSTS)',
    'Io ready',
    'Jo ready',
  ]);
});

it('waits for agents that come after the first requests, also where somebody listens to all of them and answers none', async () => {
  const nats = await startNatsServer();
  onTestFinished(() => nats.stop());
  const { client, close } = await startApp({ env: { ARENA_NATS_URL: nats.url, ARENA_AGENTS: 'off' } });
  onTestFinished(close);
  const listener = await connect({ servers: nats.url });
  onTestFinished(() => listener.close());
  const requests: string[] = [];
  const allAsked = Promise.withResolvers<void>();
  listener.subscribe('actor.agent.>', {
    callback: (_error, message) => {
      requests.push(message.string());
      if (requests.length === smallParticipants.length) allAsked.resolve();
    },
  });
  await listener.flush();
  const { id } = await client.create(smallContest({ max_rounds: 1, health_timeout_ms: 10_000 }));
  await allAsked.promise;
  const unheard = requests.slice();
  const agents = await startNatsAgents(nats.url);
  const contest = await client.reach(id, 'complete');
  expect(contest.participants.map((seat) => seat.faults_count)).toEqual([0, 0, 0, 0, 0]);
  const checks = agents.asked.filter(({ command }) => command === 'health');
  const jobsOf = (asked: readonly { job_id: string; attempt: number }[]) =>
    asked.map(({ job_id, attempt }) => `${job_id} ${attempt}`);
  expect(checks.length).toBeGreaterThanOrEqual(smallParticipants.length);
  expect(jobsOf(unheard.map((text) => JSON.parse(text)))).toEqual(expect.arrayContaining(jobsOf(checks)));
});

it('finds agents listening that the arena got with the contest, at the first request', async () => {
  const nats = await startNatsServer();
  onTestFinished(() => nats.stop());
  const { client, close } = await startApp({ env: { ARENA_NATS_URL: nats.url } });
  onTestFinished(close);
  for (const game of bundledGames) {
    for (let count = 1; count <= 5; count += 1) {
      const participants = game.defaultParticipants.map((one) => ({ ...one, name: `${one.name} ${count}` }));
      const contest = await client.create({
        ...game.settings,
        arena: game.arena,
        participants,
        max_rounds: 1,
        start: true,
      });
      await client.reach(contest.id, 'complete');
      const entries = await client.entries(contest.id);
      expect(entries.filter(({ events }) => events.some(({ type }) => type === 'faulted'))).toEqual([]);
    }
  }
});
