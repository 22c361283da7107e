/** The contest of the API page, at the end of its first round: one small game that all examples are about. */
import type { Audit } from '../../protocol/audit.ts';
import type { ContestDocument, ContestSummary, ContestView, Feature, RoundDocument } from '../../protocol/contest.ts';
import type { EntryDocument } from '../../protocol/entries.ts';
import type { ContestOverview } from '../../protocol/overview.ts';
import type { SnapshotDocument } from '../../protocol/snapshot.ts';

export const contestId = 'quiet-otter-sails';
export const playerId = 'ada-the-player';
const judgeId = 'jo-the-judge';
const arenaId = 'walled-stone-courtyard';
export const startedAt = 1_795_329_980_864;
const endpoint = 'channel://actor.agent.$AGENT_ID$';

export const courtyard = {
  name: 'The courtyard',
  description: 'A walled courtyard with a fountain in the middle.',
  width: 8,
  height: 6,
  rules: 'Each turn a player moves up to two cells, or picks up what lies in its cell.',
  winning_condition: 'The first to carry the golden cup to the gate wins.',
};

export const cup: Feature = {
  id: 'golden-cup-glitters',
  name: 'Golden cup',
  description: 'It glitters.',
  position: '4,3',
  origin: 'required',
};

const arena = { id: arenaId, ...courtyard, max_random_features: 0, features: [cup] };
const carriedCup = { ...cup, position: `player:${playerId}` };
const standing = { id: playerId, name: 'Ada', health: 'healthy', memories: 'The gate is in the north-east.' };
const turn = {
  action: { action: 'run', target: 'Golden cup', narration: 'Mine!' },
  result: { result: 'Ada has the golden cup.', reason: null, narration: 'Ada lifts it with both hands.' },
};
const narrative = 'The sun is just over the wall.';

export const round: RoundDocument = {
  round_no: 0,
  state: 'round_complete',
  narrative,
  ending_narrative: 'The cup has left the fountain, and Ada is under it.',
  features: [carriedCup],
  players: [{ ...standing, ...turn, position: '4,3', inventory: ['Golden cup'], score: 10, faults: [] }],
  start: { features: [cup], players: [{ ...standing, position: '1,1', inventory: [], score: 0 }] },
  stats: { actions_count: 1, duration_ms: 1_840, metrics: { faults: 0, slowest_answer_ms: 912 } },
};

const { round_no } = round;
const settings = { auto_advance: true, max_rounds: 10, winning_score: 100, seed: 42 };
const seat = { description: '', endpoint, state: 'ready' as const, faults_count: 0 };

export const contestSummary: ContestSummary = {
  id: contestId,
  state: 'check_end',
  paused: true,
  arena,
  participants: [
    { id: playerId, name: 'Ada', role: 'player', ...seat, last_latency_ms: 912 },
    { id: judgeId, name: 'Jo', role: 'judge', ...seat, last_latency_ms: 405 },
  ],
  current_round: round_no,
  ...settings,
  winner_id: null,
  end_reason: null,
  start_time: startedAt,
  end_time: null,
  error: null,
  position: 38,
};

export const contest: ContestDocument = { ...contestSummary, rounds: [round] };

/** What the player saw when it was asked. */
export const view: ContestView = {
  id: contestId,
  state: 'in_round',
  arena,
  participants: [
    { id: playerId, name: 'Ada', role: 'player', description: '', out: false },
    { id: judgeId, name: 'Jo', role: 'judge', description: '', out: false },
  ],
  rounds: [
    {
      round_no,
      state: 'awaiting_actions',
      narrative,
      ending_narrative: null,
      features: [cup],
      players: [{ ...standing, position: '1,1', inventory: [], score: 0, action: null, result: null }],
    },
  ],
  current_round: round_no,
  max_rounds: settings.max_rounds,
  winning_score: settings.winning_score,
  you: { id: playerId, name: 'Ada', role: 'player', seed: 2_523_464_186 },
};

export const overview: ContestOverview = {
  cursor: 48,
  contests: [
    {
      id: contestId,
      state: 'check_end',
      paused: true,
      arena: courtyard.name,
      players: [{ id: playerId, name: 'Ada', score: 10 }],
      current_round: round_no,
      max_rounds: settings.max_rounds,
      winning_score: settings.winning_score,
      auto_advance: true,
      winner_id: null,
      end_reason: null,
      error: null,
      created_at: startedAt - 16,
      start_time: startedAt,
      end_time: null,
    },
  ],
  removed: ['brave-heron-rests'],
};

export const entry: EntryDocument = {
  position: 38,
  stream: `contest/${contestId}`,
  seq: 9,
  kind: 'contest',
  events: [{ type: 'moved', from: 'in_round', to: 'check_end' }],
  command_id: '019ea0b2-7c1e-7a54-9d0f-5b7f0e7b2a11',
  caused_by: '019ea0b2-7c1d-7e32-8c55-1f6f3a0c9d42',
  at: startedAt + 1_840,
};

export const snapshot: SnapshotDocument = {
  format: 'agent-arena/contest',
  version: 1,
  contest_id: contestId,
  taken_at: startedAt + 60_000,
  position: 38,
  catalogue: {
    arena,
    participants: [{ id: playerId, name: 'Ada', role: 'player', description: '', endpoint }],
    agents: [
      { id: 'agent-behind-ada', participant_id: playerId, strategy_id: null, name: 'Ada', model: 'script:runner' },
    ],
    strategies: [],
  },
  entries: [{ ...entry, hash: '2132380e452f334861eb4d0432ad178baac7d1dfb8810284cbdeac964ce2fd04' }],
  hash: 'b8d445c08b748f26ec3048e48165d10bf5df0c3a50d13e198d0d05a8a7e53559',
};

export const audit: Audit = {
  contest_id: contestId,
  ok: true,
  entries: 38,
  requests: 8,
  views: 5,
  views_of_other_versions: 0,
  problems: [],
};
