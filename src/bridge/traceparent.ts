/** Names requests for tracing, as the W3C's Trace Context has it: one trace for each root, one span for each attempt of a job. */
import { hash } from 'node:crypto';
import { lastSegment, rootOf } from '../actors/address.ts';

/** The value of `traceparent`: derived, so that a request that is sent again, or after a restart, keeps its place in the trace. */
export function traceparentOf(address: string, attempt: number): string {
  const trace = hash('sha256', rootOf(address)).slice(0, 32);
  const span = hash('sha256', `${lastSegment(address)} ${attempt}`).slice(0, 16);
  return `00-${trace}-${span}-01`;
}
