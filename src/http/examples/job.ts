/** Jobs by example: the prompt to a player, as it is listed, in its tree, and in its history; what was sent, and answered. */
import type { JobNode, JobResponse, JobSummary, JobTransition } from '../../protocol/jobs.ts';
import type { AgentRequest, AgentResponse } from '../../protocol/messages.ts';
import { contestId, playerId, startedAt, view } from './contest.ts';

const jobId = 'noble-lotus-learns-riefw6y8';
const batchId = 'velvet-spruce-rises-su22v30c';
const answer = { action: 'run', target: 'Golden cup', narration: 'Mine!' };
const askedAt = startedAt + 36;
const endedAt = askedAt + 912;

const job = { type: 'prompt' as const, method: null, url: null, attempts: 1, message: '' };

export const jobResponse: JobResponse = {
  job_id: jobId,
  ...job,
  state: 'complete',
  data: answer,
  channel: null,
  request_data: null,
  child_data: null,
  faults: [],
};

export const jobNode: JobNode = {
  job_id: jobId,
  stream: `contest/${contestId}/round/0/${batchId}/${jobId}`,
  ...job,
  state: 'complete',
  prompt_type: 'player_player_action',
  participant_id: playerId,
  created_at: askedAt,
  ended_at: endedAt,
  latency_ms: 912,
  faults: [],
  children: [],
};

export const jobSummary: JobSummary = {
  job_id: jobId,
  ...job,
  state: 'complete',
  parent_id: batchId,
  contest_id: contestId,
  participant_id: playerId,
  prompt_type: 'player_player_action',
  channel: null,
  created_at: askedAt,
  ended_at: endedAt,
  latency_ms: 912,
  usage: { model: 'small-and-quick', input_tokens: 812, output_tokens: 41, cost_usd: 0.0002 },
};

export const jobTransition: JobTransition = {
  from: 'request',
  to: 'response',
  at: endedAt,
  attempt: 1,
  reason: 'answered after 912 ms',
  due_at: null,
  fault: null,
};

export const agentRequest: AgentRequest = {
  command: 'player_player_action',
  job_id: jobId,
  attempt: 1,
  contest_id: contestId,
  participant_id: playerId,
  round_no: 0,
  deadline: askedAt + 60_000,
  timeout_ms: 60_000,
  last_latency_ms: null,
  message: '',
  data: { contest: { ...view } },
};

export const agentResponse: AgentResponse = {
  job_id: jobId,
  state: 'complete',
  data: answer,
  usage: { model: 'small-and-quick', input_tokens: 1_204, output_tokens: 41, cost_usd: 0.000_273_6 },
};
