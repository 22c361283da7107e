/** What this contest is and how it stands, in one line of type. */
import { useComputed } from '@preact/signals';
import type { OverviewRow } from '../../client/client.ts';
import { isContestAtRest } from '../../protocol/states.ts';
import { linkTo } from '../route.ts';
import { Said } from '../said.tsx';
import type { OpenContest } from '../story/open-contest.ts';
import type { Contest } from '../story/picture.ts';
import { contestWords, endWords, numberWords, withNames } from '../words.ts';

/** Why it failed, or was ended, at the full width of the page: agents can be wordy about what went wrong. */
export function Failure({ contest }: { contest: OpenContest }) {
  const failed = useComputed(() => failedOf(contest.picture.value.contest));
  const shown = failed.value;
  if (!shown?.error) return null;
  return (
    <p class="notice bad failure" role="region" aria-label="Why it failed" tabIndex={0}>
      {shown.failedIn && <strong>{contestWords[shown.failedIn]}: </strong>}
      <Said text={withNames(shown.error, shown.seats)} />
    </p>
  );
}

function failedOf(contest: Contest | null): Contest | null {
  return contest?.state === 'fail' ? contest : null;
}

export function Headline({ contest }: { contest: OpenContest }) {
  const name = useComputed(() => contest.picture.value.contest?.arena.name ?? 'A contest');
  return (
    <div class="headline">
      <p class="eyebrow">
        <a href={linkTo.contests}>Contests</a> <span aria-hidden="true">/</span> <code>{contest.id}</code>
      </p>
      <h1>{name}</h1>
      <Summary contest={contest} />
    </div>
  );
}

function Summary({ contest }: { contest: OpenContest }) {
  const shown = contest.picture.value.contest;
  if (!shown) return null;
  return (
    <p class="summary">
      <StateBadge contest={{ ...shown, auto_advance: shown.settings.auto_advance }} /> <span>{summaryOf(shown)}</span>
    </p>
  );
}

export function StateBadge({ contest }: { contest: Pick<OverviewRow, 'state' | 'paused' | 'auto_advance'> }) {
  const { state, paused, auto_advance: goesOn } = contest;
  if (isContestAtRest(state)) return <span class={`badge badge-${state}`}>{contestWords[state]}</span>;
  if (paused) return <span class="badge badge-held">Paused</span>;
  if (!goesOn) return <span class="badge badge-held">Stepping</span>;
  return <span class="badge badge-running">{contestWords[state]}</span>;
}

function summaryOf(contest: Contest): string {
  const { settings, roundNumber, seats } = contest;
  const winner = seats.find(({ id }) => id === contest.winnerId);
  if (contest.state === 'complete') {
    const why = contest.endReason ? endWords[contest.endReason] : 'it is over';
    return winner ? `${winner.name} wins: ${why}.` : `Nobody wins: ${why}.`;
  }
  if (contest.state === 'fail') return 'It rests, with every answer kept, until it is retried.';
  const played = roundNumber === null ? 'No round yet' : `Round ${roundNumber + 1} of at most ${settings.max_rounds}`;
  return `${played} · first to ${numberWords(settings.winning_score)}`;
}
