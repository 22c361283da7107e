/** What the agent was sent in each attempt, as the arena derives it again from its journal; and what a model was asked in words. */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { AgentRequest, GenerateJobDocument, Json } from '../../client/client.ts';
import { usePanel } from '../panel.ts';
import { errorWords } from '../words.ts';
import { JsonText } from './json-text.tsx';

interface Properties {
  jobId: string;
  attempts: number;
  /** Who has opened it for one job reads it of the next as well. */
  isOpen: Signal<boolean>;
}

/** While one drags through time, the jobs that are passed are not asked for. */
const restMs = 120;

export function SentRequest({ jobId, attempts, isOpen }: Properties) {
  const { arena, clock } = usePanel();
  const attempt = useSignal(attempts);
  const request = useSignal<AgentRequest | null>(null);
  const generations = useSignal<readonly GenerateJobDocument[]>([]);
  const problem = useSignal<string | null>(null);

  useEffect(() => {
    if (!isOpen.value || attempts === 0) return;
    let isCurrent = true;
    problem.value = null;
    const read = () => {
      arena.jobs.request(jobId, attempt.value).then(
        (sent) => {
          if (isCurrent) request.value = sent;
        },
        (error: unknown) => {
          if (isCurrent) problem.value = errorWords(error);
        },
      );
      // An arena without agents of its own knows of no generations.
      arena.generations.list({ job_id: jobId }).then(
        (made) => {
          if (isCurrent) generations.value = made;
        },
        () => undefined,
      );
    };
    const forget = clock.after(restMs, read);
    return () => {
      isCurrent = false;
      forget();
    };
  }, [isOpen.value, attempt.value, attempts]);

  return (
    <section>
      <details
        open={isOpen.value}
        onToggle={(event) => {
          isOpen.value = event.currentTarget.open;
        }}
      >
        <summary>
          <h3>What was sent</h3>
        </summary>
        {attempts > 1 && (
          <label class="choice">
            Attempt{' '}
            <select
              value={attempt.value}
              onChange={(event) => {
                attempt.value = Number(event.currentTarget.value);
              }}
            >
              {Array.from({ length: attempts }, (_, index) => (
                <option key={index} value={index + 1}>
                  {index + 1}
                </option>
              ))}
            </select>
          </label>
        )}
        {problem.value !== null && <p class="bad">{problem.value}</p>}
        {generations.value.map(({ id, model, system, prompt }) => (
          <div key={id}>
            <p class="quiet">In words, to {model}:</p>
            <pre class="raw" tabIndex={0}>
              {system === null ? prompt : `${system}\n\n${prompt}`}
            </pre>
          </div>
        ))}
        {request.value && <JsonText value={request.value as unknown as Json} />}
        {attempts === 0 && <p class="quiet">Nothing was sent yet.</p>}
      </details>
    </section>
  );
}
