/** The states that entries read back from the journal led to. A follower that reads on where it stopped is folded on, not from the start. */
import { type MachineOf, statesAlong } from './fold.ts';
import type { CommittedEntry, Journal } from './journal.ts';
import type { Address } from './machine.ts';

export interface PastStatesOptions {
  readonly machineOf: MachineOf;
  readonly journal: Pick<Journal, 'load'>;
  /** How many roots are kept as far as they were folded. */
  readonly rootsMax?: number;
}

/** The same entries with their states; those of the catalogue have none. In order of position, without gaps within a root. */
export type WithStates = (entries: readonly CommittedEntry[]) => Promise<CommittedEntry[]>;

interface FoldedSoFar {
  readonly position: number;
  /** Changed by folding on. */
  readonly states: Map<Address, unknown>;
}

export function createPastStates({ machineOf, journal, rootsMax = 256 }: PastStatesOptions): WithStates {
  const known = new Map<string, FoldedSoFar>();

  async function foldedUntil(root: string, position: number): Promise<Map<Address, unknown>> {
    const before = known.get(root);
    known.delete(root);
    if (before?.position === position) return before.states;
    const states = new Map<Address, unknown>();
    const earlier = position === 0 ? [] : await journal.load(root);
    for (const _ of statesAlong(machineOf, earlier.slice(0, position), states));
    return states;
  }

  async function foldOn(root: string, entries: readonly CommittedEntry[]): Promise<unknown[]> {
    const first = entries[0]?.position ?? 1;
    const gap = entries.findIndex((entry, index) => entry.position !== first + index);
    if (gap !== -1) throw new Error(`${root}: entry ${first + gap} is missing`);
    const states = await foldedUntil(root, first - 1);
    const found = [...statesAlong(machineOf, entries, states)];
    known.set(root, { position: first - 1 + entries.length, states });
    for (const oldest of known.keys()) {
      if (known.size <= rootsMax) break;
      known.delete(oldest);
    }
    return found;
  }

  return async (entries) => {
    const ofRoots = Map.groupBy(
      entries.filter(({ kind }) => kind !== 'catalogue'),
      ({ root }) => root,
    );
    const states = new Map<CommittedEntry, unknown>();
    for (const [root, mine] of ofRoots) {
      const found = await foldOn(root, mine);
      mine.forEach((entry, index) => {
        states.set(entry, found[index]);
      });
    }
    return entries.map((entry) => ({ ...entry, state: states.get(entry) }));
  };
}
