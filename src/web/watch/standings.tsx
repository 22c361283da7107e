/** Who stands where: score, health, what each carries, and what each has just done. Scores follow at once, the text without haste. */
import { type ReadonlySignal, useComputed } from '@preact/signals';
import { Said } from '../said.tsx';
import type { OpenContest } from '../story/open-contest.ts';
import { latencyOf, type Picture, type Round, type Seat, worldOf } from '../story/picture.ts';
import { useUnhurried } from '../unhurried.ts';
import { durationWords, plural } from '../words.ts';
import { carriedBy } from './board-marks.ts';
import { Deed } from './narration.tsx';

export function Standings({ contest: open }: { contest: OpenContest }) {
  const picture = useUnhurried(open.picture).value;
  const { contest } = picture;
  if (!contest) return null;
  const players = contest.seats.filter(({ role }) => role === 'player');
  const standing = new Map(worldOf(picture).players.map((player) => [player.id, player]));
  return (
    <section class="standings" aria-labelledby="standings-title">
      <h2 id="standings-title">Standing</h2>
      <ul>
        {players.map((seat, index) => {
          const player = standing.get(seat.id);
          const carried = new Set([
            ...(player?.inventory ?? []),
            ...carriedBy(picture, seat.id).map(({ name }) => name),
          ]);
          return (
            <li key={seat.id} class={`seat-${index % 8}`} data-winner={contest.winnerId === seat.id ? '' : undefined}>
              <div class="standing-line">
                <span class="dot" aria-hidden="true" />
                <strong>{seat.name}</strong>
                {contest.winnerId === seat.id && <span class="crown">wins</span>}
                <Score picture={open.picture} playerId={seat.id} />
              </div>
              <ScoreBar picture={open.picture} playerId={seat.id} />
              <p class="standing-facts">
                {player && <Said text={player.health} />}
                {player && <span>at {player.position}</span>}
                {carried.size > 0 && (
                  <span>
                    carries <Said text={[...carried].join(', ')} />
                  </span>
                )}
                <SeatFacts seat={seat} latencyMs={latencyOf(contest, seat)} />
              </p>
              <LastTurn round={picture.rounds.at(-1)} playerId={seat.id} />
            </li>
          );
        })}
      </ul>
    </section>
  );
}

interface ScoreProperties {
  picture: ReadonlySignal<Picture>;
  playerId: string;
}

function Score({ picture, playerId }: ScoreProperties) {
  const score = useComputed(() => scoreOf(picture.value, playerId) ?? '–');
  return <span class="standing-score">{score}</span>;
}

function ScoreBar({ picture, playerId }: ScoreProperties) {
  const style = useComputed(() => {
    const { players } = worldOf(picture.value);
    const winning = picture.value.contest?.settings.winning_score ?? 0;
    const most = Math.max(1, winning, ...players.map(({ score }) => score));
    return `width: ${(100 * Math.max(0, scoreOf(picture.value, playerId) ?? 0)) / most}%`;
  });
  return (
    <div class="bar" aria-hidden="true">
      <i style={style} />
    </div>
  );
}

function scoreOf(picture: Picture, playerId: string): number | undefined {
  return worldOf(picture).players.find(({ id }) => id === playerId)?.score;
}

function SeatFacts({ seat, latencyMs }: { seat: Seat; latencyMs: number | null }) {
  return (
    <>
      {seat.state === 'out' && <span class="bad">out</span>}
      {seat.state === 'absent' && (
        <span class="bad">
          absent
          {seat.message && (
            <>
              {': '}
              <Said text={seat.message} />
            </>
          )}
        </span>
      )}
      {seat.faults > 0 && <span class="bad">{plural(seat.faults, 'fault')}</span>}
      {latencyMs !== null && <span>answered in {durationWords(latencyMs)}</span>}
    </>
  );
}

function LastTurn({ round, playerId }: { round: Round | undefined; playerId: string }) {
  const action = round?.actions.find(({ id }) => id === playerId)?.action;
  if (!action) return null;
  const ruling = round?.rulings.find(({ id }) => id === playerId)?.ruling;
  return (
    <p class="standing-turn">
      <span>
        <Deed {...action} />
      </span>
      {ruling && <em dir="auto">{ruling.result}</em>}
    </p>
  );
}
