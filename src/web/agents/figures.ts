/** What the newest jobs and generations say: how fast each answers, how often it had to be asked again, what it cost. Pure. */
import type { GenerateJobDocument, JobSummary } from '../../client/client.ts';

export interface Figures {
  readonly asks: number;
  readonly failed: number;
  readonly askedAgain: number;
  readonly medianMs: number | null;
  readonly slowMs: number | null;
  /** As it has said itself; null where it has said nothing. */
  readonly costUsd: number | null;
  /** The newest that had to be asked again, or failed. */
  readonly lastFault: JobSummary | null;
}

/** By participant; the newest job comes first. */
export function figuresOf(jobs: readonly JobSummary[]): Map<string, Figures> {
  const ended = jobs.filter(({ ended_at }) => ended_at !== null);
  return new Map([...byParticipant(ended)].map(([id, own]) => [id, figures(own)]));
}

function figures(jobs: readonly JobSummary[]): Figures {
  const latencies = sorted(jobs);
  return {
    asks: jobs.length,
    failed: jobs.filter(({ state }) => state === 'fail').length,
    askedAgain: jobs.reduce((sum, { attempts }) => sum + Math.max(0, attempts - 1), 0),
    medianMs: quantile(latencies, 0.5),
    slowMs: quantile(latencies, 0.95),
    costUsd: usageSum(jobs, 'cost_usd'),
    lastFault: jobs.find(({ state, attempts }) => state === 'fail' || attempts > 1) ?? null,
  };
}

export interface Spent {
  readonly calls: number;
  readonly failed: number;
  readonly medianMs: number | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** Null where no price is known. */
  readonly costUsd: number | null;
}

export function spentByModel(rows: readonly GenerateJobDocument[]): Map<string, Spent> {
  return new Map([...Map.groupBy(rows, ({ model }) => model)].map(([model, own]) => [model, spent(own)]));
}

export function spentByParticipant(rows: readonly GenerateJobDocument[]): Map<string, Spent> {
  return new Map([...byParticipant(rows)].map(([id, own]) => [id, spent(own)]));
}

function spent(rows: readonly GenerateJobDocument[]): Spent {
  return {
    calls: rows.length,
    failed: rows.filter(({ state }) => state === 'fail').length,
    medianMs: quantile(sorted(rows), 0.5),
    inputTokens: usageSum(rows, 'input_tokens'),
    outputTokens: usageSum(rows, 'output_tokens'),
    costUsd: usageSum(rows, 'cost_usd'),
  };
}

type Count = 'input_tokens' | 'output_tokens' | 'cost_usd';

/** Null where nothing is known. */
function usageSum(
  rows: readonly { readonly usage: { readonly [count in Count]?: number | null } | null }[],
  count: Count,
): number | null {
  const known = rows.flatMap(({ usage }) => usage?.[count] ?? []);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}

function byParticipant<Row extends { participant_id: string | null }>(rows: readonly Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    if (row.participant_id === null) continue;
    const known = groups.get(row.participant_id);
    if (known) known.push(row);
    else groups.set(row.participant_id, [row]);
  }
  return groups;
}

function sorted(rows: readonly { latency_ms: number | null }[]): number[] {
  return rows.flatMap(({ latency_ms }) => latency_ms ?? []).sort((one, other) => one - other);
}

function quantile(values: readonly number[], share: number): number | null {
  return values[Math.floor((values.length - 1) * share)] ?? null;
}
