/** Waiting for jobs to end: told by the feed of what is committed, without asking again and again. */
import { lastSegment } from './address.ts';
import { plansOf } from './job/children.ts';
import { idsIn } from './job/plan.ts';
import { type ExistingJob, isFinalJob, type JobState } from './job/state.ts';
import type { Feed } from './runtime/feed.ts';
import type { Clock } from './runtime/ports.ts';

export interface Endings {
  /** Waits, from now on, for the job to end; `over` resolves then, when the time is over, or when the signal is aborted. */
  await(id: string, waitMs: number, signal?: AbortSignal): { readonly over: Promise<void>; stop(): void };
}

export function createEndings(feed: Pick<Feed, 'listen'>, clock: Clock): Endings {
  const waiting = new Map<string, Set<() => void>>();

  feed.listen((entries) => {
    if (waiting.size === 0) return;
    for (const { kind, stream, state } of entries) {
      if (kind !== 'job' || !state) continue;
      const job = state as JobState;
      if (!isFinalJob(job)) continue;
      for (const id of [lastSegment(stream), ...neverBegun(job)]) for (const end of [...(waiting.get(id) ?? [])]) end();
    }
  });

  return {
    await(id, waitMs, signal) {
      const { promise: over, resolve } = Promise.withResolvers<void>();
      const others = waiting.get(id) ?? new Set();
      const stop = () => {
        cancel();
        signal?.removeEventListener('abort', stop);
        others.delete(stop);
        if (others.size === 0 && waiting.get(id) === others) waiting.delete(id);
        resolve();
      };
      const cancel = clock.after(waitMs, stop);
      waiting.set(id, others.add(stop));
      signal?.addEventListener('abort', stop);
      if (signal?.aborted) stop();
      return { over, stop };
    },
  };
}

/** What a batch had planned and will not begin any more has ended with it, without an entry of its own. */
function neverBegun({ spec: { task }, children }: ExistingJob): string[] {
  if (children.begun === children.count) return [];
  return plansOf(task)
    .slice(children.begun)
    .flatMap(({ id, spec }) => idsIn(id, spec));
}
