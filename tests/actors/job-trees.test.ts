/**
 * Random trees of jobs in a random world: answers, delays, repeats, losses, cancels, and crashes between any two steps. Whatever
 * happens, each job ends once, no parent before its children, nobody is left running, and it ends as a simple model says.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { childRecords } from '../../src/actors/job/children.ts';
import { type ExistingJob, isFinalJob, type JobCommand, type OutboundCall } from '../../src/actors/job/state.ts';
import { machineOf } from '../../src/actors/machines.ts';
import { foldRoot } from '../../src/actors/runtime/fold.ts';
import type { JobResponse } from '../../src/protocol/jobs.ts';
import { drawFraction } from '../../src/protocol/random.ts';
import { anyTree, type Expected, expectedOf, jobsOf, specOf, type Tree, worldOf } from './job-trees.ts';
import { type Simulation, simulate } from './simulated-root.ts';

const startAt = 1_000_000;
const stepsMax = 20_000;
/** A world that crashes at every third step for ever lets nothing large come to rest. */
const crashingSteps = 2_000;

interface Disturbance {
  readonly seed: number;
  /** How probable a crash is before each step. */
  readonly crashes?: number;
  /** The step before which the whole tree is cancelled. */
  readonly cancelAt?: number;
  readonly ttlMs?: number;
}

interface Run {
  readonly simulation: Simulation;
  readonly calls: readonly OutboundCall[];
}

/** Runs a tree until nothing is left to do. Whoever made it makes it again when a crash has lost that. */
function run(tree: Tree, { seed, crashes = 0, cancelAt = -1, ttlMs }: Disturbance): Run {
  const calls: OutboundCall[] = [];
  const root = `job/${tree.id}`;
  const agents = worldOf(tree, (call) => void calls.push(call));
  const simulation = simulate({ agents, seed, root, repeats: 0.2 });
  const create: JobCommand = { type: 'create', parent: null, spec: specOf(tree, startAt, ttlMs) };
  simulation.command(root, create);
  let isCancelled = false;
  for (let steps = 0; steps < stepsMax; steps += 1) {
    if (steps < crashingSteps && drawFraction(seed, 'crash', steps) < crashes) {
      simulation.crash();
      if (simulation.position === 0) simulation.command(root, create);
      if (isCancelled) simulation.command(root, { type: 'cancel', reason: 'no longer wanted' } as JobCommand);
    }
    if (steps === cancelAt) {
      isCancelled = true;
      simulation.command(root, { type: 'cancel', reason: 'no longer wanted' } as JobCommand);
    }
    if (!simulation.step()) return { simulation, calls };
  }
  throw new Error('the tree does not come to rest');
}

function jobAt({ simulation }: Run, address: string): ExistingJob {
  const job = simulation.stateOf(address) as ExistingJob | undefined;
  if (!job) throw new Error(`there is no job at ${address}`);
  return job;
}

/** What holds for every tree, whatever is done to it. */
function expectSound(tree: Tree, ran: Run): void {
  const { simulation, calls } = ran;
  const attemptsMax = new Map(jobsOf(tree).map((job) => [job.id, job.attemptsMax]));
  const endOf = new Map<string, number>();
  const attempts = new Map<string, number>();
  for (const { stream, position, events } of simulation.entries) {
    for (const event of events as readonly { type: string; attempt?: number }[]) {
      if (['completed', 'failed', 'cancelled'].includes(event.type)) {
        expect(endOf.has(stream), `${stream} ends twice`).toBe(false);
        endOf.set(stream, position);
      }
      if (event.type !== 'requested') continue;
      expect(endOf.has(stream), `${stream} asks after its end`).toBe(false);
      const step = (event.attempt ?? 0) - (attempts.get(stream) ?? 0);
      expect(step === 0 || step === 1, `${stream} leaves attempts out`).toBe(true);
      attempts.set(stream, event.attempt ?? 0);
      expect(event.attempt).toBeLessThanOrEqual(attemptsMax.get(stream.slice(stream.lastIndexOf('/') + 1)) ?? 0);
    }
  }
  for (const { address, state } of simulation.actors.values()) {
    expect(isFinalJob(state as ExistingJob), `${address} is left ${(state as ExistingJob).state}`).toBe(true);
    const above = address.slice(0, address.lastIndexOf('/'));
    if (above.includes('/')) expect(endOf.get(above)).toBeGreaterThan(endOf.get(address) ?? Number.POSITIVE_INFINITY);
  }
  expect(simulation.places).toEqual({ held: 0, waiting: 0 });
  for (const { job_id, attempt } of calls) expect(attempt).toBeLessThanOrEqual(attemptsMax.get(job_id) ?? 0);
  const folded = foldRoot(simulation.root, machineOf, simulation.entries);
  for (const { address, state } of simulation.actors.values()) expect(folded.stateOf(address)).toEqual(state);
}

