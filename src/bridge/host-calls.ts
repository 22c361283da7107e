/** Calls to hosts: each waits for a slot, holds it while it is in flight, and can be withdrawn. What is said is its caller's. */
import type { TurnRequest } from '../actors/job/state.ts';
import { createHostSlots, type SlotLimits } from './host-slots.ts';

export interface HostCalls {
  /** Asks for a slot for a job, which has no other call any more. */
  ask(request: TurnRequest, url: string, granted: () => void): void;
  /** Makes a job's call: `work` never rejects, and ends early when its signal says so. */
  make(job: string, url: string, work: (signal: AbortSignal) => Promise<void>): void;
  /** Ends what the job has in flight, and gives its slot back. */
  withdraw(job: string): void;
  /** Gives slots from now on. */
  start(): void;
  stats(): { inFlight: number; waiting: number };
}

export function createHostCalls(limits: SlotLimits): HostCalls {
  const slots = createHostSlots(limits);
  const inFlight = new Map<string, AbortController>();

  function abort(job: string): void {
    inFlight.get(job)?.abort();
    inFlight.delete(job);
  }

  async function carryOut(job: string, url: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    abort(job);
    const controller = new AbortController();
    inFlight.set(job, controller);
    slots.take(job, hostOf(url));
    await work(controller.signal);
    if (inFlight.get(job) !== controller) return;
    inFlight.delete(job);
    slots.free(job);
  }

  return {
    ask({ job_id: job, priority, since }, url, granted) {
      abort(job);
      slots.ask({ job, host: hostOf(url), priority, since, granted });
    },
    make: (job, url, work) => void carryOut(job, url, work),
    withdraw(job) {
      abort(job);
      slots.free(job);
    },
    start: slots.start,
    stats: slots.stats,
  };
}

/** What cannot be read is refused when it is called, and is one host until then. */
function hostOf(url: string): string {
  return URL.parse(url)?.host ?? '';
}
