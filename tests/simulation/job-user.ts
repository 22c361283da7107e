/** Somebody who makes a tree of jobs in a simulated arena, asks for it again, and perhaps cancels it. */
import { type CreateBatch, type CreateJob, createBatchSchema, createJobSchema } from '../../src/protocol/job-input.ts';
import type { Draws } from '../support/draws.ts';
import type { User } from './users.ts';

export type JobTree = CreateJob | CreateBatch;

export function idOfTree(tree: JobTree): string {
  return ('batch' in tree ? tree.batch.id : tree.id) ?? '';
}

export function createJobUser(tree: JobTree, draws: Draws): User {
  const id = idOfTree(tree);
  const cancels = draws.chance(0.15);
  let isMade = false;
  let isOver = false;

  return {
    isContent: () => isOver,
    async next({ jobs }) {
      // The same content under the same id is the same job, however often it is asked for.
      const response = !isMade || draws.chance(0.2) ? await jobs.create(tree) : await jobs.get(id);
      isMade = true;
      isOver = response.state !== 'pending';
      if (cancels && !isOver && draws.chance(0.3)) await jobs.cancel(id);
    },
  };
}

const policies = ['fail_fast', 'wait_all', 'ignore'] as const;

export function drawTrees(draws: Draws): JobTree[] {
  return Array.from({ length: draws.between(0, 3) }, (_, index) => drawTree(`tree-number-${index}`, 2, draws));
}

function drawTree(id: string, depth: number, draws: Draws): JobTree {
  if (depth === 0 || draws.chance(0.3)) return createJobSchema.parse(drawJob(id, ['GET', 'POST'], draws));
  const children = Array.from({ length: draws.between(0, 3) }, (_, index) =>
    drawTree(`${id}x${index}`, depth - 1, draws),
  );
  // What the children came to is sent as a body, which a GET has not.
  const batch = drawJob(id, ['POST'], draws);
  return createBatchSchema.parse({ batch, children, on_child_failure: draws.pick(policies) });
}

function drawJob(id: string, methods: readonly string[], draws: Draws): object {
  const call = draws.pick<() => object>([
    () => ({ method: draws.pick(methods), url: `http://host-${draws.between(1, 2)}.simulated/$JOB$` }),
    () => ({ method: 'MESSAGE', channel: `told.${id}`, data: { by: id } }),
    () => ({ method: 'FINAL' }),
  ])();
  return {
    id,
    ...call,
    priority: draws.between(1, 10),
    ttl_ms: draws.pick([5_000, 60_000]),
    timeout_ms: draws.pick([300, 1_500]),
    max_attempts: draws.between(1, 3),
    ...(draws.chance(0.3) ? { delay: draws.between(0, 2_000) } : {}),
  };
}
