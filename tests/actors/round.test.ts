/** The round machine, state by state: actions, rulings, effects and story, each kept once it is there. */
import { describe, expect, test } from 'vitest';
import { evolveContest } from '../../src/actors/contest/evolve.ts';
import type { ContestEvent, ContestState } from '../../src/actors/contest/state.ts';
import type { JobCommand, JobResult } from '../../src/actors/job/state.ts';
import { roundMachine } from '../../src/actors/round/machine.ts';
import { type ExistingRound, type RoundCommand, type RoundState, worldAfter } from '../../src/actors/round/state.ts';
import type { ChildNotice } from '../../src/actors/runtime/machine.ts';
import type { Fault, World } from '../../src/protocol/contest.ts';
import type { Json } from '../../src/protocol/json.ts';
import type { FaultOwner } from '../../src/protocol/states.ts';
import { ada, bob, contestId, contestRoot, feature, judge, type PlanChanges, planOf, scopeOf } from './making.ts';
import { effectsInWords, specify, type Verdict } from './specification.ts';

const address = `${contestRoot}/round/0`;
const { given, when: decide } = specify(roundMachine, address, scopeOf({}));
const stepping: PlanChanges = { settings: { auto_advance: false } };
const well = feature('well', '3,3');
const start: World = {
  features: [well],
  players: [ada, bob].map(({ id, name }) => ({
    id,
    name,
    position: '1,1',
    inventory: ['rope'],
    health: 'healthy',
    score: 0,
    memories: 'before',
  })),
};
const create: RoundCommand = { type: 'create', round_no: 0, start };

function contestOf(changes: PlanChanges = {}, ...events: ContestEvent[]): ContestState {
  const created: ContestEvent = { type: 'contest_created', origin: null, ...planOf(changes) };
  return [created, ...events].reduce<ContestState>((state, event) => evolveContest(state, event, 0), {
    state: 'none',
    id: contestId,
  });
}

let position = 40;
/** Every command finds the root one entry further, so that jobs get ids of their own. */
function when(state: RoundState, command: RoundCommand, contest = contestOf()): Verdict<RoundState, { type: string }> {
  position += 1;
  return decide(state, command, { scope: scopeOf({ [contestRoot]: contest }, position) });
}

const fault = (whose: FaultOwner): Fault => ({ kind: 'invalid', whose, job_id: 'x', attempt: 1, message: 'no', at: 1 });
function result(participant: string, data: Json, more: Partial<JobResult> = {}): JobResult {
  return {
    job_id: 'some-job-here-1',
    participant_id: participant,
    about: null,
    data,
    message: '',
    attempts: 1,
    latency_ms: 30,
    faults: [],
    usage: null,
    children: [],
    ...more,
  };
}
type Answer = { readonly outcome: ChildNotice['outcome']; readonly result: JobResult };
const good = (participant: string, data: Json, more: Partial<JobResult> = {}): Answer => ({
  outcome: 'complete',
  result: result(participant, data, more),
});
const none = (participant: string, whose: FaultOwner = 'agent', more: Partial<JobResult> = {}): Answer => ({
  outcome: 'fail',
  result: result(participant, null, { message: 'it said nothing', faults: [fault(whose)], ...more }),
});

function settles(round: RoundState, outcome: ChildNotice['outcome'], settled: JobResult): RoundCommand {
  const child = round.state === 'none' ? '' : (round.job_id ?? '');
  return { type: 'children_settled', children: [{ child, outcome, result: settled as unknown as Json }] };
}
const batch = (
  round: RoundState,
  answers: readonly Answer[],
  outcome: ChildNotice['outcome'] = 'complete',
): RoundCommand => settles(round, outcome, result('', null, { children: answers as unknown as JobResult['children'] }));
const single = (round: RoundState, answer: Answer): RoundCommand => settles(round, answer.outcome, answer.result);

