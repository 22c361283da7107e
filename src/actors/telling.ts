/** What the notices of all machines are made of: a subject of the catalogue, and a body that says which entry it was told from. */
import type { ContestFlowNotice, ModelChange, PauseNotice, ToldMachine, ToldState } from '../protocol/notices.ts';
import type { ContestStateName } from '../protocol/states.ts';
import { subjects } from '../protocol/subjects.ts';
import type { Publication } from './runtime/publication.ts';

export interface Source {
  readonly contest_id: string;
  readonly position: number;
}

export function publication(subject: string, body: object): Publication {
  return { subject, body: JSON.stringify(body) };
}

/** On a subject that the maker of a job or a contest has named. */
export function chosenPublication(subject: string, body: object): Publication {
  return { ...publication(subject, body), isChosen: true };
}

export function arenaChange(model: 'contest' | 'round' | 'job', change: ModelChange): Publication {
  return publication(subjects.arenaModelChange.build({ arenaModel: model, action: change.action }), change);
}

export function flow(
  source: Source,
  machine: ToldMachine,
  event: { readonly from: ToldState; readonly to: ToldState },
  contestState: ContestStateName,
  roundNo: number | null,
): Publication {
  const { from, to } = event;
  const body: ContestFlowNotice = {
    ...source,
    machine,
    from,
    to,
    contest_state: contestState,
    ...(machine === 'contest' ? {} : { [`${machine}_state`]: to }),
    round_no: roundNo,
  };
  return publication(subjects.contestFlow.build({ contest: source.contest_id, from, to }), body);
}

export function pause(source: Source, machine: ToldMachine, state: ToldState, roundNo: number | null): Publication {
  const body: PauseNotice = { ...source, machine, state, round_no: roundNo };
  return publication(subjects.pause.build({ contest: source.contest_id, machine, state }), body);
}
