/** Whole contests played without a runtime: the same end in every order, after every crash, with agents that fail. */
import { describe, expect, test } from 'vitest';
import { contestIn } from '../../src/actors/contest/reading.ts';
import type { ContestPlan } from '../../src/actors/contest/state.ts';
import { eventProblems } from '../../src/actors/event-problems.ts';
import { machineOf } from '../../src/actors/machines.ts';
import { foldRoot } from '../../src/actors/runtime/fold.ts';
import { drawIndex } from '../../src/protocol/random.ts';
import { ada, announcer, bob, judge, maker, planOf } from './making.ts';
import { openJobs, play, resultOf } from './playing.ts';
import type { Misbehaviour } from './simulated-agents.ts';
import type { Simulation } from './simulated-root.ts';

const plans: Record<string, ContestPlan> = {
  'two players': planOf(),
  'invented features': planOf({ seats: [ada, bob, judge, announcer, maker], arena: { max_random_features: 2 } }),
  'one player and a low bar': planOf({ seats: [ada, judge, announcer], settings: { winning_score: 3 } }),
};
const seeds = Array.from({ length: 100 }, (_, index) => 1 + index);

/** Each attempt of each prompt is answered in a way that its name draws, and the last attempt well. */
const moody: Misbehaviour = (call, timesAsked) => {
  if (call.task.type !== 'prompt' || call.attempt >= 3) return null;
  const { prompt_type, participant_id, round_no, about } = call.task;
  const moods = ['silent', 'rubbish', 'refused', 'invalid', 'pending', 'unreachable', null] as const;
  const mood = moods[drawIndex(moods.length, prompt_type, participant_id, round_no, about ?? '', call.attempt)] ?? null;
  const passes = mood === 'pending' || mood === 'unreachable';
  return passes && timesAsked > 0 ? null : mood;
};

/** One player never says anything that can be used. */
const absentMinded: Misbehaviour = (call) =>
  call.task.type === 'prompt' && call.task.participant_id === bob.id ? 'rubbish' : null;

describe.each(Object.entries(plans))('a contest with %s', (_name, plan) => {
  test('comes to its end, and the fold of its journal equals the live states', () => {
    const played = play(plan);
    expect(contestIn(played).state).toBe('complete');
    expect(openJobs(played)).toEqual([]);
    expectFoldEqualsLive(played);
  });

  test('ends the same in whatever order its messages, commits and answers come', () => {
    const undisturbed = resultOf(play(plan));
    for (const seed of seeds) {
      const drawn = play(plan, { seed });
      expect({ seed, ...resultOf(drawn) }).toEqual({ seed, ...undisturbed });
      expectFoldEqualsLive(drawn);
    }
  });

  test('ends the same when it crashes at any moment, as often as a seed draws', () => {
    const undisturbed = resultOf(play(plan));
    for (const seed of seeds) {
      const crashed = play(plan, { seed, crashes: 0.03 });
      expect({ seed, ...resultOf(crashed) }).toEqual({ seed, ...undisturbed });
      expect({ seed, open: openJobs(crashed) }).toEqual({ seed, open: [] });
      expectFoldEqualsLive(crashed);
    }
  });
});

describe('a contest with agents that fail', () => {
  test.each([
    ['now and then', moody],
    ['always, one of the players', absentMinded],
  ])('%s, ends the same after crashes as undisturbed', (_name, misbehaves) => {
    const undisturbed = resultOf(play(planOf(), { misbehaves }));
    expect(undisturbed.state).toBe('complete');
    for (const seed of seeds) {
      const crashed = play(planOf(), { seed, crashes: 0.02, misbehaves });
      expect({ seed, misshapen: crashed.entries.flatMap(eventProblems) }).toEqual({ seed, misshapen: [] });
      const { state, winner_id, end_reason, failures } = resultOf(crashed);
      expect({ seed, state, winner_id, end_reason, failures }).toEqual({
        seed,
        state: undisturbed.state,
        winner_id: undisturbed.winner_id,
        end_reason: undisturbed.end_reason,
        failures: undisturbed.failures,
      });
    }
  });

  test('a judge that fails for good fails the contest, and each retry goes on from there with every answer kept', () => {
    let rulesBadly = true;
    const misbehaves: Misbehaviour = (call) =>
      rulesBadly && call.task.type === 'prompt' && call.task.prompt_type === 'judge_apply_effects' ? 'refused' : null;
    const failed = play(planOf(), { misbehaves });
    expect(contestIn(failed)).toMatchObject({ state: 'fail', failed_in: 'in_round', round_no: 0 });
    const asked = failed.entries.length;
    rulesBadly = false;
    failed.command(failed.root, { type: 'retry' });
    failed.run();
    expect(contestIn(failed).state).toBe('complete');
    const askedAgain = failed.entries
      .slice(asked)
      .flatMap(({ events }) => events)
      .filter(({ type }) => type === 'actions_taken');
    expect(askedAgain).toHaveLength(contestIn(failed).settings.max_rounds - 1);
    expect(resultOf(failed).rounds.map(({ players }) => players.map(({ action }) => action))).toEqual(
      resultOf(play(planOf())).rounds.map(({ players }) => players.map(({ action }) => action)),
    );
  });
});

function expectFoldEqualsLive(simulation: Simulation): void {
  const folded = foldRoot(simulation.root, machineOf, simulation.entries);
  for (const { address, state, seq } of simulation.actors.values())
    expect({ address, seq, state }).toEqual({
      address,
      seq: folded.actors.get(address)?.seq,
      state: folded.stateOf(address),
    });
}
