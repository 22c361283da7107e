/**
 * Sends spans to an OpenTelemetry collector, by OTLP over HTTP. Loaded only where an exporter is configured; what a span is, is
 * `spans.ts`'s. Nobody waits for it: what the collector does not take in time is dropped.
 */
import { hash } from 'node:crypto';
import { type HrTime, type Link, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace';
import type { Feed } from '../actors/runtime/feed.ts';
import { isRoot, type SpanRecord, spansEndedBy, traceOf } from './spans.ts';

/** A request over HTTP that has begun a contest or a job. */
export interface Launch {
  readonly name: string;
  /** The root that it began. */
  readonly root: string;
  /** What the caller sent; its trace is continued by the request, and linked with the root's. */
  readonly traceparent: string | null;
  readonly startedAt: number;
  readonly endedAt: number;
}

export interface Traces {
  launched(launch: Launch): void;
  /** Sends what there is, and stops. */
  close(): Promise<void>;
}

/** The exporter reads its endpoint, headers and limits from the environment variables of OpenTelemetry. */
export function createTraces({ feed, version }: { feed: Pick<Feed, 'listen'>; version: string }): Traces {
  const processor = new BatchSpanProcessor({ exporter: new OTLPTraceExporter() });
  const resource = resourceFromAttributes({ 'service.name': 'agent-arena', 'service.version': version });
  /** Until the root has ended. */
  const launches = new Map<string, Link>();
  const stop = feed.listen((entries) => {
    for (const record of entries.flatMap(spansEndedBy)) send(record, SpanKind.INTERNAL, linksOf(record));
  });

  function linksOf(record: SpanRecord): Link[] {
    if (!isRoot(record)) return [];
    const root = String(record.attributes['arena.root']);
    const launch = launches.get(root);
    launches.delete(root);
    return launch ? [launch] : [];
  }

  function send(record: SpanRecord, kind: SpanKind, links: Link[]): void {
    const { traceId, spanId, parentSpanId, startedAt, endedAt, error } = record;
    const span: ReadableSpan = {
      name: record.name,
      kind: record.isCall ? SpanKind.CLIENT : kind,
      spanContext: () => contextOf(traceId, spanId),
      ...(parentSpanId === null ? {} : { parentSpanContext: contextOf(traceId, parentSpanId) }),
      startTime: timeOf(startedAt),
      endTime: timeOf(endedAt),
      duration: timeOf(Math.max(0, endedAt - startedAt)),
      status: error === null ? { code: SpanStatusCode.UNSET } : { code: SpanStatusCode.ERROR, message: error },
      attributes: record.attributes,
      links,
      events: [],
      ended: true,
      resource,
      instrumentationScope: { name: 'agent-arena', version },
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    };
    processor.onEnd(span);
  }

  return {
    launched({ name, root, traceparent, startedAt, endedAt }) {
      const own = traceOf(root);
      const [, traceId = own.traceId, parentSpanId = null] =
        /^00-([0-9a-f]{32})-([0-9a-f]{16})-/.exec(traceparent ?? '') ?? [];
      const spanId = hash('sha256', `launch ${root} ${traceparent}`).slice(0, 16);
      const attributes = { 'arena.root': root };
      launches.set(root, { context: contextOf(traceId, spanId) });
      send(
        { name, traceId, spanId, parentSpanId, isCall: false, startedAt, endedAt, error: null, attributes },
        SpanKind.SERVER,
        [{ context: contextOf(own.traceId, own.spanId) }],
      );
    },
    async close() {
      stop();
      await processor.shutdown();
    },
  };
}

function contextOf(traceId: string, spanId: string) {
  return { traceId, spanId, traceFlags: TraceFlags.SAMPLED };
}

function timeOf(milliseconds: number): HrTime {
  return [Math.floor(milliseconds / 1_000), Math.round((milliseconds % 1_000) * 1_000_000)];
}
