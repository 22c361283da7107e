/** What callers can say, by example: contests, jobs and trees of them, lists of prices, requests to agents. */
import type { z } from 'zod';
import type {
  cloneContestSchema,
  createContestSchema,
  forkContestSchema,
  patchContestSchema,
} from '../../protocol/contest-input.ts';
import type { createEvaluationSchema, exchangeSchema } from '../../protocol/evaluation.ts';
import type { repeatGenerationSchema } from '../../protocol/generate-jobs.ts';
import type { jobTreeSchema, oneJobSchema } from '../../protocol/job-input.ts';
import type { modelImportSchema, modelLimitsSchema } from '../../protocol/price-list.ts';
import type { requestToAgentSchema } from '../../protocol/prompt-asking.ts';
import { contestId, courtyard, playerId, view } from './contest.ts';

export const contestExample: z.input<typeof createContestSchema> = {
  arena: {
    ...courtyard,
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

export const contestPatch: z.input<typeof patchContestSchema> = { auto_advance: false, max_rounds: 12 };

export const cloneInput: z.input<typeof cloneContestSchema> = { participants: { [playerId]: 'bix-comes-later' } };

export const forkInput: z.input<typeof forkContestSchema> = {
  round_no: 0,
  overrides: { seed: 43, max_rounds: 12, participants: { [playerId]: 'bix-comes-later' } },
};

export const jobExample: z.input<typeof oneJobSchema> = {
  method: 'POST',
  url: 'https://example.com/reports',
  data: { report: 'weekly' },
  max_attempts: 5,
};

export const batchExample: z.input<typeof jobTreeSchema> = {
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

export const priceLimits: z.input<typeof modelLimitsSchema> = {
  above: { prompt_price: 0.000_002, completion_price: 0.000_01 },
};

export const requestToAgentExample: z.input<typeof requestToAgentSchema> = {
  command: 'player_player_action',
  job_id: 'some-job-here',
  data: { contest: view },
};

export const repeatInput: z.input<typeof repeatGenerationSchema> = {
  original_id: 'amber-falcon-drifts-4k2j9x7q',
  model: 'small-and-quick',
};

export const evaluationInput: z.input<typeof createEvaluationSchema> = {
  contest_id: contestId,
  prompt_types: ['player_player_action'],
  rounds: [0],
  models: ['small-and-quick', 'large-and-slow'],
  judge_model: 'large-and-slow',
};

export const exchangeInput: z.input<typeof exchangeSchema> = {
  contest_id: contestId,
  participant_id: playerId,
  model: 'large-and-slow',
};
