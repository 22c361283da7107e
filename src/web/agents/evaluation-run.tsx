/** One run of evaluations as a table: a row for each model, and below it one for each type of prompt that it was given. */
import { useSignal } from '@preact/signals';
import { Fragment } from 'preact';
import { useEffect } from 'preact/hooks';
import type { EvaluationReport } from '../../client/client.ts';
import { usePanel } from '../panel.ts';
import { askWords, costWords, dateWords, durationWords, errorWords, numberWords, shareWords } from '../words.ts';
import { EvaluationAnswers } from './evaluation-answers.tsx';

type Summed = Omit<EvaluationReport['models'][number], 'model'>;

const columns: readonly { readonly name: string; readonly of: (row: Summed) => string }[] = [
  { name: 'Mark', of: ({ mark }) => (mark === null ? '–' : mark.toFixed(1)) },
  { name: 'Readable', of: ({ readable }) => shareWords(readable) },
  { name: 'In shape', of: ({ shaped }) => shareWords(shaped) },
  { name: 'Legal', of: ({ legal }) => shareWords(legal) },
  {
    name: 'Answers',
    of: ({ answers, ended }) => (ended === answers ? numberWords(answers) : `${ended} of ${answers}`),
  },
  { name: 'Failed', of: ({ failed }) => numberWords(failed) },
  { name: 'Median', of: ({ latency_ms: latency }) => durationWords(latency) },
  { name: 'Cost', of: ({ cost_usd: cost }) => costWords(cost) },
];

const refreshMs = 2_000;

export function EvaluationRun({ run }: { run: string }) {
  const { arena, clock } = usePanel();
  const report = useSignal<EvaluationReport | null>(null);
  const problem = useSignal<string | null>(null);

  // A run that is under way is looked at again and again.
  useEffect(() => {
    let forget = () => {};
    let isShown = true;
    const look = async () => {
      try {
        const found = await arena.evaluations.report(run);
        if (!isShown) return;
        report.value = found;
        if (found.state === 'running') forget = clock.after(refreshMs, () => void look());
      } catch (error) {
        problem.value = errorWords(error);
      }
    };
    void look();
    return () => {
      isShown = false;
      forget();
    };
  }, [run]);

  const found = report.value;
  if (problem.value !== null) return <p class="notice bad">{problem.value}</p>;
  if (found === null) return <p class="quiet">Reading {run}…</p>;
  return (
    <section class="evaluation" aria-labelledby={`run-${run}`}>
      <h3 id={`run-${run}`}>
        <code>{run}</code>
      </h3>
      <p class="quiet">
        {dateWords(found.created_at)},{' '}
        {found.judge_model === null ? 'marked by nobody' : `marked from 0 to 10 by ${found.judge_model}`}
        {found.state === 'running' && ', still under way'}
      </p>
      <div class="scroll" tabIndex={0} role="region" aria-label={`What ${run} comes to`}>
        <table>
          <thead>
            <tr>
              <th scope="col">Model and prompt</th>
              {columns.map(({ name }) => (
                <th key={name} scope="col" class="figure">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {found.models.map((row) => (
              <Fragment key={row.model}>
                <ResultRow name={row.model} row={row} />
                {found.prompt_types
                  .filter(({ model }) => model === row.model)
                  .map((part) => (
                    <ResultRow key={part.prompt_type} name={askWords('prompt', part.prompt_type)} row={part} isPart />
                  ))}
              </Fragment>
            ))}
          </tbody>
        </table>
      </div>
      <EvaluationAnswers run={run} />
    </section>
  );
}

function ResultRow({ name, row, isPart = false }: { name: string; row: Summed; isPart?: boolean }) {
  return (
    <tr class={isPart ? 'part' : undefined}>
      <th scope="row">{name}</th>
      {columns.map((column) => (
        <td key={column.name} class={column.name === 'Failed' && row.failed > 0 ? 'figure bad' : 'figure'}>
          {column.of(row)}
        </td>
      ))}
    </tr>
  );
}
