/** Limits at each provider, per process: calls in flight, and calls begun in a minute. Whoever comes over them waits for its turn. */
import PQueue from 'p-queue';
import type { Clock } from '../../actors/runtime/ports.ts';
import type { CalledModel, ModelCall, ModelCaller, ModelOutcome } from './model-caller.ts';

export interface ProviderLimits {
  readonly inFlightMax: number;
  /** Null for any number. */
  readonly perMinuteMax: number | null;
}

/** Unlike others it rejects with the reason of a signal that is aborted. */
export interface LimitedCaller extends ModelCaller {
  /** How long a call to this model made now would take until its end, in milliseconds, going by the newest ones; 0 while there are none. */
  expectedMs(model: CalledModel): number;
  /** Begins none of those that wait: their callers are refused with an `AbortError`. */
  close(): void;
}

export interface LimitedCallerOptions {
  readonly caller: ModelCaller;
  /** Calls of the same place share its limits. */
  readonly placeOf: (model: CalledModel) => string;
  readonly limitsOf: (model: CalledModel) => ProviderLimits;
  readonly clock: Clock;
}

interface Place {
  readonly queue: PQueue;
  readonly perMinuteMax: number | null;
  /** When the newest calls were begun, oldest first: as many as may be begun in a minute. */
  readonly begun: number[];
  /** Of the newest calls, weighted by their age. */
  usualMs: number | null;
}

/** The weight of the newest call in what is usual. */
const newestWeight = 0.3;
const minuteMs = 60_000;

export function createLimitedCaller(options: LimitedCallerOptions): LimitedCaller {
  const { clock } = options;
  const places = new Map<string, Place>();

  function placeFor(model: CalledModel): Place {
    const name = options.placeOf(model);
    const known = places.get(name);
    if (known) return known;
    const { inFlightMax, perMinuteMax } = options.limitsOf(model);
    // Strict: in any minute, not in each minute of the clock.
    const rate = perMinuteMax === null ? {} : { interval: minuteMs, intervalCap: perMinuteMax, strict: true };
    const queue = new PQueue({ concurrency: inFlightMax, ...rate });
    const place: Place = { queue, perMinuteMax, begun: [], usualMs: null };
    places.set(name, place);
    return place;
  }

  async function callNow(place: Place, call: ModelCall): Promise<ModelOutcome> {
    if (place.perMinuteMax !== null) {
      place.begun.push(clock.now());
      if (place.begun.length > place.perMinuteMax) place.begun.shift();
    }
    const outcome = await options.caller.call(call);
    if (outcome.kind === 'answer') {
      const { latencyMs } = outcome.answer;
      place.usualMs = place.usualMs === null ? latencyMs : place.usualMs + newestWeight * (latencyMs - place.usualMs);
    }
    return outcome;
  }

  return {
    async call(call) {
      const place = placeFor(call.model);
      // One that is given up leaves the queue, and takes nobody's turn.
      return place.queue.add(() => callNow(place, call), call.signal ? { signal: call.signal } : {});
    },
    expectedMs(model) {
      const place = placeFor(model);
      const usualMs = place.usualMs ?? 0;
      const turnMs = usualMs * Math.floor(place.queue.size / place.queue.concurrency);
      return Math.round(Math.max(turnMs, rateWaitMs(place, clock.now())) + usualMs);
    },
    close() {
      for (const { queue } of places.values()) {
        queue.pause();
        // Its timer for the next minute would keep the process alive.
        queue.clear();
      }
    },
  };
}

/** How long the limit of calls in a minute holds up one that is made now, behind those that wait. */
function rateWaitMs({ queue, perMinuteMax, begun }: Place, now: number): number {
  if (perMinuteMax === null) return 0;
  const recent = begun.filter((at) => at > now - minuteMs);
  const ahead = recent.length + queue.size - perMinuteMax;
  if (ahead < 0) return 0;
  // It follows a minute after the one that is so many before it; of those that wait, some can begin at once.
  const followed = recent[ahead % perMinuteMax] ?? now;
  return followed + minuteMs * (Math.floor(ahead / perMinuteMax) + 1) - now;
}
