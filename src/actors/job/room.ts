/**
 * How much memory trees of jobs made from outside may take together, in characters of JSON: what was planned in each, and what its
 * children have come to. Whoever makes a tree asks for room first; it is free again when the tree has left memory.
 */
import { ArenaError } from '../../protocol/errors.ts';
import { rootOf } from '../address.ts';
import type { Feed } from '../runtime/feed.ts';
import type { Address } from '../runtime/machine.ts';
import type { ExistingJob, JobSpec, JobState, Task } from './state.ts';

export interface JobRoom {
  /** Holds room for a tree that is about to be made; false when there is none. One tree may be larger than what is left. */
  hold(top: Address, spec: JobSpec): boolean;
  /** The tree was made by now, or was not: room that it does not take is free again. */
  letGo(top: Address): void;
  /** Told of no job of a contest. */
  appeared(address: Address, job: JobState): void;
  vanished(address: Address): void;
  /** What is held. */
  size(): number;
  refusal(): ArenaError;
}

interface Tree {
  readonly plan: number;
  /** What the children of each of its batches have come to. */
  readonly results: Map<Address, number>;
  isInMemory: boolean;
}

/** What a tree takes besides its data, and each job that is planned in it; measured, in bytes. */
const fixed = { tree: 10_000, job: 500 } as const;

export function createJobRoom(options: { feed: Pick<Feed, 'listen'>; sizeMax: number }): JobRoom {
  const { feed, sizeMax } = options;
  const trees = new Map<string, Tree>();
  let held = 0;

  function enter(top: Address, spec: JobSpec): Tree {
    const tree: Tree = { plan: fixed.tree + sizeOf(spec), results: new Map(), isInMemory: false };
    trees.set(top, tree);
    held += tree.plan;
    return tree;
  }

  function leave(top: Address): void {
    const tree = trees.get(top);
    trees.delete(top);
    if (tree) held -= [...tree.results.values()].reduce((sum, size) => sum + size, tree.plan);
  }

  function note(address: Address, { type, children }: ExistingJob): void {
    if (type !== 'batch') return;
    const tree = trees.get(rootOf(address));
    if (!tree) return;
    held += children.resultsSize - (tree.results.get(address) ?? 0);
    tree.results.set(address, children.resultsSize);
  }

  feed.listen((entries) => {
    for (const { stream, kind, state } of entries) {
      const job = kind === 'job' ? (state as JobState | undefined) : undefined;
      if (job && job.state !== 'none') note(stream, job);
    }
  });

  return {
    hold(top, spec) {
      if (trees.has(top)) return true;
      if (held >= sizeMax) return false;
      enter(top, spec);
      return true;
    },
    letGo(top) {
      if (trees.get(top)?.isInMemory === false) leave(top);
    },
    appeared(address, job) {
      if (job.state === 'none') return;
      if (job.parent === null) (trees.get(address) ?? enter(address, job.spec)).isInMemory = true;
      note(address, job);
    },
    vanished(address) {
      if (rootOf(address) === address) return leave(address);
      const tree = trees.get(rootOf(address));
      held -= tree?.results.get(address) ?? 0;
      tree?.results.delete(address);
    },
    size: () => held,
    refusal() {
      const mib = (size: number) => (size / 1_048_576).toFixed(1);
      const message = `the jobs in memory come to ${mib(held)} MiB of ${mib(sizeMax)} (ARENA_JOBS_MEMORY_MIB_MAX): try again when some have ended`;
      return new ArenaError({ code: 'overloaded', message });
    },
  };
}

function sizeOf({ task }: JobSpec): number {
  const children = task.type === 'batch' ? task.children : [];
  return children.reduce((size, { spec }) => size + sizeOf(spec), fixed.job + dataSize(task));
}

function dataSize(task: Task): number {
  if (task.type === 'batch') return textSize(task.data) + (task.call ? dataSize(task.call) : 0);
  return 'data' in task ? textSize(task.data) : 0;
}

function textSize(data: unknown): number {
  return data === undefined ? 0 : JSON.stringify(data).length;
}
