/** The answers of a run one by one: what the model wrote, how it was scored, and why. Read when they are asked for. */
import { useSignal } from '@preact/signals';
import type { EvaluationDocument } from '../../client/client.ts';
import { usePanel } from '../panel.ts';
import { linkTo } from '../route.ts';
import { askWords, durationWords, errorWords, plural, roundName } from '../words.ts';

const rowsMax = 1_000;
const rowsAtFirst = 20;

export function EvaluationAnswers({ run }: { run: string }) {
  const { arena } = usePanel();
  const rows = useSignal<readonly EvaluationDocument[] | null>(null);
  const problem = useSignal<string | null>(null);
  const count = useSignal(rowsAtFirst);
  const read = async () => {
    try {
      rows.value = await arena.evaluations.list({ run, limit: rowsMax });
    } catch (error) {
      problem.value = errorWords(error);
    }
  };
  const all = rows.value ?? [];
  return (
    <details
      onToggle={(event) => {
        if (event.currentTarget.open && rows.value === null) void read();
      }}
    >
      <summary>Answers and reasons</summary>
      {problem.value && <p class="bad">{problem.value}</p>}
      {all.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label={`Answers of ${run}`}>
          <table class="answers">
            <thead>
              <tr>
                <th scope="col">Asked</th>
                <th scope="col">Model</th>
                <th scope="col">Answer</th>
                <th scope="col" class="figure">
                  Mark
                </th>
                <th scope="col">Scored</th>
                <th scope="col" class="figure">
                  Latency
                </th>
              </tr>
            </thead>
            <tbody>
              {all.slice(0, count.value).map((row) => (
                <AnswerRow key={row.id} row={row} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {all.length > count.value && (
        <button type="button" class="plain" onClick={() => (count.value += 100)}>
          Show {plural(Math.min(100, all.length - count.value), 'more answer')}
        </button>
      )}
    </details>
  );
}

function AnswerRow({ row }: { row: EvaluationDocument }) {
  const { prompt_type, contest_id, job_id, round_no, model, answer, message, mark, reason, latency_ms } = row;
  const asked = askWords('prompt', prompt_type);
  return (
    <tr>
      <td>
        {contest_id === null || job_id === null ? asked : <a href={linkTo.inspect(contest_id, job_id)}>{asked}</a>}
        {round_no !== null && <small>{roundName(round_no)}</small>}
      </td>
      <td>{model}</td>
      <td class="answer" dir="auto">
        {answer ?? <span class="bad">{message || row.state}</span>}
      </td>
      <td class="figure">{mark ?? '–'}</td>
      <td>
        {verdictOf(row)}
        {reason && <small dir="auto">{reason}</small>}
      </td>
      <td class="figure">{durationWords(latency_ms)}</td>
    </tr>
  );
}

const scores = [
  ['readable', 'not readable'],
  ['shaped', 'not in shape'],
  ['legal', 'not legal'],
] as const;

function verdictOf(row: EvaluationDocument) {
  const [, words] = scores.find(([name]) => row[name] === false) ?? [];
  if (words !== undefined) return <span class="bad">{words}</span>;
  return row.readable === null ? '–' : <span class="good">as asked for</span>;
}
