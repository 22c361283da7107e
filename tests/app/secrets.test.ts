/** The key of a participant: kept where requests are signed with it, and shown nowhere, not in an answer, a notice, a table or the log. */
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { freshDatabase, startArena } from '../support/arena-process.ts';
import { createContestClient } from '../support/contest-client.ts';
import { smallContest, smallParticipants } from '../support/contest-input.ts';
import { startBusAgents } from './bus-agents.ts';
import { startApp } from './running-app.ts';

const key = 'the-secret-of-the-yard';
const changedKey = 'another-secret-of-the-yard';
const secret = /secret-of-the-yard/;
const withKeys = smallParticipants.map((one) => ({ ...one, api_key: key }));

/** Everything that a client can read after a contest in which all have keys, one after the other. */
async function readEverything(url: string, change: object, end: string): Promise<string[]> {
  const client = createContestClient(url);
  const { id, participants } = await client.create(smallContest({ participants: withKeys, ...change }));
  const contest = await client.reach(id, end);
  const [seat] = participants;
  const texts: string[] = [JSON.stringify(contest)];
  const read = async (method: string, path: string, body?: unknown) => {
    const answer = await client.send(method, path, body);
    texts.push(JSON.stringify(answer.body));
    return answer;
  };
  const changed = await read('PATCH', `/api/participant/${seat?.id}`, { api_key: changedKey });
  expect(changed.body).toMatchObject({ has_api_key: true });
  for (const path of ['', '.md', '/job', '/events', '/state?at=1', ...participants.map((one) => `/view/${one.id}`)])
    expect((await read('GET', `/api/contest/${id}${path}`)).status).toBe(200);
  for (const path of ['contest', 'participant', `participant/${seat?.id}`, `participant/${seat?.id}.md`])
    expect((await read('GET', `/api/${path}`)).status).toBe(200);
  await read('POST', `/api/contest/${id}/prompt/judge_apply_effects`);
  await read('POST', `/api/contest/${id}/clone`);
  // A refusal does not repeat what it refuses.
  const refused = { name: 'Eve', role: 'player', api_key: key, colour: key.length };
  expect((await read('POST', '/api/participant', refused)).status).toBe(422);
  const tooLong = { name: 'Eve', role: 'player', api_key: key.repeat(200) };
  expect((await read('POST', '/api/participant', tooLong)).status).toBe(422);
  expect((await read('POST', '/api/contest', smallContest({ participants: withKeys.slice(0, 2) }))).status).toBe(422);
  return texts;
}

it('is in no answer and no notice', async () => {
  const agents = await startBusAgents();
  const { url } = await startApp({ bus: agents.bus });
  for (const text of await readEverything(url, {}, 'complete')) expect(text).not.toMatch(secret);
  await expect.poll(() => agents.heard.some((told) => told.startsWith('sys.actor.participant.update'))).toBe(true);
  for (const told of agents.heard) expect(told).not.toMatch(secret);
});

it('is in no log at any level, and in no table but the one of participants', async () => {
  const databaseUrl = await freshDatabase();
  const arena = await startArena({ ARENA_DB_URL: databaseUrl, ARENA_LOG_LEVEL: 'trace', ARENA_LLM_API_KEY: key });
  // Agents that do not answer, so that there is something to log.
  const participants = withKeys.map((one) => ({ ...one, agent: { model: 'script:nobody' } }));
  await readEverything(arena.url, { participants, health_timeout_ms: 60 }, 'fail');
  expect(await arena.stop()).toBe(0);
  expect(arena.output()).toContain('a request was not answered');
  expect(arena.output()).not.toMatch(secret);

  const database = new DatabaseSync(databaseUrl.replace('sqlite:', ''), { readOnly: true });
  const tables = z
    .array(z.object({ name: z.string() }))
    .parse(database.prepare("select name from sqlite_master where type = 'table'").all());
  const holding = tables.filter(({ name }) =>
    secret.test(JSON.stringify(database.prepare(`select * from "${name}"`).all())),
  );
  database.close();
  expect(tables.length).toBeGreaterThan(15);
  expect(holding.map(({ name }) => name)).toEqual(['participant']);
});
