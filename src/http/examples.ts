/** The examples of the API page, all of which can be sent as they are. */
import type { z } from 'zod';
import type { createContestSchema } from '../protocol/contest-input.ts';
import type { createBatchSchema, createJobSchema } from '../protocol/job-input.ts';
import type { modelImportSchema } from '../protocol/price-list.ts';
import type { requestToAgentSchema } from '../protocol/prompt-asking.ts';

export const contestExample: z.input<typeof createContestSchema> = {
  arena: {
    name: 'The courtyard',
    description: 'A walled courtyard with a fountain in the middle.',
    width: 8,
    height: 6,
    rules: 'Each turn a player moves up to two cells, or picks up what lies in its cell.',
    winning_condition: 'The first to carry the golden cup to the gate wins.',
    features: [
      { name: 'Golden cup', description: 'It glitters.', position: '4,3' },
      { name: 'Gate', position: '8,1', end_position: '8,2' },
    ],
  },
  participants: [
    { name: 'Ada', role: 'player', agent: { model: 'script:runner' } },
    { name: 'Bix', role: 'player', agent: { model: 'script:runner' } },
    { name: 'Judge', role: 'judge', agent: { model: 'script:referee' } },
    { name: 'Announcer', role: 'announcer', agent: { model: 'script:announcer' } },
  ],
  max_rounds: 10,
  seed: 42,
  start: true,
};

export const jobExample: z.input<typeof createJobSchema> = {
  method: 'POST',
  url: 'https://example.com/reports',
  data: { report: 'weekly' },
  max_attempts: 5,
};

export const batchExample: z.input<typeof createBatchSchema> = {
  batch: { method: 'POST', url: 'https://example.com/done', data: { order: 7 } },
  children: [
    { method: 'GET', url: 'https://example.com/stock/1' },
    {
      batch: { method: 'FINAL' },
      children: [{ method: 'GET', url: 'https://example.com/stock/2' }],
      on_child_failure: 'ignore',
    },
  ],
  on_child_failure: 'wait_all',
};

export const priceListExample: z.input<typeof modelImportSchema> = {
  models: [
    {
      name: 'small-and-quick',
      key: 'maker/small-1',
      prompt_price: 0.000_000_2,
      completion_price: 0.000_000_8,
      context_length: 128_000,
      supports_json: true,
      supports_schema: true,
    },
  ],
  provider: 'openai-compatible',
  base_url: 'https://models.example.com/v1',
};

const courtyardView = {
  id: 'some-contest-here',
  state: 'in_round',
  arena: {
    id: 'some-arena-here',
    name: 'The courtyard',
    description: 'A walled courtyard with a fountain in the middle.',
    width: 8,
    height: 6,
    rules: 'Each turn a player moves up to two cells, or picks up what lies in its cell.',
    winning_condition: 'The first to carry the golden cup to the gate wins.',
    max_random_features: 0,
    features: [],
  },
  participants: [{ id: 'ada-the-player', name: 'Ada', role: 'player', description: '', out: false }],
  rounds: [
    {
      round_no: 0,
      state: 'awaiting_actions',
      narrative: 'The sun is just over the wall.',
      ending_narrative: null,
      features: [
        { id: 'the-golden-cup', name: 'Golden cup', description: 'It glitters.', position: '4,3', origin: 'required' },
      ],
      players: [
        {
          id: 'ada-the-player',
          name: 'Ada',
          position: '1,1',
          health: 'healthy',
          inventory: [],
          score: 0,
          memories: '',
          action: null,
          result: null,
        },
      ],
    },
  ],
  current_round: 0,
  max_rounds: 10,
  winning_score: 100,
  you: { id: 'ada-the-player', name: 'Ada', role: 'player', seed: 7 },
};

export const requestToAgentExample: z.input<typeof requestToAgentSchema> = {
  command: 'player_player_action',
  job_id: 'some-job-here',
  data: { contest: courtyardView },
};
