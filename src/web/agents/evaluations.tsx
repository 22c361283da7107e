/** Evaluations: the newest runs, each with what every model came to in it. Nothing is shown where the arena has none. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { usePanel } from '../panel.ts';
import { errorWords } from '../words.ts';
import { EvaluationRun } from './evaluation-run.tsx';

const rowsLookedAt = 1_000;
const runsAtFirst = 3;

export function Evaluations() {
  const { arena } = usePanel();
  const runs = useSignal<readonly string[]>([]);
  const problem = useSignal<string | null>(null);
  const count = useSignal(runsAtFirst);
  useEffect(() => {
    arena.evaluations.list({ order: 'newest', limit: rowsLookedAt }).then(
      (rows) => {
        runs.value = [...new Set(rows.map(({ run }) => run))];
      },
      (error: unknown) => {
        problem.value = errorWords(error);
      },
    );
  }, [arena]);
  return (
    <>
      <h2>Evaluations</h2>
      {problem.value && (
        <p class="notice bad" role="alert">
          {problem.value}
        </p>
      )}
      {runs.value.length === 0 && (
        <p class="quiet">
          The requests of a contest can be put to several models, and each answer scored: <code>arena eval run</code>{' '}
          does it, or <code>POST /api/evaluation</code>.
        </p>
      )}
      {runs.value.slice(0, count.value).map((run) => (
        <EvaluationRun key={run} run={run} />
      ))}
      {runs.value.length > count.value && (
        <button type="button" class="plain" onClick={() => (count.value += runsAtFirst)}>
          Show earlier runs
        </button>
      )}
    </>
  );
}
