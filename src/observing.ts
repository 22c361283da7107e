/** Puts together how the arena is seen by the tools that watch over it: its metrics, and the service that it is on the bus. */

import type { Contests } from './actors/contests.ts';
import type { MemoryQuota } from './actors/job/memory-quota.ts';
import type { Jobs } from './actors/jobs.ts';
import type { Clock, Log } from './actors/runtime/ports.ts';
import type { Runtime } from './actors/runtime/runtime.ts';
import type { BusConnection } from './bridge/bus.ts';
import type { Calls } from './bridge/calls.ts';
import { createCommandCounts } from './bridge/command-counts.ts';
import { takeCommands } from './bridge/commands.ts';
import { announceService } from './bridge/service.ts';
import type { TraceContexts } from './bridge/trace-contexts.ts';
import type { Persistence } from './persistence/persistence.ts';
import { subjects } from './protocol/subjects.ts';
import type { JobCensus } from './signals/job-census.ts';
import { createMetrics, type Metrics } from './signals/metrics.ts';
import type { Traces } from './signals/traces.ts';
import { packageVersion } from './version.ts';

export interface ObservingOptions {
  readonly persistence: Pick<Persistence, 'feed' | 'stats'>;
  readonly runtime: Pick<Runtime, 'stats'>;
  readonly calls: Pick<Calls, 'stats'>;
  readonly bus: Pick<BusConnection, 'status'>;
  readonly census: JobCensus;
  readonly quota: Pick<MemoryQuota, 'bytes'>;
  readonly clock: Clock;
  /** To which trace a root belongs. */
  readonly traces: Pick<TraceContexts, 'of'>;
}

export interface Observing extends Metrics {
  launching?: Traces['launching'];
  /** Sends what was not told yet. */
  close(): Promise<void>;
}

export async function createObserving(options: ObservingOptions): Promise<Observing> {
  const { persistence, runtime, calls, bus, census, quota, clock } = options;
  const metrics = createMetrics({
    feed: persistence.feed,
    census,
    measured: {
      ...persistence.stats,
      roots: runtime.stats,
      calls: calls.stats,
      jobsBytes: quota.bytes,
      busIsConnected: () => bus.status().connected,
    },
  });
  // These are OpenTelemetry's own variables: its exporter reads them too, with others.
  const { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT } = process.env;
  if (!OTEL_EXPORTER_OTLP_ENDPOINT && !OTEL_EXPORTER_OTLP_TRACES_ENDPOINT)
    return { ...metrics, close: async () => undefined };
  // Loaded only where somebody wants traces.
  const { createTraces } = await import('./signals/traces.ts');
  const traces = createTraces({
    feed: persistence.feed,
    clock,
    version: packageVersion(),
    contextOf: options.traces.of,
  });
  return { ...metrics, launching: traces.launching, close: traces.close };
}

export interface ServingOptions {
  readonly bus: BusConnection;
  readonly contests: Contests;
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly log: Log;
  readonly arenaId: string;
  /** Where the control panel and the documents are; empty when only the process itself knows. */
  readonly publicUrl: string;
}

/** Takes commands from the bus, and says there that it does. */
export function serveOnBus({ bus, contests, jobs, clock, log, arenaId, publicUrl }: ServingOptions): void {
  const counts = { advance: createCommandCounts(clock), job: createCommandCounts(clock) };
  takeCommands({ bus, contests, jobs, log, counts });
  announceService({
    bus,
    log,
    id: arenaId,
    name: 'agent-arena',
    version: packageVersion(),
    description: 'Turn-based contests between AI agents',
    metadata: publicUrl === '' ? {} : { url: publicUrl },
    startedAt: clock.now(),
    endpoints: [
      {
        name: 'advance',
        subject: subjects.contestAdvance.wildcard,
        description: subjects.contestAdvance.description,
        counts: counts.advance.counts,
      },
      {
        name: 'job',
        subject: subjects.jobRequest.wildcard,
        description: subjects.jobRequest.description,
        counts: counts.job.counts,
      },
    ],
  });
}
