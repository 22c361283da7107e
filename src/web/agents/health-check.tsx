/** How well a participant was when it was asked the last time, and asking it now. */
import { useSignal } from '@preact/signals';
import type { JobSummary } from '../../client/client.ts';
import { usePanel } from '../panel.ts';
import { Said } from '../said.tsx';
import { dateWords, errorWords } from '../words.ts';

interface Answer {
  readonly isWell: boolean;
  readonly words: string;
}

interface Properties {
  participantId: string;
  name: string;
  /** The newest check that has ended. */
  known: JobSummary | null;
}

const waitMs = 6_000;

export function HealthCheck({ participantId, name, known }: Properties) {
  const { arena } = usePanel();
  const said = useSignal<Answer | null>(null);
  const isAsking = useSignal(false);
  const ask = async () => {
    if (isAsking.value) return;
    isAsking.value = true;
    try {
      const { job_id } = await arena.participants.verify(participantId);
      const { state, message } = await arena.jobs.get(job_id, waitMs);
      said.value = { isWell: state === 'complete', words: state === 'complete' ? 'well' : message || 'no answer' };
    } catch (error) {
      said.value = { isWell: false, words: errorWords(error) };
    } finally {
      isAsking.value = false;
    }
  };
  const shown = said.value ?? saidBy(known);
  return (
    <>
      <span class="health-known">
        <span role="status" class={shown?.isWell ? 'good' : 'bad'}>
          {shown?.isWell ? shown.words : ''}
        </span>{' '}
        <button type="button" class="plain" aria-disabled={isAsking.value} onClick={() => void ask()}>
          {isAsking.value ? 'Asking…' : 'Ask'} <span class="unseen">{name} whether it is well</span>
        </button>
      </span>
      {shown && !shown.isWell && (
        <span class="bad last-fault">
          <Said text={shown.words} />
        </span>
      )}
      {said.value === null && known?.ended_at != null && <small>{dateWords(known.ended_at)}</small>}
    </>
  );
}

function saidBy(known: JobSummary | null): Answer | null {
  if (known === null) return null;
  const isWell = known.state === 'complete';
  return { isWell, words: isWell ? 'well' : known.message || 'no answer' };
}
