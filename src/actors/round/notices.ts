/** What is published of a round: its transitions, the actions taken, pauses, how it ended. */
import type { ActionNotice, CompleteNotice, ModelChange } from '../../protocol/notices.ts';
import { subjects } from '../../protocol/subjects.ts';
import type { Publication } from '../runtime/publication.ts';
import { arenaChange, flow, pause, publication, type Source } from '../telling.ts';
import { type ExistingRound, type RoundEvent, worldAfter } from './state.ts';

export function roundNotices(source: Source, round: ExistingRound, event: RoundEvent): Publication[] {
  const change = (action: ModelChange['action'], state: string) =>
    arenaChange('round', {
      action,
      model_id: `${source.contest_id}/${round.round_no}`,
      detail: { contest_id: source.contest_id, round_no: round.round_no, state },
    });
  switch (event.type) {
    case 'round_created':
    case 'copied':
      return [change('create', event.type === 'copied' ? event.state.state : 'idle')];
    case 'moved': {
      const ends = event.to === 'round_complete' || event.to === 'round_fail';
      return [
        flow(source, 'round', event, 'in_round', round.round_no),
        ...(ends
          ? [roundComplete(source, round, event.to as 'round_complete' | 'round_fail'), change('update', event.to)]
          : []),
      ];
    }
    case 'actions_taken':
      return event.actions.map(({ id, action }) => {
        const fault = event.seats.find((seat) => seat.id === id)?.faults.at(-1) ?? null;
        const subject = subjects.actionTaken.build({
          contest: source.contest_id,
          round: round.round_no,
          participant: id,
        });
        const body: ActionNotice = {
          ...source,
          participant_id: id,
          round_no: round.round_no,
          action,
          fault: action.action === 'none' ? fault : null,
        };
        return publication(subject, body);
      });
    case 'retried':
      return [flow(source, 'round', { from: 'round_fail', to: event.to }, 'in_round', round.round_no)];
    case 'restarted':
      return [flow(source, 'round', event, 'in_round', round.round_no), change('update', 'idle')];
    case 'halted':
      return [pause(source, 'round', event.state, round.round_no)];
    default:
      return [];
  }
}

function roundComplete(source: Source, round: ExistingRound, state: 'round_complete' | 'round_fail'): Publication {
  const asked = new Set(round.actions.map(({ id }) => id));
  const body: CompleteNotice = {
    ...source,
    machine: 'round',
    state,
    round_no: round.round_no,
    winner_id: round.effects?.winner_id ?? null,
    end_reason: null,
    error: round.error,
    standing: worldAfter(round)
      .players.map(({ id, name, score, position, health }) => ({
        participant_id: id,
        name,
        score,
        position,
        health,
        out: asked.size > 0 && !asked.has(id),
      }))
      .sort((a, b) => b.score - a.score),
  };
  return publication(subjects.roundComplete.build({ contest: source.contest_id, round: round.round_no }), body);
}
