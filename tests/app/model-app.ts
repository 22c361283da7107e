/** An arena with a server of models: its models in the table, its key in the configuration, its limits short. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import { type GenerateJobDocument, generateJobSchema } from '../../src/protocol/generate-jobs.ts';
import { type AgentResponse, responseSchema } from '../../src/protocol/messages.ts';
import { type ModelServer, misbehaviourNames } from '../support/model-server.ts';
import { type AppOptions, type RunningApp, startApp } from './running-app.ts';

export const modelKey = 'test-key-that-nobody-may-see-4713';

export interface ModelApp extends RunningApp {
  generations(query?: string): Promise<GenerateJobDocument[]>;
  /** A participant with an agent of this model; resolves with its id. */
  player(model: string | null): Promise<string>;
  /** Asks an agent over HTTP, as the arena would. */
  ask(participantId: string, change?: object): Promise<AgentResponse>;
}

export async function startModelApp(
  server: ModelServer,
  config: object = {},
  options: AppOptions = {},
): Promise<ModelApp> {
  const folder = await mkdtemp(join(tmpdir(), 'arena-models-'));
  const file = join(folder, 'arena.yaml');
  const names = [...misbehaviourNames, ...misbehaviourNames.map((name) => `${name}-once`)];
  const models = names.map((name) => ({
    name,
    key: name,
    base_url: server.url,
    supports_json: true,
    supports_schema: false,
    prompt_price: 0.001,
    completion_price: 0.002,
  }));
  const generations = { timeout_ms: 10_000, tries_max: 2 };
  await writeFile(file, stringify({ models, generations, ...config }));
  const app = await startApp({
    ...options,
    env: {
      ARENA_CONFIG: file,
      ARENA_LLM_BASE_URL: server.url,
      ARENA_LLM_API_KEY: modelKey,
      ARENA_LLM_MODEL: 'good',
      ...options.env,
    },
  });
  await rm(folder, { recursive: true });

  async function read<T>(schema: z.ZodType<T>, method: string, path: string, body?: unknown): Promise<T> {
    const answer = await app.client.send(method, path, body);
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return schema.parse(answer.body);
  }

  return {
    ...app,
    generations: (query = '') => read(z.array(generateJobSchema), 'GET', `/api/generatejob${query}`),
    async player(model) {
      const participant = { name: 'Ada', role: 'player' };
      const { id } = await read(z.looseObject({ id: z.string() }), 'POST', '/api/participant', participant);
      await read(z.unknown(), 'POST', '/api/agent', { participant_id: id, model });
      return id;
    },
    ask: (participantId, change) =>
      read(responseSchema, 'POST', `/api/agent/${participantId}/request`, { ...requestOf(participantId), ...change }),
  };
}

function requestOf(participantId: string): object {
  const player = {
    id: participantId,
    name: 'Ada',
    position: '1,1',
    health: 'well',
    inventory: [],
    score: 0,
    memories: '',
    action: null,
    result: null,
  };
  const round = { round_no: 0, state: 'awaiting_actions', narrative: null, ending_narrative: null };
  const arena = {
    id: 'a-small-yard',
    name: 'Yard',
    description: '',
    width: 5,
    height: 5,
    rules: 'Walk.',
    features: [],
  };
  return {
    command: 'player_player_action',
    job_id: 'calm-cedar-climbs-1',
    attempt: 1,
    contest_id: 'bold-lynx-waits-1',
    round_no: 0,
    timeout_ms: 10_000,
    last_latency_ms: null,
    message: '',
    data: {
      contest: {
        id: 'bold-lynx-waits-1',
        state: 'in_round',
        arena: { ...arena, winning_condition: 'None.', max_random_features: 0 },
        participants: [{ id: participantId, name: 'Ada', role: 'player', description: '', out: false }],
        rounds: [{ ...round, features: [], players: [player] }],
        current_round: 0,
        max_rounds: 5,
        winning_score: 10,
        you: { id: participantId, name: 'Ada', role: 'player', seed: 1 },
      },
    },
  };
}
