/** What this contest is and how it stands, in one line of type. */
import { linkTo } from '../route.ts';
import type { OpenContest } from '../story/open-contest.ts';
import type { Contest } from '../story/picture.ts';
import { contestWords, endWords } from '../words.ts';

export function Headline({ contest }: { contest: OpenContest }) {
  const shown = contest.picture.value.contest;
  return (
    <div class="headline">
      <p class="eyebrow">
        <a href={linkTo.contests}>Contests</a> <span aria-hidden="true">/</span> <code>{contest.id}</code>
      </p>
      <h1>{shown?.arena.name ?? 'A contest'}</h1>
      {shown && (
        <p class="summary">
          <StateBadge contest={shown} /> <span>{summaryOf(shown)}</span>
        </p>
      )}
    </div>
  );
}

export function StateBadge({ contest }: { contest: Pick<Contest, 'state' | 'paused'> }) {
  const isRunning = !['created', 'complete', 'fail', 'cancelled'].includes(contest.state);
  const tone = contest.paused ? 'paused' : isRunning ? 'running' : contest.state;
  return (
    <span class={`badge badge-${tone}`}>{contest.paused && isRunning ? 'Paused' : contestWords[contest.state]}</span>
  );
}

function summaryOf(contest: Contest): string {
  const { settings, roundNumber, seats } = contest;
  const winner = seats.find(({ id }) => id === contest.winnerId);
  if (contest.state === 'complete') {
    const why = contest.endReason ? endWords[contest.endReason] : 'it is over';
    return winner ? `${winner.name} wins: ${why}.` : `Nobody wins: ${why}.`;
  }
  if (contest.error) return contest.error;
  const played = roundNumber === null ? 'No round yet' : `Round ${roundNumber + 1} of at most ${settings.max_rounds}`;
  return `${played} · first to ${settings.winning_score}`;
}
