/** The round machine, state by state: what every command does in it, stepping, and what it owes after a restart. */
import { describe, expect, test } from 'vitest';
import { roundMachine } from '../../src/actors/round/machine.ts';
import type { ExistingRound, RoundCommand, RoundState } from '../../src/actors/round/state.ts';
import { judge, scopeOf } from './making.ts';
import {
  actions,
  applying,
  awaiting,
  batch,
  cancelling,
  complete,
  contestOf,
  create,
  describing,
  effectsData,
  failed,
  given,
  good,
  halted,
  judging,
  none,
  ruling,
  single,
  stepping,
  stopped,
  when,
} from './round-given.ts';
import { effectsInWords } from './specification.ts';

const states: Record<string, RoundState> = {
  'idle, halted': halted,
  awaiting_actions: awaiting,
  judging_actions: judging,
  applying_effects: applying,
  describing_results: describing,
  round_complete: complete,
  round_fail: failed,
  'judging_actions, being cancelled': cancelling,
  'judging_actions, stopped': stopped,
};
const commands: Record<string, RoundCommand> = {
  create,
  advance: { type: 'advance' },
  'advance in idle': { type: 'advance', in: 'idle' },
  proceed: { type: 'proceed' },
  'retry 1': { type: 'retry', number: 1 },
  'retry 0': { type: 'retry', number: 0 },
  cancel: { type: 'cancel' },
  'news of a stranger': { type: 'children_settled', children: [{ child: 'x', outcome: 'complete', result: null }] },
};
const begins = 'idle → in_progress, in_progress → round_prompting, round_prompting → awaiting_actions';
const others = { 'advance in idle': 'conflict' };
/** What every command does in every state; what is not listed does nothing. */
const table: Record<string, Record<string, string>> = {
  'idle, halted': { advance: begins, 'advance in idle': begins, proceed: begins, cancel: 'stopped' },
  awaiting_actions: { ...others, cancel: 'cancel_requested' },
  judging_actions: { ...others, cancel: 'cancel_requested' },
  applying_effects: { ...others, cancel: 'cancel_requested' },
  describing_results: { ...others, cancel: 'cancel_requested' },
  round_complete: others,
  round_fail: { ...others, 'retry 1': 'retried', cancel: 'stopped' },
  'judging_actions, being cancelled': others,
  'judging_actions, stopped': others,
};

describe.each(Object.entries(states))('a round in %s', (name, state) => {
  test.each(Object.entries(commands))('when told %s', (commandName, command) => {
    expect(when(state, command).told).toBe(table[name]?.[commandName] ?? 'nothing');
  });
});

test('a round that was not created is found by no other command', () => {
  for (const [name, command] of Object.entries(commands))
    expect({ name, told: when(given(), command).told }).toEqual({
      name,
      told: name === 'create' ? `round_created, ${begins}` : 'not_found',
    });
});

describe('stepping', () => {
  test('stops before each transition but a failure, and keeps what comes in while it is stopped', () => {
    let state = given();
    const path: string[] = [];
    const say = (command: RoundCommand) => {
      const verdict = when(state, command, contestOf(stepping));
      path.push(verdict.told);
      state = verdict.state;
    };
    const advance: RoundCommand = { type: 'advance' };
    say(create);
    say(advance);
    say(advance);
    say(batch(state, actions));
    say({ type: 'advance', in: 'round_prompting' });
    say(advance);
    say(batch(state, [ruling]));
    say(advance);
    say(single(state, good(judge.id, effectsData)));
    say(advance);
    say(advance);
    say(single(state, good('al', 'So it ended.')));
    say(advance);
    say(advance);
    expect(path).toEqual([
      'round_created, halted',
      'idle → in_progress, halted',
      'in_progress → round_prompting, halted',
      'actions_taken',
      'round_prompting → awaiting_actions, halted',
      'awaiting_actions → judging_actions',
      'rulings_made, halted',
      'judging_actions → applying_effects',
      'effects_applied, halted',
      'applying_effects → describing_results',
      'nothing',
      'results_described, halted',
      'describing_results → presenting_results, halted',
      'presenting_results → round_complete',
    ]);
    expect(when(applying, single(applying, none(judge.id)), contestOf(stepping)).told).toBe(
      'effects_applied, applying_effects → round_fail',
    );
  });
});

test('cancelling cancels the job, waits for it, and then stops where it was', () => {
  const job = (judging as ExistingRound).job_id;
  expect(effectsInWords(when(judging, { type: 'cancel' }).effects)).toEqual([`tell round/0/${job} cancel`]);
  const { told, effects } = when(cancelling, batch(cancelling, [], 'cancelled'));
  expect(told).toBe('stopped');
  expect(effectsInWords(effects)).toEqual(['report cancelled']);
});

test.each<[string, string[], string]>([
  ['idle, halted', [], 'resting'],
  ['awaiting_actions', [], 'active'],
  ['judging_actions, being cancelled', ['tell cancel'], 'active'],
  ['judging_actions, stopped', ['report cancelled'], 'final'],
  ['round_complete', ['report complete'], 'final'],
  ['round_fail', ['report fail'], 'resting'],
])('after a restart, in %s, it owes %j and is %s', (name, owed, activity) => {
  const state = states[name] ?? given();
  const words = effectsInWords(roundMachine.owed(state, scopeOf({}))).map((word) => word.replace(/round\/0\/\S+ /, ''));
  expect(words).toEqual(owed);
  expect(roundMachine.activity(state)).toBe(activity);
});
