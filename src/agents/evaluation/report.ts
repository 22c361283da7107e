/** What a run of evaluations comes to: per model, and per model and prompt type. Pure. */
import type { EvaluationDocument, EvaluationReport } from '../../protocol/evaluation.ts';

type Summed = Omit<EvaluationReport['models'][number], 'model'>;

/**
 * The rows of one run, of which there is at least one. Best mark first, then most legal; where the judge model gave a model with readable
 * answers no mark, marks do not count.
 */
export function reportOf(run: string, rows: readonly EvaluationDocument[]): EvaluationReport {
  const byModel = Map.groupBy(rows, ({ model }) => model);
  const models = [...byModel].map(([model, own]) => ({ model, ...summed(own) }));
  const areMarked = models.every(({ mark, readable }) => mark !== null || !readable);
  const byMark = (one: Summed, other: Summed) => (areMarked ? order(other.mark, one.mark) : 0);
  models.sort((a, b) => byMark(a, b) || order(b.legal, a.legal) || order(b.shaped, a.shaped));
  const prompt_types = models.flatMap(({ model }) =>
    [...Map.groupBy(byModel.get(model) ?? [], ({ prompt_type }) => prompt_type)].map(([prompt_type, own]) => ({
      model,
      prompt_type,
      ...summed(own),
    })),
  );
  return {
    run,
    state: rows.every(hasEnded) ? 'complete' : 'running',
    judge_model: rows[0]?.judge_model ?? null,
    created_at: Math.min(...rows.map((row) => row.created_at)),
    models,
    prompt_types,
  };
}

function order(a: number | null, b: number | null): number {
  return (a ?? -1) - (b ?? -1);
}

export function hasEnded({ ended_at }: Pick<EvaluationDocument, 'ended_at'>): boolean {
  return ended_at !== null;
}

function summed(rows: readonly EvaluationDocument[]): Summed {
  const ended = rows.filter(hasEnded);
  return {
    answers: rows.length,
    ended: ended.length,
    failed: ended.filter(({ state }) => state !== 'complete').length,
    readable: share(ended.map(({ readable }) => readable)),
    shaped: share(ended.map(({ shaped }) => shaped)),
    legal: share(ended.map(({ legal }) => legal)),
    mark: mean(known(ended.map(({ mark }) => mark))),
    cost_usd: sum(known(rows.map((row) => row.cost_usd))),
    input_tokens: sum(known(rows.map((row) => row.input_tokens))) ?? 0,
    output_tokens: sum(known(rows.map((row) => row.output_tokens))) ?? 0,
    latency_ms: median(known(rows.map((row) => row.latency_ms))),
  };
}

function known<Value>(values: readonly (Value | null)[]): Value[] {
  return values.filter((value) => value !== null);
}

function share(values: readonly (boolean | null)[]): number | null {
  return mean(known(values).map(Number));
}

function mean(values: readonly number[]): number | null {
  const total = sum(values);
  return total === null ? null : total / values.length;
}

function sum(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((total, value) => total + value, 0);
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return mean(sorted.slice(Math.floor((sorted.length - 1) / 2), Math.floor(sorted.length / 2) + 1));
}
