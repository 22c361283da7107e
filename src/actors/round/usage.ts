/** What asking a seat has cost, added up over all that it was asked. */
import type { Usage } from '../../protocol/messages.ts';

export const usageCounts = ['input_tokens', 'output_tokens', 'cost_usd'] as const;

/** The model is the one that was asked last. Null when neither says anything. */
export function addUsage(before: Usage | null, more: Usage | null): Usage | null {
  if (!before || !more) return more ?? before;
  const sums = usageCounts.flatMap((count) => {
    const counted = [before[count], more[count]].filter((amount) => amount !== undefined);
    return counted.length > 0 ? [[count, counted.reduce((sum, amount) => sum + amount, 0)] as const] : [];
  });
  return { ...before, ...more, ...Object.fromEntries(sums) };
}
