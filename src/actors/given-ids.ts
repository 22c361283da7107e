/** Ids that callers give to jobs: each is of one job. The maker of a tree holds its ids until the tree is there to be found. */

import { ArenaError } from '../protocol/errors.ts';
import { isWithin } from './address.ts';
import type { JobsInMemory } from './job/jobs-in-memory.ts';
import type { JobTable } from './jobs.ts';
import type { Address } from './runtime/machine.ts';

export interface GivenIds {
  /** Makes the tree at `top`, while no other tree is given these ids; rejects with `conflict` when a job elsewhere has one. */
  during<Result>(ids: readonly string[], top: Address, make: () => Promise<Result>): Promise<Result>;
}

export function createGivenIds(options: {
  inMemory: Pick<JobsInMemory, 'addressOf'>;
  table: Pick<JobTable, 'streamsOf'>;
}): GivenIds {
  const { inMemory, table } = options;
  /** The trees that an id is being given in at this moment: several of the same top are repeats of one request. */
  const beingGiven = new Map<string, Address[]>();

  function hold(ids: readonly string[], top: Address): void {
    const isElsewhere = elsewhere(top);
    for (const id of ids) {
      const inMemoryAt = inMemory.addressOf(id);
      if ((inMemoryAt !== null && isElsewhere(inMemoryAt)) || beingGiven.get(id)?.some(isElsewhere)) throw taken(id);
    }
    for (const id of ids) beingGiven.set(id, [...(beingGiven.get(id) ?? []), top]);
  }

  function letGo(ids: readonly string[], top: Address): void {
    for (const id of ids) {
      const holders = beingGiven.get(id) ?? [];
      const others = holders.toSpliced(holders.indexOf(top), 1);
      if (others.length > 0) beingGiven.set(id, others);
      else beingGiven.delete(id);
    }
  }

  return {
    async during(ids, top, make) {
      // Before anything is waited for: of two requests that come together, the second finds the ids held.
      hold(ids, top);
      try {
        const isElsewhere = elsewhere(top);
        const used = ids.length === 0 ? [] : await table.streamsOf(ids);
        const other = used.find(({ stream }) => isElsewhere(stream));
        if (other) throw taken(other.id);
        return await make();
      } finally {
        letGo(ids, top);
      }
    },
  };
}

function elsewhere(top: Address): (address: Address) => boolean {
  return (address) => !isWithin(address, top);
}

function taken(id: string): ArenaError {
  return new ArenaError({ code: 'conflict', message: `a job ${id} exists already: a new one needs another id` });
}