const walks = { action: 'walk', target: '2,2', narration: 'Steps.', memories: 'walked' };
const effectsData = {
  players: [{ id: ada.id, score: 5, position: '2,2' }],
  features: [{ id: well.id, position: `player:${ada.id}` }],
  winner_id: null,
};
const actions = [good(ada.id, walks), none(bob.id)];
const ruling = good(judge.id, { result: 'walked', memories: 'my notes' }, { about: ada.id });

const awaiting = when(given(), create).state;
const judging = when(awaiting, batch(awaiting, actions)).state;
const applying = when(judging, batch(judging, [ruling])).state;
const describing = when(applying, single(applying, good(judge.id, effectsData))).state;
const complete = when(describing, single(describing, good('al', 'So it ended.'))).state;
const failed = when(judging, batch(judging, [none(judge.id, 'judge', { about: ada.id })], 'fail')).state;
const halted = when(given(), create, contestOf(stepping)).state;
const cancelling = when(judging, { type: 'cancel' }).state;
const stopped = when(cancelling, batch(cancelling, [], 'cancelled')).state;

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

/** What the job that a verdict gave birth to asks for: of whom, about whom. */
function asked({ effects }: Verdict<RoundState, { type: string }>): { policy: string; prompts: string[] } {
  const [birth] = effects;
  const command = (birth?.type === 'spawn' ? birth.command : null) as Extract<JobCommand, { type: 'create' }> | null;
  const task = command?.spec.task;
  const tasks = task?.type === 'batch' ? task.children.map(({ spec }) => spec.task) : task ? [task] : [];
  return {
    policy: task?.type === 'batch' ? task.on_child_failure : 'single',
    prompts: tasks.map((one) =>
      one.type === 'prompt' ? `${one.prompt_type} of ${one.participant_id} about ${one.about}` : one.type,
    ),
  };
}

describe('actions', () => {
  test('are asked of all players at once, and failures are only recorded', () => {
    expect(asked(when(given(), create))).toEqual({
      policy: 'ignore',
      prompts: [ada, bob].map(({ id }) => `player_player_action of ${id} about null`),
    });
  });

  test('are not asked of a player that is out', () => {
    const outcome = { round_no: 0, winner_id: null, standing: [], failed_seats: [ada.id], seats: [] };
    const settled: ContestEvent = { type: 'round_settled', outcome: { outcome: 'complete' }, result: outcome };
    const verdict = when(given(), create, contestOf({ settings: { max_faults: 1 } }, settled));
    expect(asked(verdict).prompts).toEqual([`player_player_action of ${bob.id} about null`]);
  });

  test('that did not come are "none", with the fault on record', () => {
    expect(judging).toMatchObject({
      actions: [
        { id: ada.id, action: { action: 'walk', target: '2,2', narration: 'Steps.' }, memories: 'walked' },
        { id: bob.id, action: { action: 'none', target: null, narration: null }, memories: null },
      ],
      seats: [
        { id: ada.id, failed: false, faults: [] },
        { id: bob.id, failed: true, faults: [fault('agent')] },
      ],
    });
  });

  test.each<[FaultOwner, boolean]>([
    ['agent', true],
    ['network', true],
    ['provider', false],
    ['arena', false],
  ])('missing by a fault of the %s count against the player: %s', (whose, counts) => {
    const { state } = when(awaiting, batch(awaiting, [none(ada.id, whose), none(bob.id, whose)]));
    expect((state as ExistingRound).seats.map(({ failed: isFailed }) => isFailed)).toEqual([counts, counts]);
  });
});

