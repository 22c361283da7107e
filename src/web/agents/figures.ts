/** What the newest jobs say about each participant: how fast it answers, how often it had to be asked again, what it cost. Pure. */
import type { GenerateJobDocument, JobSummary } from '../../client/client.ts';

export interface Figures {
  readonly asks: number;
  readonly failed: number;
  readonly askedAgain: number;
  readonly medianMs: number | null;
  readonly slowMs: number | null;
}

export function figuresOf(jobs: readonly JobSummary[]): Map<string, Figures> {
  const byParticipant = Map.groupBy(
    jobs.filter(({ participant_id, ended_at }) => participant_id !== null && ended_at !== null),
    ({ participant_id }) => participant_id ?? '',
  );
  return new Map([...byParticipant].map(([id, own]) => [id, figures(own)]));
}

function figures(jobs: readonly JobSummary[]): Figures {
  const latencies = jobs.flatMap(({ latency_ms }) => latency_ms ?? []).sort((one, other) => one - other);
  return {
    asks: jobs.length,
    failed: jobs.filter(({ state }) => state === 'fail').length,
    askedAgain: jobs.reduce((sum, { attempts }) => sum + Math.max(0, attempts - 1), 0),
    medianMs: latencies[Math.floor((latencies.length - 1) * 0.5)] ?? null,
    slowMs: latencies[Math.floor((latencies.length - 1) * 0.95)] ?? null,
  };
}

export interface ModelFigures {
  readonly model: string;
  readonly calls: number;
  readonly failed: number;
  readonly medianMs: number | null;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number;
}

export function modelFigures(rows: readonly GenerateJobDocument[]): ModelFigures[] {
  return [...Map.groupBy(rows, ({ model }) => model)].map(([model, own]) => {
    const latencies = own.flatMap(({ latency_ms }) => latency_ms ?? []).sort((one, other) => one - other);
    const sum = (count: 'input_tokens' | 'output_tokens' | 'cost_usd') =>
      own.reduce((total, { usage }) => total + (usage?.[count] ?? 0), 0);
    return {
      model,
      calls: own.length,
      failed: own.filter(({ state }) => state === 'fail').length,
      medianMs: latencies[Math.floor((latencies.length - 1) * 0.5)] ?? null,
      inputTokens: sum('input_tokens'),
      outputTokens: sum('output_tokens'),
      costUsd: sum('cost_usd'),
    };
  });
}
