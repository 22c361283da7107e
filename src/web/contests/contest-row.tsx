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
      <span role="cell" class={`row-name ${cutOf(contest.id, 'id')}`}>
        <a href={linkTo.watch(contest.id)} class={cutOf(contest.arena, 'arena')}>
          {contest.arena}
        </a>
        <code>{contest.id}</code>
      </span>
      <span role="cell">
        <StateBadge contest={contest} />
      </span>
      <span role="cell" class="row-round">
        {contest.current_round === null ? '–' : contest.current_round + 1}
        <small> / {contest.max_rounds}</small>
      </span>
      <Standing contest={contest} />
      <span role="cell" class="row-when">
        <When contest={contest} />
      </span>
    </>
  );
}

/** How many letters surely fit into the columns of a wide window; those of an id are all as wide. */
const sureLengths = { arena: 24, id: 36, player: 12, standing: 20 } as const;
const wideLetters = /[^a-ln-vx-z\d ,.'-]/g;

/** What may cut off its text is dearer to draw than the text: in a wide window only what may be too long does. */
function cutOf(text: string, what: keyof typeof sureLengths): string {
  const isPlain = /^[\u0020-\u024f]*$/.test(text);
  const length = what === 'id' ? text.length : text.length + (text.match(wideLetters)?.length ?? 0);
  return isPlain && length <= sureLengths[what] ? '' : 'cut';
}

const playersShown = 3;

/** The first players by score, so that a list of many reads as a table of results. */
function Standing({ contest }: { contest: OverviewRow }) {
  const ranked = contest.players
    .map((player, index) => ({ ...player, index }))
    .sort((one, other) => (other.score ?? 0) - (one.score ?? 0));
  const named = ranked.slice(0, playersShown);
  const others = ranked.length > named.length ? `and ${ranked.length - named.length} more` : '';
  const text = `${named.map(({ name, score }) => `${name}${score ?? ''}`).join('')}${others}`;
  return (
    <span role="cell" class={`row-standing ${cutOf(text, 'standing')}`}>
      {named.map(({ id, name, score, index }) => (
        <span key={id} class={`tally seat-${index % 8}`} data-winner={contest.winner_id === id ? '' : undefined}>
          <i class="dot" aria-hidden="true" />
          <span class={`tally-name ${cutOf(name, 'player')}`}>{name}</span> <b>{score ?? '–'}</b>
          {contest.winner_id === id && <span class="unseen">, the winner</span>}
        </span>
      ))}
      {others !== '' && <small>{others}</small>}
    </span>
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
