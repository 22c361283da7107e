/** The jobs of a contest as a tree: role call, set-up, then round by round, the newest first. */
import { useSignal } from '@preact/signals';
import { linkTo } from '../route.ts';
import { type Job, jobsOf, type Picture } from '../story/picture.ts';
import { askWords, durationWords, plural, roundName } from '../words.ts';

interface Properties {
  contestId: string;
  picture: Picture;
  chosenId: string | null;
  faultsOnly: boolean;
}

interface Branch {
  readonly name: string;
  readonly jobs: readonly Job[];
}

const branchesAtFirst = 12;

export function JobTree({ contestId, picture, chosenId, faultsOnly }: Properties) {
  const count = useSignal(branchesAtFirst);
  const branches = branchesOf(picture, faultsOnly).filter(({ jobs }) => jobs.length > 0);
  const shown = branches.slice(0, count.value);
  return (
    <>
      {branches.length === 0 && <p class="quiet">{faultsOnly ? 'Nothing went wrong.' : 'Nothing yet.'}</p>}
      {shown.map(({ name, jobs }, index) => (
        <details key={name} open={index < 2 || faultsOnly || jobs.some(({ id }) => id === chosenId)}>
          <summary>
            {name} <small>{factsOf(jobs)}</small>
          </summary>
          <Level contestId={contestId} picture={picture} jobs={jobs} parent={null} chosenId={chosenId} />
        </details>
      ))}
      {branches.length > shown.length && (
        <button
          type="button"
          class="plain"
          onClick={() => {
            count.value += 30;
          }}
        >
          Show {plural(Math.min(30, branches.length - shown.length), 'earlier round')}
        </button>
      )}
    </>
  );
}

function branchesOf(picture: Picture, faultsOnly: boolean): Branch[] {
  const keep = (jobs: readonly Job[]) => (faultsOnly ? jobs.filter(hasFault) : jobs);
  const seats = picture.contest?.seats ?? [];
  return [
    ...picture.rounds
      .map(({ number }) => ({ name: roundName(number), jobs: keep(jobsOf(picture, `round/${number}`)) }))
      .toReversed(),
    { name: 'Set-up', jobs: keep(jobsOf(picture, 'setup')) },
    { name: 'Role call', jobs: keep(seats.flatMap(({ id }) => jobsOf(picture, `participant/${id}`))) },
  ];
}

function hasFault(job: Job): boolean {
  return job.attempts.some(({ faults }) => faults.length > 0) || job.state === 'fail';
}

function factsOf(jobs: readonly Job[]): string {
  const asks = jobs.filter(({ participantId }) => participantId !== null);
  const faults = asks.reduce(
    (sum, job) => sum + job.attempts.reduce((all, attempt) => all + attempt.faults.length, 0),
    0,
  );
  return faults === 0 ? plural(asks.length, 'ask') : `${plural(asks.length, 'ask')}, ${plural(faults, 'fault')}`;
}

interface LevelProperties {
  contestId: string;
  picture: Picture;
  jobs: readonly Job[];
  /** The stream that this level lies below; null for the top. */
  parent: string | null;
  chosenId: string | null;
}

function Level({ contestId, picture, jobs, parent, chosenId }: LevelProperties) {
  const here = jobs.filter((job) => parentOf(job, jobs) === parent);
  return (
    <ul class="tree">
      {here.map((job) => (
        <li key={job.stream}>
          <a
            href={linkTo.inspect(contestId, job.id)}
            aria-current={job.id === chosenId ? 'true' : undefined}
            class={`tree-job job-${job.state}`}
          >
            <i class="job-state" aria-hidden="true" />
            <span>
              <strong>{nameOf(job, picture)}</strong> {askWords(job.type, job.promptType)}
              {job.about !== null && <span class="quiet"> about {seatName(picture, job.about)}</span>}
            </span>
            <small>{tailOf(job)}</small>
          </a>
          {jobs.some((other) => parentOf(other, jobs) === job.stream) && (
            <Level contestId={contestId} picture={picture} jobs={jobs} parent={job.stream} chosenId={chosenId} />
          )}
        </li>
      ))}
    </ul>
  );
}

/** The job that it lies below, as far as that one is shown. */
function parentOf(job: Job, jobs: readonly Job[]): string | null {
  const stream = job.stream.slice(0, job.stream.lastIndexOf('/'));
  return jobs.some((other) => other.stream === stream) ? stream : null;
}

export function seatName(picture: Picture, id: string): string {
  return picture.contest?.seats.find((seat) => seat.id === id)?.name ?? id;
}

function nameOf(job: Job, picture: Picture): string {
  return job.participantId === null ? '' : seatName(picture, job.participantId);
}

function tailOf(job: Job): string {
  const latency = job.attempts.at(-1)?.latencyMs ?? null;
  const tries = job.attempts.length > 1 ? `${job.attempts.length}×` : '';
  const end = job.endedAt === null ? job.state : job.participantId === null ? '' : durationWords(latency);
  return [tries, job.state === 'fail' ? 'failed' : end].filter((word) => word !== '').join(' ');
}
