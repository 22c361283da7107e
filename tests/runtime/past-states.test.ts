/** Reading on through the journal: each entry with the state that it led to, however the reading is cut into pieces. */
import { beforeAll, describe, expect, it } from 'vitest';
import { machineOf } from '../../src/actors/machines.ts';
import type { CommittedEntry } from '../../src/actors/runtime/journal.ts';
import { createPastStates } from '../../src/actors/runtime/past-states.ts';
import { planOf } from '../actors/making.ts';
import { simulatedAgents } from '../actors/simulated-agents.ts';
import { simulate, theContest } from '../actors/simulated-root.ts';

const other = 'contest/quiet-owl-waits-00000001';
let played: readonly (CommittedEntry & { readonly state: unknown })[];
beforeAll(() => {
  const simulation = simulate({ agents: simulatedAgents() });
  simulation.command(theContest, { type: 'create', origin: null, ...planOf() } as never);
  simulation.command(theContest, { type: 'start' });
  simulation.run();
  played = simulation.entries.map((entry, index) => ({ ...entry, offset: index + 1 }));
});

function reading(rootsMax?: number) {
  const loads: string[] = [];
  const withStates = createPastStates({
    machineOf,
    journal: {
      load: async (root) => {
        loads.push(root);
        return played.map((entry) => ofRoot(root, bare(entry)));
      },
    },
    ...(rootsMax === undefined ? {} : { rootsMax }),
  });
  return { loads, withStates };
}
const bare = ({ state: _state, ...entry }: CommittedEntry): CommittedEntry => entry;
const ofRoot = (root: string, entry: CommittedEntry): CommittedEntry => ({
  ...entry,
  root,
  stream: entry.stream.replace(theContest, root),
});
const statesOf = (entries: readonly CommittedEntry[]) => entries.map(({ state }) => state);

describe('a root read piece by piece', () => {
  it.each([1, 7, 500])('has the states that it had when it was written, %i entries at a time', async (size) => {
    const { loads, withStates } = reading();
    const found: unknown[] = [];
    for (let index = 0; index < played.length; index += size)
      found.push(...statesOf(await withStates(played.slice(index, index + size).map(bare))));
    expect(found).toEqual(statesOf(played));
    expect(loads).toEqual([]);
  });

  it('is loaded once when the reading begins in its middle, and again when a piece is read again', async () => {
    const { loads, withStates } = reading();
    const [middle, later] = [played.slice(20, 30), played.slice(30, 40)];
    expect(statesOf(await withStates(middle.map(bare)))).toEqual(statesOf(middle));
    expect(statesOf(await withStates(later.map(bare)))).toEqual(statesOf(later));
    expect(loads).toEqual([theContest]);
    expect(statesOf(await withStates(later.map(bare)))).toEqual(statesOf(later));
    expect(loads).toEqual([theContest, theContest]);
  });

  it('is kept apart from others in the same piece, and let go when there are too many', async () => {
    const { loads, withStates } = reading(1);
    const mixed = (from: number, to: number) =>
      played.slice(from, to).flatMap((entry) => [bare(entry), ofRoot(other, bare(entry))]);
    const ofThis = (entries: readonly CommittedEntry[]) => entries.filter(({ root }) => root === theContest);
    expect(statesOf(ofThis(await withStates(mixed(0, 10))))).toEqual(statesOf(played.slice(0, 10)));
    expect(loads).toEqual([]);
    expect(statesOf(ofThis(await withStates(mixed(10, 20))))).toEqual(statesOf(played.slice(10, 20)));
    expect(loads).toContain(theContest);
  });

  it('cannot have a gap', async () => {
    const { withStates } = reading();
    const gapped = played.slice(0, 9).filter(({ position }) => position !== 5);
    await expect(withStates(gapped.map(bare))).rejects.toThrow(`${theContest}: entry 5 is missing`);
  });
});