/** What each parent was told of its children is what became of them, and what its own call carried is what it was told. */
function expectTold(tree: Tree, ran: Run, address = `job/${tree.id}`): void {
  const job = jobAt(ran, address);
  const records = childRecords(job);
  expect(records.map(({ id }) => id)).toEqual(tree.children.map(({ id }) => id));
  for (const { id, outcome, result } of records) {
    if (outcome === 'planned') continue;
    const child = jobAt(ran, `${address}/${id}`);
    expect(outcome).toBe(child.state);
    const { job_id, state, data } = result as unknown as JobResponse;
    const isComplete = child.state === 'complete';
    expect({ job_id, state, data }).toEqual({
      job_id: id,
      state: isComplete ? 'complete' : 'fail',
      data: isComplete && child.spec.task.type !== 'batch' ? id : data,
    });
  }
  for (const call of ran.calls.filter(({ job_id }) => job_id === tree.id))
    expect(call.child_data).toEqual(job.type === 'batch' ? records.map(({ result }) => result) : null);
  for (const child of tree.children)
    if (ran.simulation.stateOf(`${address}/${child.id}`)) expectTold(child, ran, `${address}/${child.id}`);
}

/** As the model says; below a batch that has ended before its time, jobs may have been cancelled first, or never begun. */
function expectAsModelled(tree: Tree, expected: Expected, ran: Run, mayBeCancelled: boolean, address: string): void {
  const job = ran.simulation.stateOf(address) as ExistingJob | undefined;
  if (!job || job.state === 'cancelled') {
    expect({ address, mayBeCancelled }).toEqual({ address, mayBeCancelled: true });
  } else {
    expect({ address, state: job.state, attempts: job.attempt }).toEqual({
      address,
      state: expected.outcome,
      attempts: expected.attempts,
    });
  }
  const failsFast = tree.policy === 'fail_fast' && expected.children.some(({ outcome }) => outcome === 'fail');
  const endsEarly = mayBeCancelled || failsFast;
  tree.children.forEach((child, index) => {
    const below = expected.children[index] as Expected;
    expectAsModelled(child, below, ran, endsEarly, `${address}/${child.id}`);
  });
}

const anySeed = fc.integer({ min: 0, max: 2 ** 31 });

describe('a random tree of jobs', () => {
  test('ends as the model says, in whatever order things happen', () => {
    fc.assert(
      fc.property(anyTree, anySeed, (tree, seed) => {
        const ran = run(tree, { seed });
        expectSound(tree, ran);
        expectTold(tree, ran);
        expectAsModelled(tree, expectedOf(tree), ran, false, `job/${tree.id}`);
      }),
      { numRuns: 300, endOnFailure: true },
    );
  });

  test('ends the same when it crashes between any two steps', () => {
    fc.assert(
      fc.property(anyTree, anySeed, fc.constantFrom(0.02, 0.1, 0.3), (tree, seed, crashes) => {
        const ran = run(tree, { seed, crashes });
        expectSound(tree, ran);
        expectTold(tree, ran);
        expectAsModelled(tree, expectedOf(tree), ran, false, `job/${tree.id}`);
      }),
      { numRuns: 300, endOnFailure: true },
    );
  });

  test('ends as it would have, or cancelled, when it is cancelled at any moment, with crashes', () => {
    fc.assert(
      fc.property(anyTree, anySeed, fc.nat({ max: 60 }), fc.constantFrom(0, 0.1), (tree, seed, cancelAt, crashes) => {
        const ran = run(tree, { seed, cancelAt, crashes });
        expectSound(tree, ran);
        expectTold(tree, ran);
        expectAsModelled(tree, expectedOf(tree), ran, true, `job/${tree.id}`);
      }),
      { numRuns: 300, endOnFailure: true },
    );
  });

  test('comes to its end when its time to live is too short for it', () => {
    fc.assert(
      fc.property(
        anyTree,
        anySeed,
        fc.integer({ min: 1, max: 3_000 }),
        fc.constantFrom(0, 0.05),
        (tree, seed, ttlMs, crashes) => {
          const ran = run(tree, { seed, ttlMs, crashes });
          expectSound(tree, ran);
          expectTold(tree, ran);
        },
      ),
      { numRuns: 300, endOnFailure: true },
    );
  });
});
