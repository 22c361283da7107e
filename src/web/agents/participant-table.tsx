/** Participants: how fast each answers, what went wrong with it, what it has cost, and how well it is. */
import { useSignal } from '@preact/signals';
import type { CatalogueItem, JobSummary } from '../../client/client.ts';
import { linkTo } from '../route.ts';
import { Said } from '../said.tsx';
import { costWords, durationWords, numberWords } from '../words.ts';
import type { Known } from './agents-view.tsx';
import { type Figures, figuresOf, type Spent, spentByParticipant } from './figures.ts';
import { HealthCheck } from './health-check.tsx';

const rowsAtFirst = 50;

const columns: readonly { readonly name: string; readonly isFigure?: boolean }[] = [
  { name: 'Participant' },
  { name: 'Role' },
  { name: 'Answers by' },
  { name: 'Asked', isFigure: true },
  { name: 'Median', isFigure: true },
  { name: '95 %', isFigure: true },
  { name: 'Asked again', isFigure: true },
  { name: 'Failed', isFigure: true },
  { name: 'Last fault' },
  { name: 'Cost', isFigure: true },
  { name: 'Health' },
];

export function ParticipantTable({ known, search }: { known: Known; search: string }) {
  const count = useSignal(rowsAtFirst);
  const figures = figuresOf(known.jobs);
  const spent = spentByParticipant(known.generations);
  const models = new Map(known.agents.map(({ participant_id, model }) => [participant_id, model]));
  const words = search.toLowerCase();
  const found = known.participants
    .filter(({ id, name, role }) => `${name} ${role} ${models.get(id) ?? ''} ${id}`.toLowerCase().includes(words))
    // Who has been asked of late comes first.
    .toSorted((one, other) => (figures.get(other.id)?.asks ?? 0) - (figures.get(one.id)?.asks ?? 0));
  if (found.length === 0)
    return (
      <p class="quiet empty">
        {words === '' ? 'Nobody is known yet: whoever is seated at a launch comes here.' : 'Nobody is like that.'}
      </p>
    );
  return (
    <>
      <div class="scroll" tabIndex={0} role="region" aria-label="Participants">
        <table>
          <thead>
            <tr>
              {columns.map(({ name, isFigure }) => (
                <th key={name} scope="col" class={isFigure ? 'figure' : undefined}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {found.slice(0, count.value).map((participant) => (
              <ParticipantRow
                key={participant.id}
                participant={participant}
                model={models.get(participant.id) ?? null}
                figures={figures.get(participant.id)}
                spent={spent.get(participant.id)}
                check={known.checks.find((job) => job.participant_id === participant.id) ?? null}
              />
            ))}
          </tbody>
        </table>
      </div>
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
    </>
  );
}

interface RowProperties {
  participant: CatalogueItem<'participant'>;
  model: string | null;
  figures: Figures | undefined;
  spent: Spent | undefined;
  check: JobSummary | null;
}

function ParticipantRow({ participant, model, figures, spent, check }: RowProperties) {
  const { id, name, role, endpoint } = participant;
  const figureClass = (count: number | undefined) => (count ? 'figure bad' : 'figure');
  return (
    <tr>
      <th scope="row">
        {name}
        <code>{id}</code>
      </th>
      <td>{role}</td>
      <td>
        <code>{model ?? endpoint}</code>
      </td>
      <td class="figure">{numberWords(figures?.asks ?? 0)}</td>
      <td class="figure">{durationWords(figures?.medianMs ?? null)}</td>
      <td class="figure">{durationWords(figures?.slowMs ?? null)}</td>
      <td class={figureClass(figures?.askedAgain)}>{numberWords(figures?.askedAgain ?? 0)}</td>
      <td class={figureClass(figures?.failed)}>{numberWords(figures?.failed ?? 0)}</td>
      <td class="last-fault">
        <LastFault job={figures?.lastFault ?? null} />
      </td>
      <td class="figure">{costWords(spent?.costUsd ?? figures?.costUsd)}</td>
      <td>
        <HealthCheck participantId={id} name={name} known={check} />
      </td>
    </tr>
  );
}

function LastFault({ job }: { job: JobSummary | null }) {
  if (job === null) return <>–</>;
  const words = job.message === '' ? `answered at attempt ${job.attempts}` : job.message;
  if (job.contest_id === null)
    return (
      <span>
        <Said text={words} />
      </span>
    );
  return (
    <a href={linkTo.inspect(job.contest_id, job.job_id)}>
      <span>
        <Said text={words} />
      </span>
    </a>
  );
}
