/** Participants with their figures, and whether each is well when it is asked now. */
import { useSignal } from '@preact/signals';
import type { CatalogueItem } from '../../client/client.ts';
import { usePanel } from '../panel.ts';
import { durationWords, errorWords, numberWords } from '../words.ts';
import type { Known } from './agents-view.tsx';
import { type Figures, figuresOf } from './figures.ts';

const rowsAtFirst = 50;
const waitMs = 6_000;

export function ParticipantTable({ known, search }: { known: Known; search: string }) {
  const count = useSignal(rowsAtFirst);
  const figures = figuresOf(known.jobs);
  const modelOf = (id: string) => known.agents.find((agent) => agent.participant_id === id)?.model ?? null;
  const words = search.toLowerCase();
  const found = known.participants
    .filter(({ id, name, role }) => `${name} ${role} ${modelOf(id) ?? ''} ${id}`.toLowerCase().includes(words))
    // Who has been asked of late comes first.
    .toSorted((one, other) => (figures.get(other.id)?.asks ?? 0) - (figures.get(one.id)?.asks ?? 0));
  if (found.length === 0) return <p class="quiet empty">Nobody is like that.</p>;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Participants">
      <table>
        <thead>
          <tr>
            <th scope="col">Participant</th>
            <th scope="col">Role</th>
            <th scope="col">Answers by</th>
            <th scope="col" class="figure">
              Asked
            </th>
            <th scope="col" class="figure">
              Median
            </th>
            <th scope="col" class="figure">
              95 %
            </th>
            <th scope="col" class="figure">
              Asked again
            </th>
            <th scope="col" class="figure">
              Failed
            </th>
            <th scope="col">Health</th>
          </tr>
        </thead>
        <tbody>
          {found.slice(0, count.value).map((participant) => (
            <ParticipantRow
              key={participant.id}
              participant={participant}
              model={modelOf(participant.id)}
              figures={figures.get(participant.id)}
            />
          ))}
        </tbody>
      </table>
      {found.length > count.value && (
        <button
          type="button"
          class="plain"
          onClick={() => {
            count.value += rowsAtFirst;
          }}
        >
          Show more
        </button>
      )}
    </div>
  );
}

interface RowProperties {
  participant: CatalogueItem<'participant'>;
  model: string | null;
  figures: Figures | undefined;
}

function ParticipantRow({ participant, model, figures }: RowProperties) {
  return (
    <tr>
      <th scope="row">
        {participant.name}
        <code>{participant.id}</code>
      </th>
      <td>{participant.role}</td>
      <td>
        <code>{model ?? participant.endpoint}</code>
      </td>
      <td class="figure">{numberWords(figures?.asks ?? 0)}</td>
      <td class="figure">{durationWords(figures?.medianMs ?? null)}</td>
      <td class="figure">{durationWords(figures?.slowMs ?? null)}</td>
      <td class={figures && figures.askedAgain > 0 ? 'figure bad' : 'figure'}>
        {numberWords(figures?.askedAgain ?? 0)}
      </td>
      <td class={figures && figures.failed > 0 ? 'figure bad' : 'figure'}>{numberWords(figures?.failed ?? 0)}</td>
      <td>
        <HealthCheck participantId={participant.id} name={participant.name} />
      </td>
    </tr>
  );
}

function HealthCheck({ participantId, name }: { participantId: string; name: string }) {
  const { arena } = usePanel();
  const said = useSignal<{ readonly isWell: boolean; readonly words: string } | null>(null);
  const isAsking = useSignal(false);
  const ask = async () => {
    isAsking.value = true;
    try {
      const { job_id } = await arena.participants.verify(participantId);
      const { state, message } = await arena.jobs.get(job_id, waitMs);
      said.value =
        state === 'complete' ? { isWell: true, words: 'well' } : { isWell: false, words: message || 'no answer' };
    } catch (error) {
      said.value = { isWell: false, words: errorWords(error) };
    } finally {
      isAsking.value = false;
    }
  };
  return (
    <>
      <button type="button" class="plain" disabled={isAsking.value} onClick={() => void ask()}>
        {isAsking.value ? 'Asking…' : 'Ask'} <span class="unseen">{name} whether it is well</span>
      </button>{' '}
      <span role="status" class={said.value?.isWell ? 'good' : 'bad'}>
        {said.value?.words}
      </span>
    </>
  );
}
