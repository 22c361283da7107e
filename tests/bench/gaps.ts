/**
 * What happens between the agents' last answer of a step and the first request of the next step, as the agents see it: the time
 * that whoever asks needs to take an answer, keep it and go on, with the way over the bus.
 */
export interface Gaps {
  asked(group: string, kind: string): void;
  answered(group: string): void;
  /** All gaps in milliseconds since the last call. */
  take(): number[];
}

export function createGaps(): Gaps {
  const last = new Map<string, { kind: string; answeredAt: number }>();
  let gaps: number[] = [];
  return {
    asked(group, kind) {
      const before = last.get(group);
      if (before?.kind === kind) return;
      if (before) gaps.push(performance.now() - before.answeredAt);
      last.set(group, { kind, answeredAt: Number.NaN });
    },
    answered(group) {
      const now = last.get(group);
      if (now) now.answeredAt = performance.now();
    },
    take() {
      const taken = gaps.filter((gap) => !Number.isNaN(gap));
      gaps = [];
      last.clear();
      return taken;
    },
  };
}

/** The value below which a share of the sorted values lies; null without values. */
export function percentile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5) ?? 0;
}
