/** What a run of evaluations comes to, as Markdown, for people. */
import type { EvaluationReport } from '../protocol/evaluation.ts';
import { document, inline, section, table } from './markdown.ts';

const figures = ['Answers', 'Failed', 'Readable', 'Shaped', 'Legal', 'Mark', 'Cost in USD', 'Median ms'];

export function evaluationMarkdown(report: EvaluationReport): string {
  const { run, state, judge_model: judge, models, prompt_types: types } = report;
  return document([
    `# Evaluation ${run} (${state})`,
    judge === null ? 'Nobody marked the answers.' : `The answers were marked by ${inline(judge)}, from 0 to 10.`,
    table(
      ['Model', ...figures],
      models.map((row) => [row.model, ...figuresOf(row)]),
    ),
    ...section(
      '## By prompt type',
      table(
        ['Model', 'Prompt', ...figures],
        types.map((row) => [row.model, row.prompt_type, ...figuresOf(row)]),
      ),
    ),
  ]);
}

function figuresOf(row: Omit<EvaluationReport['models'][number], 'model'>): string[] {
  return [
    row.ended === row.answers ? String(row.answers) : `${row.ended} of ${row.answers}`,
    String(row.failed),
    percent(row.readable),
    percent(row.shaped),
    percent(row.legal),
    row.mark === null ? '–' : row.mark.toFixed(1),
    row.cost_usd === null ? '–' : row.cost_usd.toFixed(6),
    row.latency_ms === null ? '–' : String(Math.round(row.latency_ms)),
  ];
}

function percent(share: number | null): string {
  return share === null ? '–' : `${Math.round(100 * share)} %`;
}
