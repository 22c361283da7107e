/**
 * How much memory trees of jobs made from outside may take together, estimated in bytes: what was planned in each, and what its children
 * have come to. A character of JSON counts as one byte, which is what it takes in Latin script; in others it takes two. A caller reserves
 * memory before it makes a tree; it is free again when the tree has left memory.
 */
import { ArenaError } from '../../protocol/errors.ts';
import { rootOf } from '../address.ts';
import type { Feed } from '../runtime/feed.ts';
import type { Address } from '../runtime/machine.ts';
import type { ExistingJob, JobSpec, JobState, Task } from './state.ts';

export interface MemoryQuota {
  /** For a tree that is about to be made; false when nothing is left. One tree may be larger than what is left. */
  reserve(top: Address, spec: JobSpec): boolean;
  /** The tree was made by now, or was not, and what was reserved for it is free again. */
  release(top: Address): void;
  /** Told of no job of a contest. */
  appeared(address: Address, job: JobState): void;
  vanished(address: Address): void;
  /** What is taken and reserved. */
  bytes(): number;
  refusal(): ArenaError;
}

interface Tree {
  readonly planBytes: number;
  /** Bytes that the children of each of its batches have come to. */
  readonly results: Map<Address, number>;
  isInMemory: boolean;
}

/** What a tree takes besides its data, and each job that is planned in it; measured. */
const fixedBytes = { tree: 10_000, job: 500 } as const;

export function createMemoryQuota(options: { feed: Pick<Feed, 'listen'>; bytesMax: number }): MemoryQuota {
  const { feed, bytesMax } = options;
  const trees = new Map<string, Tree>();
  let bytes = 0;

  function enter(top: Address, spec: JobSpec): Tree {
    const tree: Tree = { planBytes: fixedBytes.tree + bytesOf(spec), results: new Map(), isInMemory: false };
    trees.set(top, tree);
    bytes += tree.planBytes;
    return tree;
  }

  function leave(top: Address): void {
    const tree = trees.get(top);
    trees.delete(top);
    if (tree) bytes -= [...tree.results.values()].reduce((sum, some) => sum + some, tree.planBytes);
  }

  function note(address: Address, { type, children }: ExistingJob): void {
    if (type !== 'batch') return;
    const tree = trees.get(rootOf(address));
    if (!tree) return;
    bytes += children.resultsSize - (tree.results.get(address) ?? 0);
    tree.results.set(address, children.resultsSize);
  }

  feed.listen((entries) => {
    for (const { stream, kind, state } of entries) {
      const job = kind === 'job' ? (state as JobState | undefined) : undefined;
      if (job && job.state !== 'none') note(stream, job);
    }
  });

  return {
    reserve(top, spec) {
      if (trees.has(top)) return true;
      if (bytes >= bytesMax) return false;
      enter(top, spec);
      return true;
    },
    release(top) {
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
      bytes -= tree?.results.get(address) ?? 0;
      tree?.results.delete(address);
    },
    bytes: () => bytes,
    refusal() {
      const mib = (amount: number) => (amount / 1_048_576).toFixed(1);
      const message = `the jobs in memory come to ${mib(bytes)} MiB of ${mib(bytesMax)} (ARENA_JOBS_MEMORY_MIB_MAX): try again when some have ended`;
      return new ArenaError({ code: 'overloaded', message });
    },
  };
}

function bytesOf({ task }: JobSpec): number {
  const children = task.type === 'batch' ? task.children : [];
  return children.reduce((bytes, { spec }) => bytes + bytesOf(spec), fixedBytes.job + dataBytes(task));
}

function dataBytes(task: Task): number {
  if (task.type === 'batch') return textBytes(task.data) + (task.call ? dataBytes(task.call) : 0);
  return 'data' in task ? textBytes(task.data) : 0;
}

function textBytes(data: unknown): number {
  return data === undefined ? 0 : JSON.stringify(data).length;
}
