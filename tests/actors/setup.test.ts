/** The setup machine, state by state: features copied and invented, players placed, the scene described. */
import { describe, expect, test } from 'vitest';
import { evolveContest } from '../../src/actors/contest/evolve.ts';
import type { ContestEvent, ContestState } from '../../src/actors/contest/state.ts';
import type { ChildNotice } from '../../src/actors/runtime/machine.ts';
import { setupMachine } from '../../src/actors/setup/machine.ts';
import type { ExistingSetup, SetupCommand, SetupState } from '../../src/actors/setup/state.ts';
import {
  ada,
  announcer,
  bob,
  contestId,
  contestRoot,
  judge,
  maker,
  type PlanChanges,
  planOf,
  scopeOf,
} from './making.ts';
import { effectsInWords, specify } from './specification.ts';

const address = `${contestRoot}/setup`;
const { given, when } = specify(setupMachine, address, scopeOf({}));
const inventing: PlanChanges = { seats: [ada, bob, judge, announcer, maker], arena: { max_random_features: 2 } };
const stepping: PlanChanges = { settings: { auto_advance: false } };

function contestOf(changes: PlanChanges = {}, ...events: ContestEvent[]): ContestState {
  const created: ContestEvent = { type: 'contest_created', origin: null, ...planOf(changes) };
  return [created, ...events].reduce<ContestState>((state, event) => evolveContest(state, event, 0), {
    state: 'none',
    id: contestId,
  });
}
const within = (changes: PlanChanges = {}, ...events: ContestEvent[]) => ({
  scope: scopeOf({ [contestRoot]: contestOf(changes, ...events) }),
});
const create: SetupCommand = { type: 'create' };
const fault = { kind: 'refused', whose: 'agent', job_id: 'x', attempt: 1, message: 'no', at: 1 } as const;

function answered(setup: SetupState, outcome: ChildNotice['outcome'], data: unknown = null): SetupCommand {
  const isFailure = outcome !== 'complete';
  const result = {
    participant_id: announcer.id,
    data,
    message: isFailure ? 'it said no' : '',
    faults: isFailure ? [fault] : [],
  };
  const child = setup.state === 'none' ? '' : (setup.job_id ?? '');
  return { type: 'children_settled', children: [{ child, outcome, result: result as never }] };
}

const toDescribing =
  'setup_created, idle → creating_round, creating_round → adding_fixed_features, adding_fixed_features → generating_features, generating_features → generating_positions, generating_positions → describing_setup';
const toInventing =
  'setup_created, idle → creating_round, creating_round → adding_fixed_features, adding_fixed_features → generating_features';
const rect = [{ name: 'mist', description: 'thick', position: '1,2', end_position: '2,2' }];

const describing = when(given(), create, within()).state;
const generating = when(given(), create, within(inventing)).state;
const halted = when(given(), create, within(stepping)).state;
const failed = when(describing, answered(describing, 'fail'), within()).state;
const complete = when(describing, answered(describing, 'complete', 'Stones.'), within()).state;
const cancelling = when(describing, { type: 'cancel' }, within()).state;
const stopped = when(cancelling, answered(cancelling, 'cancelled'), within()).state;

const states: Record<string, SetupState> = {
  'idle, halted': halted,
  generating_features: generating,
  describing_setup: describing,
  'describing_setup, being cancelled': cancelling,
  'describing_setup, stopped': stopped,
  setup_complete: complete,
  setup_fail: failed,
};

const commands: Record<string, SetupCommand> = {
  create,
  advance: { type: 'advance' },
  'advance in idle': { type: 'advance', in: 'idle' },
  proceed: { type: 'proceed' },
  'retry 1': { type: 'retry', number: 1 },
  'retry 0': { type: 'retry', number: 0 },
  cancel: { type: 'cancel' },
  'news of a stranger': { type: 'children_settled', children: [{ child: 'x', outcome: 'complete', result: null }] },
};

