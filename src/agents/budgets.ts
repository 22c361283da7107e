/**
 * Whether a generation may still be paid for: what its agent and its contest have used up is summed up before it begins, from the table of
 * this host and from what the other hosts say that theirs come to.
 */
import type { Spending } from '../protocol/generate-jobs.ts';
import type { Spent } from '../protocol/host-messages.ts';
import type { GenerationSpec, RefusedGeneration } from './generation/state.ts';

/** Null for as much as they like. */
export interface Budget {
  readonly tokens: number | null;
  readonly usd: number | null;
}

export interface Budgets {
  readonly agent: Budget;
  readonly contest: Budget;
}

export type Overspent = (
  spec: Pick<GenerationSpec, 'agent_id' | 'contest_id'>,
  elsewhere: readonly Spent[],
) => Promise<RefusedGeneration | null>;

interface SpendingTable {
  spent(by: { agent_id: string } | { contest_id: string }): Promise<Spending>;
}

/**
 * Calls that are under way are not in the sum: with several at once, a budget can be exceeded by what those cost. It ends what would
 * come after.
 */
export function createBudgets(budgets: Budgets, table: SpendingTable): Overspent {
  return async ({ agent_id: agentId, contest_id: contestId }, elsewhere) => {
    if (agentId !== null && isLimited(budgets.agent)) {
      const spent = sum([await table.spent({ agent_id: agentId }), ...elsewhere.map(({ agent }) => agent)]);
      const problem = problemOf(spent, budgets.agent, `the agent ${agentId}`);
      if (problem) return problem;
    }
    if (contestId !== null && isLimited(budgets.contest)) {
      const spent = sum([await table.spent({ contest_id: contestId }), ...elsewhere.map(({ contest }) => contest)]);
      return problemOf(spent, budgets.contest, `the contest ${contestId}`);
    }
    return null;
  };
}

/** Whether anybody has to be asked what was spent. */
export function areLimited({ agent, contest }: Budgets): boolean {
  return isLimited(agent) || isLimited(contest);
}

export const nothingSpent: Spending = { tokens: 0, cost_usd: 0 };

function sum(all: readonly Spending[]): Spending {
  return all.reduce(
    (total, { tokens, cost_usd }) => ({ tokens: total.tokens + tokens, cost_usd: total.cost_usd + cost_usd }),
    nothingSpent,
  );
}

function isLimited({ tokens, usd }: Budget): boolean {
  return tokens !== null || usd !== null;
}

function problemOf(spent: Spending, { tokens, usd }: Budget, whose: string): RefusedGeneration | null {
  if (tokens !== null && spent.tokens >= tokens)
    return refusal(`the budget of ${whose} is used up: ${spent.tokens} of ${tokens} tokens`);
  if (usd !== null && spent.cost_usd >= usd)
    return refusal(`the budget of ${whose} is used up: ${spent.cost_usd.toFixed(4)} of ${usd} USD`);
  return null;
}

function refusal(message: string): RefusedGeneration {
  return { kind: 'budget', whose: 'agent', message };
}
