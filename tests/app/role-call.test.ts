/** What everybody hears of a role call: who is there, and what was wrong with who is not. */
import { expect, it } from 'vitest';
import { roleCallAnswerNoticeSchema } from '../../src/protocol/notices.ts';
import { smallContest, smallParticipants } from '../support/contest-input.ts';
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
