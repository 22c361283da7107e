/** Contests whose agents speak through language models, on a server that speaks the OpenAI protocol. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ContestDocument } from '../../src/protocol/contest.ts';
import { smallContest } from '../support/contest-input.ts';
import { type OpenAiServer, startOpenAiServer } from '../support/openai-server.ts';
import { type RunningApp, startApp } from './running-app.ts';

const key = 'test-key-that-nobody-may-see-4712';
let server: OpenAiServer;
let app: RunningApp;
beforeAll(async () => {
  server = await startOpenAiServer();
  app = await startApp({
    env: { ARENA_LLM_BASE_URL: server.url, ARENA_LLM_API_KEY: key, ARENA_LLM_MODEL: 'good' },
  });
});
afterAll(() => server.stop());

const roles = ['player', 'player', 'judge', 'announcer', 'arena'] as const;

function seats(model: string | undefined): object[] {
  return roles.map((role, index) => ({
    name: `${role} ${index}`,
    role,
    agent: model === undefined ? {} : { model },
  }));
}

test('a contest with a model for every role is played to a winner', async () => {
  const made = await app.client.create(smallContest({ participants: seats('good'), max_rounds: 6 }));
  const contest: ContestDocument = await app.client.reach(made.id, 'complete');
  expect(contest.winner_id).toBe(contest.participants[0]?.id);
  expect(contest.end_reason).toBe('winner_named');
  expect(contest.participants.map(({ faults_count }) => faults_count)).toEqual([0, 0, 0, 0, 0]);
});
