/** How the panel says things: names for states, prompts, faults and ends, and figures as people read them. */
import type { ContestStateName, EndReason, PromptType, RoundStateName, SetupStateName } from '../client/client.ts';

export const contestWords: Readonly<Record<ContestStateName, string>> = {
  created: 'Created',
  starting: 'Starting',
  role_call: 'Role call',
  setup_arena: 'Set-up',
  create_round: 'New round',
  in_round: 'In round',
  check_end: 'Over yet?',
  complete: 'Complete',
  fail: 'Failed',
  cancelled: 'Cancelled',
};

export const setupWords: Readonly<Record<SetupStateName, string>> = {
  idle: 'Idle',
  creating_round: 'Making round 0',
  adding_fixed_features: 'Fixed features',
  generating_features: 'Inventing features',
  generating_positions: 'Placing players',
  describing_setup: 'Setting the scene',
  setup_complete: 'Ready',
  setup_fail: 'Failed',
};

export const roundWords: Readonly<Record<RoundStateName, string>> = {
  idle: 'Idle',
  in_progress: 'Begun',
  round_prompting: 'Asking players',
  awaiting_actions: 'Awaiting actions',
  judging_actions: 'Judging',
  applying_effects: 'Applying effects',
  describing_results: 'Telling the story',
  presenting_results: 'Presenting',
  round_complete: 'Complete',
  round_fail: 'Failed',
};

const promptWords: Readonly<Record<PromptType, string>> = {
  player_player_action: 'What do you do?',
  judge_player_action_judgement: 'What comes of it?',
  judge_apply_effects: 'What does it change?',
  announcer_describe_arena: 'Set the scene',
  announcer_describe_results: 'Tell what happened',
  arena_generate_features: 'Invent features',
};

const jobTypeWords: Readonly<Record<string, string>> = {
  health: 'Are you well?',
  batch: 'Asked together',
  http: 'Call a URL',
  message: 'Publish a message',
};

export function askWords(type: string, promptType: string | null): string {
  return promptWords[promptType as PromptType] ?? jobTypeWords[type] ?? type;
}

export const endWords: Readonly<Record<EndReason, string>> = {
  winner_named: 'the judge named the winner',
  score: 'the winning score was reached',
  max_rounds: 'the last round was played',
  no_players: 'nobody was left',
  draw: 'it is a draw',
};

const seconds = new Intl.NumberFormat('en', { maximumFractionDigits: 1, minimumFractionDigits: 1 });
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const money = new Intl.NumberFormat('en', { style: 'currency', currency: 'USD', maximumFractionDigits: 4 });

/** `12 ms`, `3.4 s`, `2 min 5 s`, `1 h 4 min`. */
export function durationWords(ms: number | null): string {
  if (ms === null) return '–';
  if (ms < 1_000) return `${whole.format(Math.max(0, ms))} ms`;
  if (ms < 60_000) return `${seconds.format(ms / 1_000)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.floor((ms % 60_000) / 1_000)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** How long something has taken up to now, in whole seconds: it is shown while it grows. */
export function elapsedWords(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1_000));
  return total < 60 ? `${total} s` : `${Math.floor(total / 60)}:${String(total % 60).padStart(2, '0')} min`;
}

export function numberWords(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : whole.format(value);
}

export function costWords(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : money.format(value);
}

/** A share from 0 to 1. */
export function shareWords(value: number | null): string {
  return value === null ? '–' : `${whole.format(100 * value)} %`;
}

const clockTime = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const dayTime = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

export function timeWords(at: number): string {
  return clockTime.format(at);
}

export function dateWords(at: number): string {
  return dayTime.format(at);
}

/** Rounds are numbered from 0 by the arena, and counted from 1 by people. */
export function roundName(number: number): string {
  return `Round ${number + 1}`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${whole.format(count)} ${count === 1 ? one : many}`;
}

/** One or two letters that stand for a name on the grid. */
export function initialsOf(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  const [first = '?', second] = words;
  return second === undefined ? first.slice(0, 2) : `${first.slice(0, 1)}${second.slice(0, 1)}`;
}

/** The arena names seats by their ids; people know them by their names. */
export function withNames(text: string, seats: readonly { readonly id: string; readonly name: string }[]): string {
  return seats.reduce((said, { id, name }) => said.replaceAll(id, name), text);
}

/** What a thrown value says, whatever it is. */
export function errorWords(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
