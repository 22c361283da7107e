/** The names of every state, role, prompt type and fault: the one list that machines, subjects, tables and documents share. */

export const contestStates = [
  'created',
  'starting',
  'role_call',
  'setup_arena',
  'create_round',
  'in_round',
  'check_end',
  'complete',
  'fail',
  'cancelled',
] as const;
export type ContestStateName = (typeof contestStates)[number];

/** What a contest ends in; from `fail` it may be retried. */
const contestEnds = ['complete', 'fail', 'cancelled'] as const;
export type ContestEndName = (typeof contestEnds)[number];

export function isContestEnd(state: ContestStateName): state is ContestEndName {
  return (contestEnds as readonly string[]).includes(state);
}

/** Nothing goes on in it before somebody starts it or, where it has failed, tries it again. */
export function isContestAtRest(state: ContestStateName): boolean {
  return state === 'created' || isContestEnd(state);
}

/** The ends that nothing leads away from. */
export const lastingContestEnds: readonly ContestEndName[] = contestEnds.filter((state) => state !== 'fail');

export const setupStates = [
  'idle',
  'creating_round',
  'adding_fixed_features',
  'generating_features',
  'generating_positions',
  'describing_setup',
  'setup_complete',
  'setup_fail',
] as const;
export type SetupStateName = (typeof setupStates)[number];

export const roundStates = [
  'idle',
  'in_progress',
  'round_prompting',
  'awaiting_actions',
  'judging_actions',
  'applying_effects',
  'describing_results',
  'presenting_results',
  'round_complete',
  'round_fail',
] as const;
export type RoundStateName = (typeof roundStates)[number];

export const participantStates = ['registered', 'checking', 'ready', 'absent', 'out'] as const;
export type ParticipantStateName = (typeof participantStates)[number];

export const finalJobStates = ['complete', 'fail', 'cancelled'] as const;
export type FinalJobState = (typeof finalJobStates)[number];
export const jobStates = ['idle', 'request', 'response', 'waiting', 'retry', ...finalJobStates] as const;

export function isFinalJobState(state: string | null): state is FinalJobState {
  return finalJobStates.some((final) => final === state);
}

export const roles = ['player', 'judge', 'announcer', 'arena'] as const;
export type Role = (typeof roles)[number];

export const promptTypes = [
  'player_player_action',
  'judge_player_action_judgement',
  'judge_apply_effects',
  'announcer_describe_arena',
  'announcer_describe_results',
  'arena_generate_features',
] as const;
export type PromptType = (typeof promptTypes)[number];

/** What an agent can be asked: a prompt, or whether it is well. */
export const askTypes = [...promptTypes, 'health'] as const;
export type AskType = (typeof askTypes)[number];

export function isAskType(text: string): text is AskType {
  return askTypes.some((one) => one === text);
}

/** The role that answers a prompt type. */
export const roleOfPrompt: Readonly<Record<PromptType, Role>> = {
  player_player_action: 'player',
  judge_player_action_judgement: 'judge',
  judge_apply_effects: 'judge',
  announcer_describe_arena: 'announcer',
  announcer_describe_results: 'announcer',
  arena_generate_features: 'arena',
};

export const endReasons = ['winner_named', 'score', 'max_rounds', 'no_players', 'draw'] as const;
export type EndReason = (typeof endReasons)[number];

export const faultKinds = [
  'timeout',
  'unreachable',
  'refused',
  'empty',
  'truncated',
  'unparsable',
  'invalid',
  'too_large',
  'wrong_job',
  'budget',
  'late',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** What an agent can say that its failure comes of. */
export const failureCauses = ['agent', 'budget', 'provider'] as const;
export type FailureCause = (typeof failureCauses)[number];

export const faultOwners = ['agent', 'provider', 'network', 'judge', 'arena'] as const;
export type FaultOwner = (typeof faultOwners)[number];