/** What every command does in every state of a contest that goes by itself; what is not listed does nothing. */
const table: Record<string, Record<string, string>> = {
  'idle, halted': {
    advance:
      'idle → creating_round, creating_round → adding_fixed_features, adding_fixed_features → generating_features, generating_features → generating_positions, generating_positions → describing_setup',
    'advance in idle':
      'idle → creating_round, creating_round → adding_fixed_features, adding_fixed_features → generating_features, generating_features → generating_positions, generating_positions → describing_setup',
    proceed:
      'idle → creating_round, creating_round → adding_fixed_features, adding_fixed_features → generating_features, generating_features → generating_positions, generating_positions → describing_setup',
    cancel: 'stopped',
  },
  generating_features: { 'advance in idle': 'conflict', cancel: 'cancel_requested' },
  describing_setup: { 'advance in idle': 'conflict', cancel: 'cancel_requested' },
  'describing_setup, being cancelled': { 'advance in idle': 'conflict' },
  'describing_setup, stopped': { 'advance in idle': 'conflict' },
  setup_complete: { 'advance in idle': 'conflict' },
  setup_fail: { 'advance in idle': 'conflict', 'retry 1': 'retried', cancel: 'stopped' },
};

describe.each(Object.entries(states))('a setup in %s', (name, state) => {
  test.each(Object.entries(commands))('when told %s', (commandName, command) => {
    const circumstances = name === 'generating_features' ? within(inventing) : within();
    expect(when(state, command, circumstances).told).toBe(table[name]?.[commandName] ?? 'nothing');
  });
});

test('a setup that was not created is found by no other command', () => {
  for (const [name, command] of Object.entries(commands))
    expect({ name, told: when(given(), command, within()).told }).toEqual({
      name,
      told: name === 'create' ? toDescribing : 'not_found',
    });
});

describe('the features', () => {
  test('that the arena has are copied once, and nobody is asked when none are wanted', () => {
    const { told, effects } = when(given(), create, within());
    expect(told).toBe(toDescribing);
    expect(effectsInWords(effects)).toEqual([`spawn setup/${(describing as ExistingSetup).job_id}`]);
    expect((describing as ExistingSetup).features).toEqual(planOf().arena.features);
  });

  test('that are invented come from the arena agent and cover their rectangle, each cell with an id of its own', () => {
    const { told, effects } = when(given(), create, within(inventing));
    expect(told).toBe(toInventing);
    expect(effects).toMatchObject([
      { command: { spec: { task: { prompt_type: 'arena_generate_features', participant_id: maker.id } } } },
    ]);
    const { told: next, state } = when(generating, answered(generating, 'complete', rect), within(inventing));
    expect(next).toBe(
      'features_generated, generating_features → generating_positions, generating_positions → describing_setup',
    );
    const { features } = state as ExistingSetup;
    expect(features.slice(1)).toMatchObject([
      { name: 'mist', position: '1,2', origin: 'random' },
      { name: 'mist', position: '2,2', origin: 'random' },
    ]);
    expect(new Set(features.map(({ id }) => id)).size).toBe(3);
  });

  test('that were invented are not taken twice', () => {
    const answer = answered(generating, 'complete', rect);
    const later = scopeOf({ [contestRoot]: contestOf(inventing) }, 50);
    const { state } = when(generating, answer, { scope: later });
    expect(when(state, answer, { scope: later }).told).toBe('nothing');
  });

  test('that nobody invents fail the setup, and a retry asks again and keeps what there is', () => {
    const { told, state } = when(generating, answered(generating, 'fail'), within(inventing));
    expect(told).toBe('faults_noted, phase_failed, generating_features → setup_fail');
    expect(state).toMatchObject({
      failed_in: 'generating_features',
      error: `generating_features: ${announcer.id} did not answer: it said no`,
    });
    const retried = when(state, { type: 'retry', number: 1 }, within(inventing));
    expect(retried.state).toMatchObject({
      state: 'generating_features',
      retries: 1,
      features: planOf().arena.features,
    });
    expect(effectsInWords(retried.effects)).toEqual([`spawn setup/${(retried.state as ExistingSetup).job_id}`]);
  });
});

