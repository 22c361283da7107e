/** Evaluations: the newest runs, each with what every model came to in it. Nothing is shown where the arena has none. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { usePanel } from '../panel.ts';
import { errorWords } from '../words.ts';
import { EvaluationRun } from './evaluation-run.tsx';

const runsAtOnce = 3;

export function Evaluations() {
  const { arena } = usePanel();
  const runs = useSignal<readonly string[]>([]);
  const problem = useSignal<string | null>(null);
  const hasMore = useSignal(false);

  /** One more is asked for than is shown, to know whether there are any. */
  const showMore = async () => {
    try {
      const offset = runs.value.length;
      const found = await arena.evaluations.runs({ order: 'newest', limit: runsAtOnce + 1, offset });
      const earlier = found.slice(0, runsAtOnce).map(({ run }) => run);
      // A run that began meanwhile moves the others on.
      runs.value = [...new Set([...runs.value, ...earlier])];
      hasMore.value = found.length > runsAtOnce;
      problem.value = null;
    } catch (error) {
      problem.value = errorWords(error);
    }
  };
  useEffect(() => void showMore(), [arena]);
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
      {runs.value.map((run) => (
        <EvaluationRun key={run} run={run} />
      ))}
      {hasMore.value && (
        <button type="button" class="plain" onClick={() => void showMore()}>
          Show earlier runs
        </button>
      )}
    </>
  );
}
