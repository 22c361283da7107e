/** The story as it is told: the newest round first, each with what was done, how it was ruled, and the announcer's words. */
import { useSignal } from '@preact/signals';
import type { ActionTaken } from '../../client/client.ts';
import { Said } from '../said.tsx';
import type { OpenContest } from '../story/open-contest.ts';
import type { Picture, Round } from '../story/picture.ts';
import { useUnhurried } from '../unhurried.ts';
import { plural, roundName, roundWords } from '../words.ts';

const roundsAtFirst = 4;

export function Narration({ contest }: { contest: OpenContest }) {
  const picture = useUnhurried(contest.picture).value;
  const shown = useSignal(roundsAtFirst);
  const rounds = picture.rounds.slice(-shown.value).toReversed();
  const hidden = picture.rounds.length - rounds.length;
  const newest = picture.rounds.findLast((round) => round.endingNarrative !== null)?.endingNarrative;
  return (
    <div class="story">
      <h2>Story</h2>
      <p class="unseen" role="log" aria-live={contest.isLive.value ? 'polite' : 'off'}>
        {newest ?? picture.setup?.narrative ?? ''}
      </p>
      {rounds.map((round, index) => (
        // By its place: while one goes through time, the same elements tell of another round.
        <RoundStory key={`${index}`} round={round} picture={picture} />
      ))}
      {hidden > 0 && (
        <button type="button" class="plain" onClick={() => (shown.value += 20)}>
          Show {plural(Math.min(20, hidden), 'earlier round')}
        </button>
      )}
      {hidden === 0 && picture.setup?.narrative && (
        <article class="round-story">
          <h3>The scene</h3>
          <p class="prose" dir="auto">
            {picture.setup.narrative}
          </p>
        </article>
      )}
      {picture.rounds.length === 0 && !picture.setup?.narrative && <p class="quiet">Nothing has been told yet.</p>}
    </div>
  );
}

function RoundStory({ round, picture }: { round: Round; picture: Picture }) {
  const seats = picture.contest?.seats ?? [];
  const players = seats.filter(({ role }) => role === 'player');
  return (
    <article class="round-story">
      <h3>
        {roundName(round.number)}
        {round.restarts > 0 && <span class="quiet"> played again</span>}
      </h3>
      {round.endingNarrative && (
        <p class="prose" dir="auto">
          {round.endingNarrative}
        </p>
      )}
      {round.actions.length === 0 && round.error === null && <p class="quiet">It has just begun.</p>}
      {round.failedIn && <p class="bad">It failed at “{roundWords[round.failedIn]}”.</p>}
      <ul class="turns">
        {players.map((seat, index) => {
          const action = round.actions.find(({ id }) => id === seat.id)?.action;
          if (!action) return null;
          const ruling = round.rulings.find(({ id }) => id === seat.id)?.ruling;
          return (
            <li key={seat.id} class={`seat-${index % 8}`}>
              <span class="dot" aria-hidden="true" />
              <div>
                <strong>
                  <Said text={seat.name} />
                </strong>{' '}
                <span class="deed">{action.action === 'none' ? 'gave no usable answer' : <Deed {...action} />}</span>
                {action.narration && <q dir="auto">{action.narration}</q>}
                {ruling && (
                  <p class="ruling">
                    <Said text={ruling.result} />
                    {ruling.reason && (
                      <span class="quiet">
                        {' '}
                        (<Said text={ruling.reason} />)
                      </span>
                    )}
                    {ruling.narration && (
                      <i>
                        {' '}
                        <Said text={ruling.narration} />
                      </i>
                    )}
                  </p>
                )}
              </div>
            </li>
          );
        })}
      </ul>
    </article>
  );
}

/** What a player does, and to what. */
export function Deed({ action, target }: Pick<ActionTaken, 'action' | 'target'>) {
  return (
    <>
      <Said text={action} />
      {target && (
        <>
          {' → '}
          <Said text={target} />
        </>
      )}
    </>
  );
}