describe('rulings', () => {
  test('are asked for on each action at once, and not on "none"', () => {
    expect(asked(when(awaiting, batch(awaiting, actions)))).toEqual({
      policy: 'wait_all',
      prompts: [`judge_player_action_judgement of ${judge.id} about ${ada.id}`],
    });
  });

  test('of a round without any action are a batch without children', () => {
    expect(asked(when(awaiting, batch(awaiting, [none(ada.id), none(bob.id)]))).prompts).toEqual([]);
  });

  test('that were made stay made: a retry asks for the others only', () => {
    const both = when(awaiting, batch(awaiting, [good(ada.id, walks), good(bob.id, walks)])).state;
    const half = when(both, batch(both, [ruling, none(judge.id, 'judge', { about: bob.id })], 'fail'));
    expect(half.told).toBe('rulings_made, judging_actions → round_fail');
    expect(half.state).toMatchObject({ error: `judging_actions: ${judge.id} on ${bob.id}: it said nothing` });
    const retried = when(half.state, { type: 'retry', number: 1 });
    expect(asked(retried).prompts).toEqual([`judge_player_action_judgement of ${judge.id} about ${bob.id}`]);
    const done = when(retried.state, batch(retried.state, [good(judge.id, { result: 'fell' }, { about: bob.id })]));
    expect(done.told).toBe('rulings_made, judging_actions → applying_effects');
    expect((done.state as ExistingRound).rulings.map(({ id }) => id)).toEqual([ada.id, bob.id]);
  });

  test('asked of one judge at once are one record of it: the slowest answer and all its faults', () => {
    const both = when(awaiting, batch(awaiting, [good(ada.id, walks), good(bob.id, walks)])).state;
    const answers = [
      good(judge.id, { result: 'walked' }, { about: ada.id, latency_ms: 90, faults: [fault('judge')] }),
      good(judge.id, { result: 'fell' }, { about: bob.id, latency_ms: 20, faults: [fault('judge')] }),
    ];
    const { state } = when(both, batch(both, answers));
    expect((state as ExistingRound).seats.find(({ id }) => id === judge.id)).toMatchObject({
      latency_ms: 90,
      faults: [fault('judge'), fault('judge')],
    });
  });
});

describe('effects and story', () => {
  test('the judge applies, then the announcer tells', () => {
    expect(asked(when(judging, batch(judging, [ruling])))).toEqual({
      policy: 'single',
      prompts: [`judge_apply_effects of ${judge.id} about null`],
    });
    expect(asked(when(applying, single(applying, good(judge.id, effectsData)))).prompts).toEqual([
      'announcer_describe_results of al-the-announcer about null',
    ]);
  });

  test('leave a world: what is not named stays, memories are what the players want to remember', () => {
    const { features, players } = worldAfter(complete as ExistingRound);
    expect(features).toEqual([{ ...well, position: `player:${ada.id}` }]);
    expect(players).toMatchObject([
      { id: ada.id, score: 5, position: '2,2', inventory: ['rope'], health: 'healthy', memories: 'walked' },
      { id: bob.id, score: 0, position: '1,1', inventory: ['rope'], health: 'healthy', memories: 'before' },
    ]);
  });

  test('told, complete the round, which reports standing, failures and seats', () => {
    const { told, effects } = when(describing, single(describing, good('al', 'So it ended.')));
    expect(told).toBe(
      'results_described, describing_results → presenting_results, presenting_results → round_complete',
    );
    expect(effects).toMatchObject([
      {
        type: 'notify',
        to: contestRoot,
        notice: {
          child: '0',
          outcome: 'complete',
          result: {
            winner_id: null,
            failed_seats: [bob.id],
            standing: [
              { id: ada.id, score: 5 },
              { id: bob.id, score: 0 },
            ],
          },
        },
      },
    ]);
  });

  test.each<[string, RoundState, string]>([
    ['applying_effects', applying, 'effects_applied'],
    ['describing_results', describing, 'results_described'],
  ])('that do not come fail the round in %s, and a retry asks again', (name, state, event) => {
    const { told, state: after, effects } = when(state, single(state, none(judge.id, 'judge')));
    expect(told).toBe(`${event}, ${name} → round_fail`);
    expect(effects).toMatchObject([
      { notice: { outcome: 'fail', result: { message: `${name}: it said nothing`, retries: 0 } } },
    ]);
    const retried = when(after, { type: 'retry', number: 1 });
    expect(retried).toMatchObject({
      told: 'retried',
      state: { state: name, error: null, actions: (state as ExistingRound).actions },
    });
    expect(when(retried.state, { type: 'retry', number: 1 }).told).toBe('nothing');
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
