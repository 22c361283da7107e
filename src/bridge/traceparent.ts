/**
 * Names requests for tracing, as the W3C's Trace Context has it: a span for each attempt of a job, in the trace of what launched its
 * root, or else in one of the root's own.
 */
import { hash } from 'node:crypto';
import { lastSegment, rootOf } from '../actors/address.ts';

/** Where the spans of a root belong. */
export interface TraceContext {
  readonly traceId: string;
  /** The span that launched the root; null where none did. */
  readonly parentSpanId: string | null;
  /** Whoever launched it wants to see its spans. */
  readonly isSampled: boolean;
}

/** The value of `traceparent`: derived, so that a request that is sent again, or after a restart, keeps its place in the trace. */
export function traceparentOf(address: string, attempt: number, context = ownContext(rootOf(address))): string {
  const span = hash('sha256', `${lastSegment(address)} ${attempt}`).slice(0, 16);
  return `00-${context.traceId}-${span}-${context.isSampled ? '01' : '00'}`;
}

/** Of a root that nobody launched within a trace. */
export function ownContext(root: string): TraceContext {
  return { traceId: hash('sha256', root).slice(0, 32), parentSpanId: null, isSampled: true };
}

/** What a `traceparent` says; null for what is none. */
export function readTraceparent(text: string | null | undefined): TraceContext | null {
  const [, traceId = '', parentSpanId = '', flags = ''] =
    /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-|$)/.exec(text ?? '') ?? [];
  if (/^0*$/.test(traceId) || /^0*$/.test(parentSpanId)) return null;
  return { traceId, parentSpanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}
