/** Checks of health that a caller asks for: of all seats of a contest, or of one participant in or out of one. Each is a job of its own. */

import { derivedId, randomId } from '../../protocol/ids.ts';
import { addressOf } from '../address.ts';
import type { Contests, Launch } from '../contests.ts';
import { jobResponse } from '../job/document.ts';
import type { MemoryQuota } from '../job/memory-quota.ts';
import type { ExistingJob, JobCommand, JobSpec } from '../job/state.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { ParticipantEntity } from './plan.ts';
import { healthCheck } from './prompts.ts';
import type { ExistingContest } from './state.ts';

export interface HealthChecksOptions {
  readonly runtime: Runtime;
  readonly catalogue: { participants(ids: readonly string[]): Promise<ParticipantEntity[]> };
  /** They take memory as other jobs that are asked for from outside do. */
  readonly quota: Pick<MemoryQuota, 'reserve' | 'release' | 'refusal'>;
}

type Verified = ReturnType<Contests['verify']>;

export interface HealthChecks {
  ofContest(contest: ExistingContest, launch?: Launch): Verified;
  ofParticipant(id: string, launch?: Launch): Verified;
}

/** How long a health check outside of a contest may take. */
const verifyTimeoutMs = 5_000;

export function createHealthChecks({ runtime, catalogue, quota }: HealthChecksOptions): HealthChecks {
  async function start(spec: JobSpec, launch: Launch = {}): Verified {
    const address = addressOf.topJob(randomId());
    const message: JobCommand = { type: 'create', parent: null, spec };
    if (!quota.reserve(address, spec)) throw quota.refusal();
    try {
      await runtime.begin(address, message, launch);
    } finally {
      quota.release(address);
    }
    const folded = await runtime.read(address);
    return jobResponse(folded?.stateOf(address) as ExistingJob);
  }

  return {
    async ofContest({ seats, settings }, launch) {
      const key = randomId();
      const children = seats.map((seat, index) => ({
        id: derivedId(key, index),
        spec: healthCheck(seat, settings.health_timeout_ms),
      }));
      // The checks end by their own time first.
      const limits = {
        timeout_ms: settings.health_timeout_ms,
        max_attempts: 1,
        ttl_ms: 2 * settings.health_timeout_ms,
      };
      return start({ task: { type: 'batch', on_child_failure: 'wait_all', children, call: null }, ...limits }, launch);
    },
    async ofParticipant(id, launch) {
      const [participant] = await catalogue.participants([id]);
      if (!participant) throw new Error(`participant ${id} was neither found nor refused`);
      return start(healthCheck(participant, verifyTimeoutMs), launch);
    },
  };
}
