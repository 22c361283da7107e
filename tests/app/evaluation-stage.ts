/**
 * What evaluations are tried on: an arena with models that each say one thing, all on one server, and a contest that was played by bundled
 * agents. Ends with the file.
 */
import { expect } from 'vitest';
import { captureTheFlag } from '../../src/agents/games/games.ts';
import {
  type EvaluationDocument,
  type EvaluationReport,
  evaluationReportSchema,
  evaluationSchema,
} from '../../src/protocol/evaluation.ts';
import { type AgentRequest, requestSchema } from '../../src/protocol/messages.ts';
import type { PromptType } from '../../src/protocol/states.ts';
import { atEndOfFile } from '../support/end-of-file.ts';
import { type ModelServer, startModelServer } from '../support/model-server.ts';
import { type RunningApp, startApp } from './running-app.ts';

/** What each model says; the judge model marks what has `walk` in it well. */
export const sayings: Readonly<Record<string, string>> = {
  legal: '{"action": "wait", "target": null, "narration": "I wait.", "memories": ""}',
  illegal: '{"action": "fly", "target": "9,9", "narration": "I fly!", "memories": ""}',
  misshapen: '{"deed": "wait"}',
  prose: 'I would rather look at the flowers.',
  talker: 'The meadow lies still.',
};

const servers: ModelServer[] = [];
atEndOfFile(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

type Body = Record<string, unknown> & { id: string };

export interface EvaluationStage {
  readonly server: ModelServer;
  readonly app: RunningApp;
  /** Of the contest that was played: two rounds of two players. */
  readonly contestId: string;
  /** Expects the status, and gives the body of the answer. */
  send(method: string, path: string, body?: unknown, status?: number, at?: RunningApp): Promise<Body>;
  /** The id of a run that has begun. */
  begin(input: object, at?: RunningApp): Promise<string>;
  /** Asks until the run has ended: each answer waits for a generation. */
  ended(run: string, at?: RunningApp): Promise<EvaluationReport>;
  rowsOf(run: string, at?: RunningApp): Promise<EvaluationDocument[]>;
  /** The first request of a type that was sent in that contest. */
  requestOf(promptType: PromptType): Promise<AgentRequest>;
  /** A run over that contest, to its end. */
  evaluate(input: object): Promise<{ report: EvaluationReport; rows: EvaluationDocument[] }>;
}

export async function stageEvaluation(): Promise<EvaluationStage> {
  const server = await startModelServer({
    say: ({ model, prompt }) =>
      model === 'marker'
        ? `<think>hm</think>{"mark": ${prompt.includes('"wait"') ? 8 : 2}, "reason": "so it seems", "legal": true}`
        : (sayings[model] ?? ''),
  });
  servers.push(server);
  const app = await startApp({
    env: { ARENA_LLM_BASE_URL: server.url, ARENA_LLM_MODEL: 'legal', ARENA_ALLOW_HOSTS: '127.0.0.1' },
  });
  const models = [...Object.keys(sayings), 'marker', 'broken'].filter((name) => name !== 'legal');
  await send('POST', '/llmmodel/import', {
    models: models.map((name) => ({ name, prompt_price: 0.001, completion_price: 0.002 })),
    provider: 'openai-compatible',
    base_url: server.url,
  });
  const participants = [
    { name: 'Ada', role: 'player', agent: { model: 'script:runner' } },
    { name: 'Bix', role: 'player', agent: { model: 'script:thief' } },
    { name: 'Jo', role: 'judge', agent: { model: 'script:referee' } },
    { name: 'Al', role: 'announcer', agent: { model: 'script:announcer' } },
    { name: 'Io', role: 'arena', agent: { model: 'script:feature-maker' } },
  ];
  const contest = await app.client.create({
    arena: captureTheFlag.arena,
    participants,
    max_rounds: 2,
    seed: 5,
    start: true,
  });
  const contestId = contest.id;
  await app.client.reach(contestId, 'complete');

  async function send(method: string, path: string, body?: unknown, status = 200, at = app): Promise<Body> {
    const answer = await at.client.send(method, `/api${path}`, body);
    expect(answer, JSON.stringify(answer.body)).toMatchObject({ status });
    return answer.body as Body;
  }

  async function ended(run: string, at = app): Promise<EvaluationReport> {
    for (;;) {
      const report = evaluationReportSchema.parse(await send('GET', `/evaluation/${run}/report`, undefined, 200, at));
      if (report.state === 'complete') return report;
      const open = (await rowsOf(run, at)).find(
        ({ ended_at, generation_id }) => ended_at === null && generation_id !== null,
      );
      if (open)
        await send(
          'GET',
          `/generatejob/${open.judge_generation_id ?? open.generation_id}?wait_ms=1000`,
          undefined,
          200,
          at,
        );
    }
  }

  async function rowsOf(run: string, at = app): Promise<EvaluationDocument[]> {
    return evaluationSchema.array().parse(await send('GET', `/evaluation?run=${run}`, undefined, 200, at));
  }

  async function requestOf(promptType: PromptType): Promise<AgentRequest> {
    const job = (await app.client.jobs(contestId)).find(({ prompt_type }) => prompt_type === promptType);
    return requestSchema.parse(await send('GET', `/job/${job?.job_id}/request`));
  }

  async function begin(input: object, at = app): Promise<string> {
    return evaluationReportSchema.parse(await send('POST', '/evaluation', input, 200, at)).run;
  }

  async function evaluate(input: object): Promise<{ report: EvaluationReport; rows: EvaluationDocument[] }> {
    const run = await begin({ contest_id: contestId, ...input });
    const report = await ended(run);
    return { report, rows: await rowsOf(run) };
  }

  return { server, app, contestId, send, begin, ended, rowsOf, requestOf, evaluate };
}
