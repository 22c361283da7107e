/**
 * Where the jobs in memory are: a job's id alone finds its address. Told by the runtime of what comes into memory and leaves it, and
 * tells `memory-quota.ts` of those made from outside, which knows how much memory these take.
 */
import { addressOf, contestOf, isWithin, lastSegment } from '../address.ts';
import type { Address } from '../runtime/machine.ts';
import type { MemoryQuota } from './memory-quota.ts';
import type { JobSpec, JobState } from './state.ts';

export interface JobsInMemory {
  appeared(address: Address, job: JobState): void;
  vanished(address: Address): void;
  addressOf(id: string): Address | null;
  ofContests(): Address[];
}

export function createJobsInMemory(quota: Pick<MemoryQuota, 'appeared' | 'vanished'>): JobsInMemory {
  const ofContests = new Map<string, Address>();
  /** Those of a tree made from outside come and go with its top, also the planned ones, which have no actor yet. */
  const trees = new Map<Address, readonly string[]>();
  const inTrees = new Map<string, Address>();

  function leave(top: Address): void {
    for (const id of trees.get(top) ?? []) {
      const address = inTrees.get(id);
      if (address !== undefined && isWithin(address, top)) inTrees.delete(id);
    }
    trees.delete(top);
  }

  return {
    appeared(address, job) {
      if (contestOf(address) !== null) {
        ofContests.set(lastSegment(address), address);
        return;
      }
      quota.appeared(address, job);
      if (job.state !== 'none' && job.parent === null) {
        const found = treeOf(address, job.spec);
        trees.set(
          address,
          found.map(({ id }) => id),
        );
        for (const one of found) inTrees.set(one.id, one.address);
      }
    },
    vanished(address) {
      if (contestOf(address) !== null) {
        ofContests.delete(lastSegment(address));
        return;
      }
      quota.vanished(address);
      leave(address);
    },
    addressOf: (id) => inTrees.get(id) ?? ofContests.get(id) ?? null,
    ofContests: () => [...ofContests.values()],
  };
}

function treeOf(address: Address, { task }: JobSpec): { id: string; address: Address }[] {
  const below = task.type === 'batch' ? task.children : [];
  return [
    { id: lastSegment(address), address },
    ...below.flatMap(({ id, spec }) => treeOf(addressOf.childJob(address, id), spec)),
  ];
}
