/** Which state can follow which: what documents show, and what tests hold the machines to. Deciding it is the machines'. */
import type { ToldMachine } from './notices.ts';
import {
  type ContestStateName,
  contestStates,
  type RoundStateName,
  roundStates,
  type SetupStateName,
  setupStates,
} from './states.ts';

type Following<S extends string> = Readonly<Record<S, readonly S[]>>;

/** `cancelled` can follow every state that is not final. From `fail` a contest goes back to where it failed. */
const contest: Following<ContestStateName> = {
  created: ['starting', 'cancelled'],
  starting: ['role_call', 'cancelled'],
  role_call: ['setup_arena', 'check_end', 'fail', 'cancelled'],
  setup_arena: ['in_round', 'fail', 'cancelled'],
  create_round: ['in_round', 'cancelled'],
  in_round: ['check_end', 'fail', 'cancelled'],
  check_end: ['create_round', 'in_round', 'complete', 'cancelled'],
  complete: [],
  fail: ['role_call', 'setup_arena', 'in_round', 'cancelled'],
  cancelled: [],
};

const setup: Following<SetupStateName> = {
  idle: ['creating_round'],
  creating_round: ['adding_fixed_features'],
  adding_fixed_features: ['generating_features'],
  generating_features: ['generating_positions', 'setup_fail'],
  generating_positions: ['describing_setup'],
  describing_setup: ['setup_complete', 'setup_fail'],
  setup_complete: [],
  setup_fail: ['generating_features', 'describing_setup'],
};

/** A round that is played again goes back to `idle` from wherever it is. */
const round: Following<RoundStateName> = {
  idle: ['in_progress', 'idle'],
  in_progress: ['round_prompting', 'idle'],
  round_prompting: ['awaiting_actions', 'idle'],
  awaiting_actions: ['judging_actions', 'round_fail', 'idle'],
  judging_actions: ['applying_effects', 'round_fail', 'idle'],
  applying_effects: ['describing_results', 'round_fail', 'idle'],
  describing_results: ['presenting_results', 'round_fail', 'idle'],
  presenting_results: ['round_complete', 'idle'],
  round_complete: ['idle'],
  round_fail: ['judging_actions', 'applying_effects', 'describing_results', 'awaiting_actions', 'idle'],
};

export const transitions: Readonly<Record<ToldMachine, Readonly<Record<string, readonly string[]>>>> = {
  contest,
  setup,
  round,
};

export const statesOf: Readonly<Record<ToldMachine, readonly string[]>> = {
  contest: contestStates,
  setup: setupStates,
  round: roundStates,
};
