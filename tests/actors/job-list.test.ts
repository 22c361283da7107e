/** Lists of jobs, with the open ones of contests read off their states. */
import { expect, test } from 'vitest';
import { createJobListing } from '../../src/actors/job/list-service.ts';
import { machineOf } from '../../src/actors/machines.ts';
import { foldRoot } from '../../src/actors/runtime/fold.ts';
import { damaged } from '../../src/persistence/journal/entry-row.ts';
import { ArenaError } from '../../src/protocol/errors.ts';
import { planOf } from './making.ts';
import { play } from './playing.ts';

const played = play(planOf({ settings: { max_rounds: 1 } }));
/** An entry by which a player is asked. */
const asked = played.entries.find(({ kind, stream }) => kind === 'job' && stream.includes('/round/'));
const open = foldRoot(played.root, machineOf, played.entries.slice(0, asked?.position));
const filter = { order: 'newest', limit: 100, offset: 0 } as const;

function listing(unreadable: ArenaError) {
  return createJobListing({
    runtime: { read: (root) => (root === played.root ? Promise.resolve(open) : Promise.reject(unreadable)) },
    inMemory: { ofContests: () => ['contest/another/round/0/a-job-of-it', asked?.stream ?? ''] },
    table: { list: () => Promise.resolve([]) },
  });
}

test('a contest whose journal is damaged takes the jobs of no other off the list', async () => {
  const jobs = await listing(damaged('contest/another', 3, 'its hash does not match'))(filter);
  expect(jobs).toMatchObject([{ job_id: asked?.stream.split('/').at(-1), ended_at: null }]);
});

test('where nothing can be read there is no list', async () => {
  const busy = new ArenaError({ code: 'unavailable', message: 'the disk is full' });
  await expect(listing(busy)(filter)).rejects.toBe(busy);
});
