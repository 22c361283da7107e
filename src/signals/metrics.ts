/**
 * The arena's metrics in the text format of Prometheus: counts of what happens, taken from the feed, and gauges that are read when
 * somebody asks. What is measured comes through the port in `measured.ts`.
 */
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { JobState } from '../actors/job/state.ts';
import type { Feed } from '../actors/runtime/feed.ts';
import { createEntryCounts } from './entry-counts.ts';
import { registerGauges } from './gauges.ts';
import type { JobCensus } from './job-census.ts';
import type { Measured } from './measured.ts';

export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
  /** Counts a request over HTTP that was answered. `route` is its pattern, never its path. */
  answered(request: { method: string; route: string; status: number; durationMs: number }): void;
}

interface MetricsOptions {
  readonly feed: Pick<Feed, 'listen'>;
  readonly measured: Measured;
  readonly census: JobCensus;
}

const requestBuckets = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30];

export function createMetrics({ feed, measured, census }: MetricsOptions): Metrics {
  const registry = new Registry();
  const count = createEntryCounts(registry);
  registerGauges(registry, measured, census);
  const requests = new Histogram({
    name: 'arena_http_request_duration_seconds',
    help: 'Requests over HTTP, by route and status; event streams are left out',
    labelNames: ['method', 'route', 'status'],
    buckets: requestBuckets,
    registers: [registry],
  });
  feed.listen((entries) => {
    for (const entry of entries) {
      // What was made in another journal did not happen here.
      if (entry.adopted) continue;
      count(entry);
      if (entry.kind === 'job' && entry.state !== undefined) census.note(entry.stream, entry.state as JobState);
    }
  });
  let processIsMeasured = false;

  return {
    contentType: registry.contentType,
    async text() {
      // The process is measured from the first time on that somebody asks: who never does pays nothing for it.
      if (!processIsMeasured) collectDefaultMetrics({ register: registry });
      processIsMeasured = true;
      return registry.metrics();
    },
    answered({ method, route, status, durationMs }) {
      requests.observe({ method, route, status: String(status) }, durationMs / 1_000);
    },
  };
}
