/** The appends of a root that are on their way to the disk, and what waits until there is none. */
export interface PendingCommits {
  begun(): void;
  /** One append less is on its way; with the last one goes what waited for it. */
  ended(): void;
  areNone(): boolean;
  /** At once where nothing is on its way. */
  whenNone(callback: () => void): void;
}

export function createPendingCommits(): PendingCommits {
  let pending = 0;
  const waiting: (() => void)[] = [];

  return {
    begun() {
      pending += 1;
    },
    ended() {
      pending -= 1;
      if (pending === 0) for (const callback of waiting.splice(0)) callback();
    },
    areNone: () => pending === 0,
    whenNone(callback) {
      if (pending === 0) callback();
      else waiting.push(callback);
    },
  };
}
