/** What the answers of a round come to: actions, rulings, effects and story, each kept once it is there. */
import { describe, expect, test } from 'vitest';
import type { ContestEvent } from '../../src/actors/contest/state.ts';
import type { JobCommand } from '../../src/actors/job/state.ts';
import { type ExistingRound, type RoundState, worldAfter } from '../../src/actors/round/state.ts';
import type { FaultOwner } from '../../src/protocol/states.ts';
import { ada, bob, contestRoot, judge } from './making.ts';
import {
  actions,
  applying,
  awaiting,
  batch,
  complete,
  contestOf,
  create,
  describing,
  effectsData,
  fault,
  given,
  good,
  judging,
  none,
  ruling,
  single,
  walks,
  well,
  when,
} from './round-given.ts';
import type { Verdict } from './specification.ts';

/** What the job that a verdict spawned asks for: of whom, about whom. */
function asked({ effects }: Verdict<RoundState, { type: string }>): { policy: string; prompts: string[] } {
  const [spawn] = effects;
  const command = (spawn?.type === 'spawn' ? spawn.command : null) as Extract<JobCommand, { type: 'create' }> | null;
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
    const outcome = { round_no: 0, play: 1, winner_id: null, standing: [], failed_seats: [ada.id], seats: [] };
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

describe('actions of which not one came', () => {
  const lost = (first: FaultOwner, second: FaultOwner) => [none(ada.id, first), none(bob.id, second)];

  test('by what providers or the arena did fail the round, and a retry asks all players again', () => {
    const { told, state, effects } = when(awaiting, batch(awaiting, lost('provider', 'arena')));
    expect(told).toBe('actions_taken, awaiting_actions → round_fail');
    const error = `awaiting_actions: no player could act: ${ada.id}: it said nothing; ${bob.id}: it said nothing`;
    expect(state).toMatchObject({ error, actions: [], failed_in: 'awaiting_actions' });
    expect(effects).toMatchObject([{ notice: { outcome: 'fail', result: { message: error } } }]);

    const retried = when(state, { type: 'retry', number: 1 });
    expect(retried).toMatchObject({ told: 'retried', state: { state: 'awaiting_actions', error: null } });
    expect(asked(retried).prompts).toEqual(asked(when(given(), create)).prompts);
    const done = when(retried.state, batch(retried.state, actions));
    expect(done.told).toBe('actions_taken, awaiting_actions → judging_actions');
    expect(done.state).toMatchObject({
      actions: [{ id: ada.id }, { id: bob.id }],
      seats: [
        { id: ada.id, faults: [fault('provider')] },
        { id: bob.id, faults: [fault('arena'), fault('agent')] },
      ],
    });
  });

  test.each<[FaultOwner, FaultOwner]>([
    ['provider', 'agent'],
    ['network', 'arena'],
  ])('by a fault of the %s and of the %s are turns of nothing', (first, second) => {
    const { told } = when(awaiting, batch(awaiting, lost(first, second)));
    expect(told).toBe('actions_taken, awaiting_actions → judging_actions');
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
