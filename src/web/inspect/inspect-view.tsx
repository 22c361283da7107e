/** Inspecting a contest: the tree of everything that was asked, and for each what was sent, what came back and what became of it. */
import { useSignal } from '@preact/signals';
import type { OpenContest } from '../story/open-contest.ts';
import { allJobs, type Job, jobsOf, type Picture } from '../story/picture.ts';
import { useUnhurried } from '../unhurried.ts';
import { JobDetail } from './job-detail.tsx';
import { JobTree } from './job-tree.tsx';

export function InspectView({ contest, jobId }: { contest: OpenContest; jobId: string | null }) {
  const picture = useUnhurried(contest.picture).value;
  const faultsOnly = useSignal(false);
  const isSentOpen = useSignal(true);
  const chosen = jobId === null ? newestAsk(picture) : findJob(picture, jobId);
  return (
    <div class="inspect">
      <section class="inspect-tree" aria-label="Everything that was asked">
        <div class="inspect-tools">
          <h2>Asked</h2>
          <label class="check">
            <input
              type="checkbox"
              checked={faultsOnly.value}
              onChange={(event) => {
                faultsOnly.value = event.currentTarget.checked;
              }}
            />
            <span>only with faults</span>
          </label>
        </div>
        <JobTree contestId={contest.id} picture={picture} chosenId={chosen?.id ?? null} faultsOnly={faultsOnly.value} />
      </section>
      <section class="inspect-detail" aria-label="One of them" aria-live="off">
        {chosen ? (
          <JobDetail key={chosen.stream} job={chosen} picture={picture} isSentOpen={isSentOpen} />
        ) : (
          <p class="quiet empty">
            {jobId === null ? 'Nobody has been asked anything yet.' : 'At this moment this had not been asked yet.'}
          </p>
        )}
      </section>
    </div>
  );
}

function findJob(picture: Picture, id: string): Job | null {
  return allJobs(picture).find((job) => job.id === id) ?? null;
}

function newestAsk(picture: Picture): Job | null {
  const places = [...picture.rounds.map(({ number }) => `round/${number}`).toReversed(), 'setup'];
  for (const place of places) {
    const ask = jobsOf(picture, place).findLast(({ participantId }) => participantId !== null);
    if (ask) return ask;
  }
  return allJobs(picture).at(-1) ?? null;
}
