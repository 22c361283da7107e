/** A short storm of real faults: the same program as `npm run faults`, for some seconds. */
import { expect, it } from 'vitest';
import { seededRandom } from '../support/seeded-random.ts';
import { storm } from './storm.ts';

it('loses nothing while arena, agents and NATS server are killed, stopped and restarted at random', async () => {
  const { seed } = seededRandom();
  const { problems, contests, requests, faults } = await storm({
    seconds: 12,
    seed,
    say: (line) => process.stdout.write(`${line}\n`),
  });
  expect(problems).toEqual([]);
  expect(contests).toBeGreaterThan(0);
  expect(requests).toBeGreaterThan(contests);
  expect(faults).toBeGreaterThan(0);
}, 150_000);
