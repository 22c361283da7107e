/** Who stands where: score, health, what each carries, and what each has just done. */
import { latencyOf, type Picture, type Round, type Seat, worldOf } from '../story/picture.ts';
import { durationWords, plural } from '../words.ts';
import { carriedBy } from './board-marks.ts';

export function Standings({ picture }: { picture: Picture }) {
  const { contest } = picture;
  if (!contest) return null;
  const players = contest.seats.filter(({ role }) => role === 'player');
  const standing = new Map(worldOf(picture).players.map((player) => [player.id, player]));
  const most = Math.max(1, contest.settings.winning_score, ...[...standing.values()].map(({ score }) => score));
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
                <span class="standing-score">{player?.score ?? '–'}</span>
              </div>
              <div class="bar" aria-hidden="true">
                <i style={{ width: `${(100 * Math.max(0, player?.score ?? 0)) / most}%` }} />
              </div>
              <p class="standing-facts">
                {player && <span>{player.health}</span>}
                {player && <span>at {player.position}</span>}
                {carried.size > 0 && <span>carries {[...carried].join(', ')}</span>}
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

function SeatFacts({ seat, latencyMs }: { seat: Seat; latencyMs: number | null }) {
  return (
    <>
      {seat.state === 'out' && <span class="bad">out</span>}
      {seat.state === 'absent' && <span class="bad">absent{seat.message ? `: ${seat.message}` : ''}</span>}
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
        {action.action}
        {action.target ? ` → ${action.target}` : ''}
      </span>
      {ruling && <em>{ruling.result}</em>}
    </p>
  );
}
