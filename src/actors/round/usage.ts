/** What asking a seat has cost, added up over all that it was asked. */
import type { Usage } from '../../protocol/messages.ts';

export const usageCounts = ['input_tokens', 'output_tokens', 'cost_usd'] as const;

/** The model is the one that was asked last. Null when neither says anything. What agents say may be any number: sums stay numbers too. */
export function addUsage(before: Usage | null, more: Usage | null): Usage | null {
  if (!before || !more) return more ?? before;
  const sums = usageCounts.flatMap((count) => {
    const counted = [before[count], more[count]].filter((amount) => amount !== undefined);
    return counted.length > 0 ? [[count, bounded(counted.reduce((sum, amount) => sum + amount, 0))] as const] : [];
  });
  return { ...before, ...more, ...Object.fromEntries(sums) };
}

function bounded(sum: number): number {
  return Math.min(Math.max(sum, -Number.MAX_VALUE), Number.MAX_VALUE);
}
