/** Asks the agent the same once more, outside of the contest: nothing of its answer counts. */
import { useSignal } from '@preact/signals';
import { type AgentAsk, type AgentResponse, type Client, ClientError, type Json } from '../../client/client.ts';
import { pauseByTimer } from '../../client/pause.ts';
import { usePanel } from '../panel.ts';
import { errorWords } from '../words.ts';
import { JsonText } from './json-text.tsx';

export function SendAgain({ jobId, participantId }: { jobId: string; participantId: string }) {
  const { arena } = usePanel();
  const answer = useSignal<AgentResponse | null>(null);
  const problem = useSignal<string | null>(null);
  const isAsking = useSignal(false);

  const ask = async () => {
    if (isAsking.value) return;
    isAsking.value = true;
    answer.value = null;
    problem.value = null;
    try {
      const { job_id: _known, deadline: _over, ...request } = await arena.jobs.request(jobId);
      answer.value = await askUntilDone(arena, participantId, request as AgentAsk);
    } catch (error) {
      problem.value = wordsOf(error);
    } finally {
      isAsking.value = false;
    }
  };

  return (
    <section class="again">
      <button type="button" aria-disabled={isAsking.value} onClick={() => void ask()}>
        {isAsking.value ? 'Asking…' : 'Send again'}
      </button>
      <span class="hint">The same request once more; the contest does not hear the answer.</span>
      <div role="status">
        {problem.value !== null && <p class="bad">{problem.value}</p>}
        {answer.value !== null && (
          <>
            <p>This time the agent says {answer.value.state}.</p>
            <JsonText value={(answer.value.data ?? answer.value.message ?? null) as Json} />
          </>
        )}
      </div>
    </section>
  );
}

/** An agent that needs its time says pending, and is asked for the same answer again. */
async function askUntilDone(arena: Client, participantId: string, request: AgentAsk): Promise<AgentResponse> {
  const { signal } = new AbortController();
  let said = await arena.participants.ask(participantId, request);
  while (said.state === 'pending' && said.job_id !== undefined) {
    await pauseByTimer(Math.max(200, said.delay ?? 1_000), signal);
    said = await arena.participants.ask(participantId, { ...request, job_id: said.job_id });
  }
  return said;
}

function wordsOf(error: unknown): string {
  if (error instanceof ClientError && error.status === 404)
    return 'This arena does not host the agent; it can be asked again with: arena agent replay';
  return errorWords(error);
}
