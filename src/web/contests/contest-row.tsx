/** One contest in the list. */
import type { OverviewRow } from '../../client/client.ts';
import { usePanel } from '../panel.ts';
import { linkTo } from '../route.ts';
import { StateBadge } from '../watch/headline.tsx';
import { dateWords, durationWords, elapsedWords } from '../words.ts';
import { isRunning } from './row-filter.ts';

export function ContestRow({ contest }: { contest: OverviewRow }) {
  return (
    <>
      <span role="cell" class="row-name">
        <a href={linkTo.watch(contest.id)}>{contest.arena}</a>
        <code>{contest.id}</code>
      </span>
      <span role="cell">
        <StateBadge contest={contest} />
      </span>
      <span role="cell" class="row-round">
        {contest.current_round === null ? '–' : contest.current_round + 1}
        <small> / {contest.max_rounds}</small>
      </span>
      <span role="cell" class="row-standing">
        <Standing contest={contest} />
      </span>
      <span role="cell" class="row-when">
        <When contest={contest} />
      </span>
    </>
  );
}

const playersShown = 3;

/** The first players by score, so that a list of many reads as a table of results. */
function Standing({ contest }: { contest: OverviewRow }) {
  const ranked = contest.players
    .map((player, index) => ({ ...player, index }))
    .sort((one, other) => (other.score ?? 0) - (one.score ?? 0));
  return (
    <>
      {ranked.slice(0, playersShown).map(({ id, name, score, index }) => (
        <span key={id} class={`tally seat-${index % 8}`} data-winner={contest.winner_id === id ? '' : undefined}>
          <i class="dot" aria-hidden="true" />
          <span class="tally-name">{name}</span> <b>{score ?? '–'}</b>
          {contest.winner_id === id && <span class="unseen">, the winner</span>}
        </span>
      ))}
      {ranked.length > playersShown && <small>and {ranked.length - playersShown} more</small>}
    </>
  );
}

function When({ contest }: { contest: OverviewRow }) {
  const { clock } = usePanel();
  const { start_time, end_time, created_at } = contest;
  if (start_time !== null && end_time !== null)
    return (
      <>
        {dateWords(end_time)} <small>took {durationWords(end_time - start_time)}</small>
      </>
    );
  if (start_time !== null && isRunning(contest)) return <>for {elapsedWords(clock.now.value - start_time)}</>;
  return <>{dateWords(created_at)}</>;
}
