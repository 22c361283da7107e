/** Jobs read out of a contest's states, at every position of its journal. */
import { expect, test } from 'vitest';
import { jobIn } from '../../src/actors/job/reading.ts';
import { machineOf } from '../../src/actors/machines.ts';
import { foldRoot } from '../../src/actors/runtime/fold.ts';
import { planOf } from './making.ts';
import { play } from './playing.ts';

test('a job of a contest is there from its first entry on, and before that nothing above it is taken for a job', () => {
  const played = play(planOf({ settings: { max_rounds: 1 } }));
  const jobs = new Set(played.entries.filter(({ kind }) => kind === 'job').map(({ stream }) => stream));
  expect(jobs.size).toBeGreaterThan(10);
  for (let position = 1; position <= played.position; position += 1) {
    const root = foldRoot(played.root, machineOf, played.entries.slice(0, position));
    for (const address of jobs) {
      const isThere = root.actors.has(address);
      expect({ position, address, isThere: jobIn(root, address) !== null }).toEqual({ position, address, isThere });
    }
  }
});
