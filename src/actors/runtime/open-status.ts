/** What must be known on disk about a root at the next start: whether it is owed anything. Says so only when it has changed. */
import type { RootStatus } from './journal.ts';
import { isFinal, type LiveActors } from './live-actors.ts';

export interface OpenStatus {
  /** The status, if it is another than the one before. `goesOn`: messages follow within the root. */
  changed(goesOn: boolean): { readonly status?: RootStatus };
  isClosed(): boolean;
}

export function createOpenStatus(root: string, live: LiveActors): OpenStatus {
  let before: RootStatus | undefined;

  /** Until the last message is handled, it must be brought back after a crash: what it said is not on disk. */
  function current(goesOn: boolean): RootStatus {
    if (goesOn || live.active() > 0 || live.queued() > 0) return 'owed';
    const top = live.get(root);
    return top && isFinal(top) ? 'closed' : 'resting';
  }

  return {
    changed(goesOn) {
      const status = current(goesOn);
      if (status === before) return {};
      before = status;
      return { status };
    },
    isClosed: () => current(false) === 'closed',
  };
}
