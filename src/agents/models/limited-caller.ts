/** Limits at each provider, per process: calls in flight, and calls begun in a minute. Whoever comes over them waits for its turn. */
import PQueue from 'p-queue';
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
}

interface Place {
  readonly queue: PQueue;
  /** Of the newest calls, weighted by their age. */
  usualMs: number | null;
}

/** The weight of the newest call in what is usual. */
const newestWeight = 0.3;
const minuteMs = 60_000;

export function createLimitedCaller(options: LimitedCallerOptions): LimitedCaller {
  const places = new Map<string, Place>();

  function placeFor(model: CalledModel): Place {
    const name = options.placeOf(model);
    const known = places.get(name);
    if (known) return known;
    const { inFlightMax, perMinuteMax } = options.limitsOf(model);
    const rate = perMinuteMax === null ? {} : { interval: minuteMs, intervalCap: perMinuteMax };
    const place: Place = { queue: new PQueue({ concurrency: inFlightMax, ...rate }), usualMs: null };
    places.set(name, place);
    return place;
  }

  async function callNow(place: Place, call: ModelCall): Promise<ModelOutcome> {
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
      const before = Math.floor(place.queue.size / place.queue.concurrency);
      return Math.round((place.usualMs ?? 0) * (before + 1));
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
