/** Plays simulated contests from their making to their end, with crashes if asked for, and tells what came of them. */
import { roundDocuments } from '../../src/actors/contest/document.ts';
import { contestIn } from '../../src/actors/contest/reading.ts';
import type { ContestCommand, ContestPlan } from '../../src/actors/contest/state.ts';
import { isFinalJob, type JobState } from '../../src/actors/job/state.ts';
import { drawFraction } from '../../src/protocol/random.ts';
import { type Misbehaviour, simulatedAgents } from './simulated-agents.ts';
import { type Simulation, simulate, theContest } from './simulated-root.ts';

export interface PlayOptions {
  readonly seed?: number;
  /** How probable a crash is before each step. */
  readonly crashes?: number;
  readonly misbehaves?: Misbehaviour;
  /** A failed contest is retried so often. */
  readonly retries?: number;
}

/** A contest that was made and is not started. */
export function made(plan: ContestPlan, options: Pick<PlayOptions, 'seed' | 'misbehaves'> = {}): Simulation {
  const simulation = simulate({ agents: simulatedAgents(options.misbehaves), seed: options.seed });
  simulation.command(theContest, { type: 'create', origin: null, ...plan } as ContestCommand);
  return simulation;
}

/** Plays a contest until nothing is left to do. Whoever started it asks again when a crash has lost that. */
export function play(plan: ContestPlan, options: PlayOptions = {}): Simulation {
  const { seed = 0, crashes = 0, retries = 0 } = options;
  const simulation = made(plan, options);
  simulation.command(theContest, { type: 'start' });
  let retried = 0;
  for (let steps = 0; steps < 100_000; steps += 1) {
    if (drawFraction(seed, 'crash', steps) < crashes) {
      simulation.crash();
      if (simulation.position === 0)
        simulation.command(theContest, { type: 'create', origin: null, ...plan } as ContestCommand);
      if (contestIn(simulation).state === 'created') simulation.command(theContest, { type: 'start' });
    }
    if (simulation.step()) continue;
    if (contestIn(simulation).state !== 'fail' || retried >= retries) return simulation;
    retried += 1;
    simulation.command(theContest, { type: 'retry' });
  }
  throw new Error(`the contest of seed ${seed} does not come to rest`);
}

/** What a contest came to, without what depends on order and time: ids of what was made, latencies, times. */
export function resultOf(simulation: Simulation) {
  const contest = contestIn(simulation);
  return {
    state: contest.state,
    error: contest.error,
    winner_id: contest.winner_id,
    end_reason: contest.end_reason,
    failures: contest.failures,
    rounds: roundDocuments(simulation, contest).map((round) => ({
      round_no: round.round_no,
      state: round.state,
      narrative: round.narrative,
      ending_narrative: round.ending_narrative,
      features: round.features.map(({ name, description, position }) => ({ name, description, position })),
      players: round.players.map(({ faults, ...player }) => ({ ...player, faults: faults.map(({ kind }) => kind) })),
    })),
  };
}

/** The jobs that are still at work. */
export function openJobs(simulation: Simulation): string[] {
  return [...simulation.actors.values()]
    .filter(({ machine, state }) => machine.kind === 'job' && !isFinalJob(state as JobState))
    .map(({ address }) => address);
}
