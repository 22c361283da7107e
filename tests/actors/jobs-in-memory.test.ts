/** Where jobs in memory are found by their ids: a tree that leaves takes its own ids with it, and no others. */
import { expect, it } from 'vitest';
import { addressOf } from '../../src/actors/address.ts';
import { evolveJob, initialJob } from '../../src/actors/job/evolve.ts';
import { createJobsInMemory } from '../../src/actors/job/jobs-in-memory.ts';
import type { JobState } from '../../src/actors/job/state.ts';

const limits = { timeout_ms: 1_000, max_attempts: 1, ttl_ms: 10_000 };

function treeWith(address: string, child: string): JobState {
  const spec = { ...limits, task: { type: 'http', method: 'GET', url: 'http://127.0.0.1/', data: null } } as const;
  const task = { type: 'batch', on_child_failure: 'ignore', children: [{ id: child, spec }], call: null } as const;
  return evolveJob(initialJob(address), { type: 'job_created', parent: null, spec: { ...limits, task } }, 0);
}

it('keeps what lies below another top, also one whose name begins alike', () => {
  const jobs = createJobsInMemory({ appeared: () => undefined, vanished: () => undefined });
  const [top, longer] = [addressOf.topJob('swift-otter'), addressOf.topJob('swift-otter-asks')];
  for (const address of [top, longer]) jobs.appeared(address, treeWith(address, 'calm-cedar'));
  jobs.vanished(top);
  expect(jobs.addressOf('swift-otter')).toBeNull();
  expect(jobs.addressOf('swift-otter-asks')).toBe(longer);
  expect(jobs.addressOf('calm-cedar')).toBe(addressOf.childJob(longer, 'calm-cedar'));
  jobs.vanished(longer);
  expect(jobs.addressOf('calm-cedar')).toBeNull();
});