describe('the scene', () => {
  test('described completes the setup, which says so to the contest', () => {
    const { told, effects } = when(describing, answered(describing, 'complete', 'Stones.'), within());
    expect(told).toBe('described, describing_setup → setup_complete');
    expect(effectsInWords(effects)).toEqual(['report complete']);
    expect(complete).toMatchObject({ narrative: 'Stones.' });
  });

  test('that is not described fails it; what was wrong is kept with the seat', () => {
    const { told, effects } = when(describing, answered(describing, 'fail'), within());
    expect(told).toBe('faults_noted, phase_failed, describing_setup → setup_fail');
    expect(effects).toMatchObject([{ notice: { outcome: 'fail', result: { retries: 0 } } }]);
    expect(failed).toMatchObject({ faults: [{ seat: announcer.id, faults: [fault] }] });
  });

  test('is asked for again after a retry; the same order twice is followed once', () => {
    const { state } = when(failed, { type: 'retry', number: 1 }, within());
    expect(when(state, { type: 'retry', number: 1 }, within()).told).toBe('nothing');
    expect(when(state, answered(state, 'complete', 'Stones.'), within()).told).toBe(
      'described, describing_setup → setup_complete',
    );
    const failedAgain = when(state, answered(state, 'fail'), within()).state;
    expect(when(failedAgain, { type: 'retry', number: 1 }, within()).told).toBe('nothing');
    expect(when(failedAgain, { type: 'retry', number: 2 }, within()).told).toBe('retried');
  });
});

describe('stepping', () => {
  test('stops before each transition but a failure', () => {
    let state = given();
    const path: string[] = [];
    const say = (command: SetupCommand) => {
      const verdict = when(state, command, within(stepping));
      path.push(verdict.told);
      state = verdict.state;
    };
    say(create);
    for (let times = 0; times < 5; times += 1) say({ type: 'advance' });
    say({ type: 'advance' });
    say(answered(state, 'complete', 'Stones.'));
    say({ type: 'advance', in: 'describing_setup' });
    expect(path).toEqual([
      'setup_created, halted',
      'idle → creating_round, halted',
      'creating_round → adding_fixed_features, halted',
      'adding_fixed_features → generating_features, halted',
      'generating_features → generating_positions, halted',
      'generating_positions → describing_setup',
      'nothing',
      'described, halted',
      'describing_setup → setup_complete',
    ]);
    const asked = when(given(), create, within()).state;
    expect(when(asked, answered(asked, 'fail'), within(stepping)).told).toBe(
      'faults_noted, phase_failed, describing_setup → setup_fail',
    );
  });
});

describe('cancelling', () => {
  test('cancels the prompt, waits for it and then stops where it was', () => {
    const { effects } = when(describing, { type: 'cancel' }, within());
    const job = (describing as ExistingSetup).job_id;
    expect(effectsInWords(effects)).toEqual([`tell setup/${job} cancel`]);
    const { told, effects: last } = when(cancelling, answered(cancelling, 'cancelled'), within());
    expect(told).toBe('faults_noted, stopped');
    expect(effectsInWords(last)).toEqual(['report cancelled']);
  });
});

test.each<[string, string[], string]>([
  ['idle, halted', [], 'resting'],
  ['describing_setup', [], 'active'],
  ['describing_setup, being cancelled', ['tell cancel'], 'active'],
  ['describing_setup, stopped', ['report cancelled'], 'final'],
  ['setup_complete', ['report complete'], 'final'],
  ['setup_fail', ['report fail'], 'resting'],
])('after a restart, in %s, it owes %j and is %s', (name, owed, activity) => {
  const state = states[name] ?? given();
  const words = effectsInWords(setupMachine.owed(state, scopeOf({}))).map((word) => word.replace(/setup\/\S+ /, ''));
  expect(words).toEqual(owed);
  expect(setupMachine.activity(state)).toBe(activity);
});
