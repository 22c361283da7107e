/**
 * What is on disk, read as it grows and folded entry by entry by the arena's own machines, never by those that a deliberate fault has
 * replaced. Those who look for broken promises are told of every entry with the states before and after it.
 */

import { statesAlong } from '../../src/actors/runtime/fold.ts';
import type { CommittedEntry } from '../../src/actors/runtime/journal.ts';
import type { Address, Scope } from '../../src/actors/runtime/machine.ts';
import { machineOf } from '../../src/machines.ts';
import type { Store } from './store.ts';

export interface FoldedEntry {
  readonly entry: CommittedEntry;
  /** The root as it was before the entry. */
  readonly before: Scope;
  readonly state: unknown;
}

export interface LedgerRoot extends Scope {
  readonly entries: readonly CommittedEntry[];
  readonly states: ReadonlyMap<Address, unknown>;
}

export interface Ledger {
  readonly roots: ReadonlyMap<string, LedgerRoot>;
  /** Reads what was committed since; `broken` is told what cannot be folded. */
  catchUp(told: (folded: FoldedEntry) => void, broken: (what: string) => void): Promise<void>;
  /** The position that a root had when the journal had come to an offset. */
  positionAt(root: string, offset: number): number;
}

interface GrowingRoot extends LedgerRoot {
  readonly entries: CommittedEntry[];
  readonly states: Map<Address, unknown>;
}

export function createLedger(store: Pick<Store, 'entriesAfter'>): Ledger {
  const roots = new Map<string, GrowingRoot>();
  let read = 0;

  function rootOf(id: string): GrowingRoot {
    const known = roots.get(id);
    if (known) return known;
    const states = new Map<Address, unknown>();
    const entries: CommittedEntry[] = [];
    const root: GrowingRoot = {
      root: id,
      entries,
      states,
      get position() {
        return entries.length;
      },
      stateOf: (address) => states.get(address),
    };
    roots.set(id, root);
    return root;
  }

  return {
    roots,
    async catchUp(told, broken) {
      const fresh = await store.entriesAfter(read);
      for (const entry of fresh) {
        read = entry.offset;
        const root = rootOf(entry.root);
        const states = new Map(root.states);
        const before: Scope = { root: entry.root, position: root.position, stateOf: (address) => states.get(address) };
        try {
          for (const state of statesAlong(machineOf, [entry], root.states)) told({ entry, before, state });
        } catch (error) {
          broken(`entry ${entry.position} of ${entry.root} cannot be folded: ${String(error)}`);
        }
        root.entries.push(entry);
      }
    },
    positionAt: (root, offset) => roots.get(root)?.entries.findLast((entry) => entry.offset <= offset)?.position ?? 0,
  };
}
