/**
 * Sends spans to an OpenTelemetry collector, by OTLP over HTTP. Loaded only where an exporter is configured; what a span is, is
 * `spans.ts`'s. Nobody waits for it: what the collector does not take in time is dropped.
 */
import { randomBytes } from 'node:crypto';
import { type HrTime, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace';
import type { Feed } from '../actors/runtime/feed.ts';
import type { Clock } from '../actors/runtime/ports.ts';
import { readTraceparent, type TraceContext } from '../bridge/traceparent.ts';
import { createSpanReader, type SpanRecord } from './spans.ts';

/** A request over HTTP that may launch a root. */
export interface LaunchSpan {
  /** Its own: what it launches is below it. */
  readonly traceparent: string;
  /** It has launched this root, and ends now. */
  end(launch: { name: string; root: string; durationMs: number }): void;
}

export interface Traces {
  /** Goes on in the trace of the caller, by the `traceparent` that came; without one it begins a trace. */
  launching(caller: string | null): LaunchSpan;
  /** Sends what there is, and stops. */
  close(): Promise<void>;
}

interface TracesOptions {
  readonly feed: Pick<Feed, 'listen'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly version: string;
  /** To which trace a root belongs. */
  readonly contextOf: (root: string) => TraceContext;
}

/** The exporter reads its endpoint, headers and limits from the environment variables of OpenTelemetry. */
export function createTraces({ feed, clock, version, contextOf }: TracesOptions): Traces {
  const processor = new BatchSpanProcessor({ exporter: new OTLPTraceExporter() });
  const resource = resourceFromAttributes({ 'service.name': 'agent-arena', 'service.version': version });
  const spansEndedBy = createSpanReader(contextOf);
  const stop = feed.listen((entries) => {
    for (const entry of entries) {
      const spans = spansEndedBy(entry);
      if (contextOf(entry.root).isSampled) for (const span of spans) send(span);
    }
  });

  function send(record: SpanRecord, kind = record.isCall ? SpanKind.CLIENT : SpanKind.INTERNAL): void {
    const { traceId, spanId, parentSpanId, startedAt, endedAt, error } = record;
    const span: ReadableSpan = {
      name: record.name,
      kind,
      spanContext: () => spanContextOf(traceId, spanId),
      ...(parentSpanId === null ? {} : { parentSpanContext: spanContextOf(traceId, parentSpanId) }),
      startTime: timeOf(startedAt),
      endTime: timeOf(endedAt),
      duration: timeOf(Math.max(0, endedAt - startedAt)),
      status: error === null ? { code: SpanStatusCode.UNSET } : { code: SpanStatusCode.ERROR, message: error },
      attributes: record.attributes,
      links: [],
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
    launching(caller) {
      const { traceId, parentSpanId, isSampled } = readTraceparent(caller) ?? newTrace();
      const spanId = randomBytes(8).toString('hex');
      return {
        traceparent: `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`,
        end({ name, root, durationMs }) {
          if (!isSampled) return;
          const endedAt = clock.now();
          const startedAt = endedAt - Math.round(durationMs);
          const attributes = { 'arena.root': root };
          const span = { name, traceId, spanId, parentSpanId, startedAt, endedAt, attributes };
          send({ ...span, isCall: false, error: null }, SpanKind.SERVER);
        },
      };
    },
    async close() {
      stop();
      await processor.shutdown();
    },
  };
}

function newTrace(): TraceContext {
  return { traceId: randomBytes(16).toString('hex'), parentSpanId: null, isSampled: true };
}

function spanContextOf(traceId: string, spanId: string) {
  return { traceId, spanId, traceFlags: TraceFlags.SAMPLED };
}

function timeOf(milliseconds: number): HrTime {
  return [Math.floor(milliseconds / 1_000), Math.round((milliseconds % 1_000) * 1_000_000)];
}
