/** What is published of a contest: its transitions, the role call, pauses, how it ended. */
import type { CompleteNotice, ModelChange, RoleCallNotice } from '../../protocol/notices.ts';
import { type ContestEndName, isContestEnd, type ParticipantStateName } from '../../protocol/states.ts';
import { subjects } from '../../protocol/subjects.ts';
import type { Publication } from '../runtime/publication.ts';
import { arenaChange, chosenPublication, flow, pause, publication, type Source } from '../telling.ts';
import { type ContestEvent, type ExistingContest, isOut, playersOf } from './state.ts';

/** The transitions of an entry that come before a round is entered belong to the round before. */
export function contestNotices(
  source: Source,
  contest: ExistingContest,
  events: readonly ContestEvent[],
): Publication[] {
  const entering = events.findIndex((event) => event.type === 'moved' && event.round_no !== undefined);
  const before = { ...contest, round_no: contest.round_no ? contest.round_no - 1 : null };
  const told = events.flatMap((event, index) => noticesOf(source, index < entering ? before : contest, event));
  const actions = new Set(events.flatMap((event) => changeOf[event.type] ?? []));
  const changes = [...actions].map((action) => contestChange(contest, action));
  // That it exists is told before what it does.
  return actions.has('create') ? [...changes, ...told] : [...told, ...changes];
}

/** What each event is to the contest as a model: told once an entry, however many events it has. */
const changeOf: Readonly<Partial<Record<ContestEvent['type'], ModelChange['action']>>> = {
  contest_created: 'create',
  moved: 'update',
  paused: 'update',
  resumed: 'update',
  adjusted: 'update',
  removed: 'delete',
};

function contestChange({ id, state, round_no }: ExistingContest, action: ModelChange['action']): Publication {
  return arenaChange('contest', { action, model_id: id, detail: { state, round_no } });
}

function noticesOf(source: Source, contest: ExistingContest, event: ContestEvent): Publication[] {
  switch (event.type) {
    case 'moved':
      return [
        flow(source, 'contest', event, event.to, contest.round_no),
        ...roleCallNotices(source, contest, event),
        ...(isContestEnd(event.to) ? [contestComplete(source, contest, event.to)] : []),
        ...(isContestEnd(event.to) ? completionChannel(source, contest, event.to) : []),
      ];
    case 'halted':
      return [pause(source, 'contest', event.state, contest.round_no)];
    case 'contest_created':
    case 'past_given':
    case 'removed':
    case 'paused':
    case 'resumed':
    case 'adjusted':
    case 'seats_checked':
    case 'setup_settled':
    case 'round_settled':
    case 'round_restarted':
    case 'cancel_requested':
      return [];
    default:
      return event satisfies never;
  }
}

function roleCallNotices(
  source: Source,
  contest: ExistingContest,
  event: Extract<ContestEvent, { type: 'moved' }>,
): Publication[] {
  if (event.to !== 'role_call' && event.from !== 'role_call') return [];
  const state = event.to === 'role_call' ? 'began' : isContestEnd(event.to) ? 'fail' : 'complete';
  const body: RoleCallNotice = {
    ...source,
    state,
    participants: contest.seats.map(({ id, name, role }) => ({
      participant_id: id,
      name,
      role,
      state: seatState(contest, id, event.to === 'role_call'),
    })),
    message: event.error ?? '',
  };
  return [publication(subjects.roleCall.build({ contest: source.contest_id }), body)];
}

function seatState(contest: ExistingContest, id: string, isChecking: boolean): ParticipantStateName {
  if (isOut(contest, id)) return 'out';
  const check = contest.checks[id];
  if (!check) return isChecking ? 'checking' : 'absent';
  return check.ready ? 'ready' : 'absent';
}

function completeNotice(source: Source, contest: ExistingContest, state: ContestEndName): CompleteNotice {
  const left = new Map((contest.last_round?.standing ?? []).map((player) => [player.id, player]));
  const standing = playersOf(contest).map(({ id, name }) => ({
    participant_id: id,
    name,
    score: left.get(id)?.score ?? 0,
    position: left.get(id)?.position ?? null,
    health: left.get(id)?.health ?? null,
    out: isOut(contest, id),
  }));
  return {
    ...source,
    machine: 'contest',
    state,
    round_no: contest.round_no,
    winner_id: contest.winner_id,
    end_reason: contest.end_reason,
    error: contest.error,
    standing: standing.sort((a, b) => b.score - a.score),
  };
}

function contestComplete(source: Source, contest: ExistingContest, state: ContestEndName): Publication {
  return publication(
    subjects.contestComplete.build({ contest: source.contest_id }),
    completeNotice(source, contest, state),
  );
}

function completionChannel(source: Source, contest: ExistingContest, state: ContestEndName): Publication[] {
  const channel = contest.settings.completion_channel;
  return channel === null ? [] : [chosenPublication(channel, completeNotice(source, contest, state))];
}
