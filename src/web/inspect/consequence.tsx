/** What became of an answer: how an action was ruled, what the judge's effects changed, what was told. */
import type { RoundEffects } from '../../client/client.ts';
import { Said } from '../said.tsx';
import type { Job, Picture, Round } from '../story/picture.ts';
import { seatName } from './job-tree.tsx';

export function Consequence({ job, picture }: { job: Job; picture: Picture }) {
  const number = job.place.startsWith('round/') ? Number(job.place.slice('round/'.length)) : null;
  const round = picture.rounds.find((one) => one.number === number);
  if (!round) return null;
  const playerId = job.promptType === 'player_player_action' ? job.participantId : job.about;
  if (playerId !== null) return <Turn round={round} playerId={playerId} picture={picture} />;
  if (job.promptType === 'judge_apply_effects' && round.effects)
    return <Effects effects={round.effects} round={round} picture={picture} />;
  return null;
}

function Turn({ round, playerId, picture }: { round: Round; playerId: string; picture: Picture }) {
  const ruling = round.rulings.find(({ id }) => id === playerId)?.ruling;
  const before = round.start.players.find(({ id }) => id === playerId);
  const after = round.world.players.find(({ id }) => id === playerId);
  return (
    <section>
      <h3>What became of it</h3>
      {ruling ? (
        <blockquote>
          <p dir="auto">{ruling.result}</p>
          {ruling.reason && (
            <p class="quiet" dir="auto">
              {ruling.reason}
            </p>
          )}
          {ruling.narration && (
            <p class="prose" dir="auto">
              {ruling.narration}
            </p>
          )}
          {ruling.memories && (
            <p class="quiet">
              The judge’s own notes: <Said text={ruling.memories} />
            </p>
          )}
        </blockquote>
      ) : (
        <p class="quiet">It has not been ruled on.</p>
      )}
      {ruling && before && after && (
        <ChangeTable
          rows={[
            ['Position', before.position, after.position],
            ['Score', String(before.score), String(after.score)],
            ['Health', before.health, after.health],
            ['Inventory', before.inventory.join(', '), after.inventory.join(', ')],
          ]}
          name={seatName(picture, playerId)}
        />
      )}
    </section>
  );
}

function Effects({ effects, round, picture }: { effects: RoundEffects; round: Round; picture: Picture }) {
  return (
    <section>
      <h3>What it changed</h3>
      {effects.players.map((change) => {
        const before = round.start.players.find(({ id }) => id === change.id);
        if (!before) return null;
        return (
          <ChangeTable
            key={change.id}
            name={seatName(picture, change.id)}
            rows={[
              ['Position', before.position, change.position ?? before.position],
              ['Score', String(before.score), String(change.score ?? before.score)],
              ['Health', before.health, change.health ?? before.health],
              ['Inventory', before.inventory.join(', '), (change.inventory ?? before.inventory).join(', ')],
            ]}
          />
        );
      })}
      {effects.features.map((change) => {
        const before = round.start.features.find(({ id }) => id === change.id);
        if (!before) return null;
        return (
          <ChangeTable
            key={change.id}
            name={before.name}
            rows={[
              ['Position', before.position, change.position ?? before.position],
              ['Description', before.description, change.description ?? before.description],
            ]}
          />
        );
      })}
      {effects.winner_id && <p class="notice">The judge names {seatName(picture, effects.winner_id)} the winner.</p>}
    </section>
  );
}

function ChangeTable({ name, rows }: { name: string; rows: readonly (readonly [string, string, string])[] }) {
  const changed = rows.filter(([, before, after]) => before !== after);
  return (
    <table class="changes">
      <caption>{name}</caption>
      <tbody>
        {changed.map(([what, before, after]) => (
          <tr key={what}>
            <th scope="row">{what}</th>
            <td>
              <del>{before ? <Said text={before} /> : 'nothing'}</del>
            </td>
            <td>
              <ins>{after ? <Said text={after} /> : 'nothing'}</ins>
            </td>
          </tr>
        ))}
        {changed.length === 0 && (
          <tr>
            <td class="quiet">nothing changed</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}
