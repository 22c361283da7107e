/** What is published of a setup: its transitions, the scene, pauses, how it ended. */
import type { CompleteNotice, DescriptionNotice } from '../../protocol/notices.ts';
import { subjects } from '../../protocol/subjects.ts';
import type { Publication } from '../runtime/publication.ts';
import { flow, pause, publication, type Source } from '../telling.ts';
import type { ExistingSetup, SetupEvent } from './state.ts';

export function setupNotices(source: Source, setup: ExistingSetup, event: SetupEvent): Publication[] {
  const contest = source.contest_id;
  const description = (state: 'requested' | 'received', text: string | null): Publication => {
    const body: DescriptionNotice = { ...source, round_no: 0, state, description: text };
    return publication(subjects.setupDescription.build({ contest }), body);
  };
  switch (event.type) {
    case 'moved':
      return [
        flow(source, 'setup', event, 'setup_arena', null),
        ...(event.to === 'describing_setup' ? [description('requested', null)] : []),
        ...(event.to === 'setup_complete' || event.to === 'setup_fail' ? [setupComplete(source, setup, event.to)] : []),
      ];
    case 'described':
      return [description('received', event.text)];
    case 'halted':
      return [pause(source, 'setup', event.state, null)];
    case 'retried':
      return [flow(source, 'setup', { from: 'setup_fail', to: setup.state }, 'setup_arena', null)];
    default:
      return [];
  }
}

function setupComplete(source: Source, setup: ExistingSetup, state: 'setup_complete' | 'setup_fail'): Publication {
  const body: CompleteNotice = {
    ...source,
    machine: 'setup',
    state,
    round_no: null,
    winner_id: null,
    end_reason: null,
    error: setup.error,
    standing: setup.players.map(({ id, name, score, position, health }) => ({
      participant_id: id,
      name,
      score,
      position,
      health,
      out: false,
    })),
  };
  return publication(subjects.setupComplete.build({ contest: source.contest_id }), body);
}
