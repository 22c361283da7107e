/** Generations to specify from: one for the action of a player, and what can be said to it. */
import { generationAddress, generationMachine } from '../../../src/agents/generation/machine.ts';
import type {
  ExistingGeneration,
  GenerationCommand,
  GenerationSpec,
  GenerationState,
} from '../../../src/agents/generation/state.ts';
import { specify } from '../../actors/specification.ts';

export const id = 'swift-otter-asks-1';
const address = generationAddress(id);
const scope = { root: address, position: 0, stateOf: () => undefined };
export const { given, when } = specify(generationMachine, address, scope);

export const spec: GenerationSpec = {
  model: 'small',
  prompt_type: 'player_player_action',
  system: 'You are a player.',
  prompt: 'What do you do?',
  schema: null,
  job_id: 'calm-cedar-climbs-1',
  attempt: 1,
  participant_id: 'ada-the-player',
  contest_id: 'bold-lynx-waits-1',
  agent_id: 'ada-the-agent',
  original_id: null,
  reply_to: 'actor.agent.ada-the-player.response.player_player_action.calm-cedar-climbs-1',
  call_timeout_ms: 1_000,
  tries_max: 3,
  ttl_ms: 100_000,
};

export const create = (more: Partial<GenerationSpec> = {}): GenerationCommand => ({
  type: 'create',
  spec: { ...spec, ...more },
});
export const answered = (text: string, number = 1, more: { cut_short?: boolean } = {}): GenerationCommand => ({
  type: 'answered',
  try: number,
  text,
  cut_short: false,
  usage: { model: 'small', input_tokens: 10, output_tokens: 5, cost_usd: 0.25 },
  latency_ms: 40,
  time_to_first_token_ms: 20,
  ...more,
});
export const goodText = '{"action": "walk"}';
export const badText = 'I would rather not.';
export const fault = (number = 1, more: object = {}): GenerationCommand => ({
  type: 'fault',
  try: number,
  kind: 'refused',
  whose: 'provider',
  message: 'so it was',
  may_pass: true,
  retry_after_ms: null,
  ...more,
});
export const wake = (reason: 'retry' | 'expired', number = 1): GenerationCommand => ({
  type: 'wake',
  reason,
  try: number,
});
export const cancel: GenerationCommand = { type: 'cancel', reason: 'no longer wanted' };

export const remove: GenerationCommand = { type: 'remove' };

/** The state that these commands lead to, one after another. */
export function generationAfter(...commands: GenerationCommand[]): ExistingGeneration {
  const state = commands.reduce<GenerationState>((before, command) => when(before, command).state, given());
  if (state.state === 'none') throw new Error('no generation was created');
  return state;
}
