/** How many commands have come over the bus on a subject, how many were refused, and how long they took. */
import type { Clock } from '../actors/runtime/ports.ts';
import type { EndpointCounts } from './service.ts';

export interface CommandCounts {
  readonly counts: () => EndpointCounts;
  /** A command has come; call back with why it was refused, or null. */
  began(): (refusal: string | null) => void;
}

export function createCommandCounts(clock: Clock): CommandCounts {
  let counts: EndpointCounts = { requests: 0, errors: 0, lastError: '', processingMs: 0 };
  return {
    counts: () => counts,
    began() {
      const at = clock.now();
      return (refusal) => {
        counts = {
          requests: counts.requests + 1,
          errors: counts.errors + (refusal === null ? 0 : 1),
          lastError: refusal ?? counts.lastError,
          processingMs: counts.processingMs + clock.now() - at,
        };
      };
    },
  };
}
