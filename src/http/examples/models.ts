/** What language models were asked, by example: a prompt as it would be sent, a generation, and a comparison of two models. */
import type { EvaluationDocument, EvaluationReport, EvaluationRun } from '../../protocol/evaluation.ts';
import type { GenerateJobDocument } from '../../protocol/generate-jobs.ts';
import type { ModelImportResult } from '../../protocol/price-list.ts';
import type { PromptShown } from '../../protocol/prompt-asking.ts';
import { contestId, playerId, startedAt } from './contest.ts';
import { jobNode } from './job.ts';

const asked = {
  system: 'You are Ada, a player in a turn-based contest of Agent Arena.',
  prompt: 'This is round 0. You are at 1,1. The golden cup lies at 4,3. What do you do?',
};
const generated = '{"action": "run", "target": "Golden cup", "narration": "Mine!"}';
const tokens = { input_tokens: 1_204, output_tokens: 41, cost_usd: 0.000_273_6 };
const about = {
  job_id: jobNode.job_id,
  prompt_type: 'player_player_action' as const,
  participant_id: playerId,
  contest_id: contestId,
};

export const promptShown: PromptShown = {
  participant_id: playerId,
  job_id: jobNode.job_id,
  prompt_type: 'player_player_action',
  model: 'small-and-quick',
  template: 'player.base.player_action',
  ...asked,
  schema: {
    type: 'object',
    properties: { action: { type: 'string' }, target: { type: ['string', 'null'] } },
    required: ['action', 'target'],
    additionalProperties: false,
  },
};

export const generation: GenerateJobDocument = {
  id: 'amber-falcon-drifts-4k2j9x7q',
  ...about,
  attempt: 1,
  agent_id: 'agent-behind-ada',
  original_id: null,
  model: 'small-and-quick',
  ...asked,
  generated,
  state: 'complete',
  tries: 1,
  faults: [],
  usage: { model: 'small-and-quick', ...tokens },
  time_to_first_token_ms: 310,
  latency_ms: 880,
  message: '',
  started_at: startedAt + 40,
  finished_at: startedAt + 920,
};

export const modelImportResult: ModelImportResult = {
  created: ['small-and-quick'],
  updated: [],
  unchanged: ['large-and-slow'],
  skipped: [],
};

export const deactivated = { deactivated: ['large-and-slow'] };

export const evaluation: EvaluationDocument = {
  id: 'brisk-otter-sings-7h3k2m9p',
  run: 'first-two-rounds',
  model: 'small-and-quick',
  ...about,
  round_no: 0,
  state: 'complete',
  template: 'player.base.player_action',
  answer: generated,
  readable: true,
  shaped: true,
  legal: true,
  mark: 8,
  reason: 'It takes the cup at once.',
  judge_model: 'large-and-slow',
  generation_id: generation.id,
  judge_generation_id: 'calm-cedar-climbs-2b8v5n1c',
  ...tokens,
  latency_ms: 880,
  time_to_first_token_ms: 310,
  message: '',
  created_at: startedAt + 90_000,
  ended_at: startedAt + 93_500,
};

const figures = {
  answers: 1,
  ended: 1,
  failed: 0,
  readable: 1,
  shaped: 1,
  legal: 1,
  mark: 8,
  ...tokens,
  latency_ms: 880,
};

export const evaluationReport: EvaluationReport = {
  run: evaluation.run,
  state: 'complete',
  judge_model: evaluation.judge_model,
  created_at: evaluation.created_at,
  models: [{ model: evaluation.model, ...figures }],
  prompt_types: [{ model: evaluation.model, prompt_type: evaluation.prompt_type, ...figures }],
};

export const evaluationRun: EvaluationRun = {
  run: evaluation.run,
  state: 'complete',
  contest_id: evaluation.contest_id,
  judge_model: evaluation.judge_model,
  answers: 1,
  ended: 1,
  created_at: evaluation.created_at,
};
