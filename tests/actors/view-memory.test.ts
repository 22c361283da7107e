/** What is kept of the rounds that were shown, so that they can be shown again without being made anew. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { contestIn } from '../../src/actors/contest/reading.ts';
import { planOf } from './making.ts';
import { play } from './playing.ts';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** What one collection finds unused may be given back at the next. */
function bytesInUse(): number {
  for (let times = 0; times < 4; times += 1) collect();
  return process.memoryUsage().arrayBuffers;
}

it('takes little more room than the bytes that are shown, whatever was made beside them', () => {
  const before = bytesInUse();
  const rounds = 40;
  const played = play(planOf({ settings: { max_rounds: rounds, winning_score: 1_000_000 } }));
  // Four see each round, in some 2 kB; all that was made beside it would be 250 kB.
  expect((bytesInUse() - before) / rounds).toBeLessThan(25_000);
  expect(contestIn(played).round_no).toBe(rounds - 1);
});
