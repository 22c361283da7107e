/** To which trace each root belongs. What launched a root is on record as the cause of its first entry, and so survives a restart. */
import { rootOf } from '../actors/address.ts';
import { ownContext, readTraceparent, type TraceContext, traceparentOf } from './traceparent.ts';

export interface TraceContexts {
  /** A root begins, because of this: what is no `traceparent` says nothing. Of several that say something the first counts. */
  begun(root: string, cause: string | null | undefined): void;
  of(root: string): TraceContext;
  traceparentOf(address: string, attempt: number): string;
}

/** More roots than can be at work; the oldest are forgotten, and would go on in a trace of their own. */
const contextsMax = 50_000;

export function createTraceContexts(): TraceContexts {
  const launched = new Map<string, TraceContext>();
  const of = (root: string) => launched.get(root) ?? ownContext(root);
  return {
    of,
    traceparentOf: (address, attempt) => traceparentOf(address, attempt, of(rootOf(address))),
    begun(root, cause) {
      const context = readTraceparent(cause);
      if (context === null || launched.has(root)) return;
      launched.set(root, context);
      const [oldest] = launched.keys();
      if (launched.size > contextsMax && oldest !== undefined) launched.delete(oldest);
    },
  };
}
