/** One contest: what is common to watching and inspecting it. It opens the journal and owns the moment that is looked at. */
import { useComputed, useSignalEffect } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { InspectView } from '../inspect/inspect-view.tsx';
import { usePanel } from '../panel.ts';
import { linkTo, replaceAddress } from '../route.ts';
import { openContest } from '../story/open-contest.ts';
import { Controls } from '../watch/controls.tsx';
import { Failure, Headline } from '../watch/headline.tsx';
import { TimeBar } from '../watch/time-bar.tsx';
import { WatchView } from '../watch/watch-view.tsx';
import { Announcement } from './announcement.tsx';
import { titleOf } from './title.ts';

const addressDelayMs = 200;

export function ContestFrame({ contestId }: { contestId: string }) {
  const { arena, clock, route } = usePanel();
  const contest = useMemo(() => {
    const now = route.peek();
    return openContest(arena, clock, contestId, 'at' in now ? now.at : null);
  }, [contestId]);
  useEffect(() => () => contest.close(), [contest]);
  // While a slider is dragged, the address waits until it rests.
  useSignalEffect(() => {
    const { value: at } = contest.at;
    return clock.after(addressDelayMs, () => rememberMoment(at));
  });

  useSignalEffect(() => {
    const { view } = route.value;
    const name = contest.last.value.contest?.arena.name ?? contestId;
    document.title = titleOf(name, view === 'inspect' ? 'Inspect' : 'Watch');
  });

  // So that the frame is not gone through with each moment that is looked at.
  const isBlank = useComputed(() => contest.picture.value.contest === null);
  const { connection, problem } = contest;
  if (connection.value === 'refused') {
    return (
      <section class="page blank" role="alert">
        <h1>This contest cannot be shown</h1>
        <p class="prose">The arena says: {problem.value}.</p>
        <a class="button" href={linkTo.contests}>
          All contests
        </a>
      </section>
    );
  }
  const now = route.value;
  const isInspecting = now.view === 'inspect';
  return (
    <section class="contest">
      <header class="contest-head">
        <Headline contest={contest} />
        <div class="contest-tools">
          <nav class="tabs" aria-label="This contest">
            <a href={linkTo.watch(contestId)} aria-current={isInspecting ? undefined : 'page'}>
              Watch
            </a>
            <a href={linkTo.inspect(contestId)} aria-current={isInspecting ? 'page' : undefined}>
              Inspect
            </a>
          </nav>
          <Controls contest={contest} />
        </div>
      </header>
      <Announcement contest={contest} />
      <Failure contest={contest} />
      {isBlank.value ? (
        <p class="loading" role="status">
          Reading the journal…
        </p>
      ) : isInspecting ? (
        <InspectView contest={contest} jobId={now.jobId} />
      ) : (
        <WatchView contest={contest} />
      )}
      <TimeBar contest={contest} />
    </section>
  );
}

/** Keeps the moment in the address, so that it can be sent to somebody. */
function rememberMoment(at: number | null): void {
  const [path = ''] = location.hash.split('?');
  if (path.startsWith('#/contest/')) replaceAddress(at === null ? path : `${path}?at=${at}`);
}
