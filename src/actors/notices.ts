/** What the arena tells of its contests: for each event the subjects and bodies, derived from the entry and the state it led to. */
import type {
  CompleteNotice,
  HealthSeenNotice,
  ModelChange,
  RoleCallNotice,
  ToldMachine,
  ToldState,
} from '../protocol/notices.ts';
import type { ContestStateName, ParticipantStateName } from '../protocol/states.ts';
import { actorModels, arenaModels } from '../protocol/subject-pattern.ts';
import { subjects } from '../protocol/subjects.ts';
import { contestOf } from './address.ts';
import { type ContestEvent, type ExistingContest, isOut, playersOf } from './contest/state.ts';
import { callOf, isFinalJob } from './job/progress.ts';
import type { ExistingJob, JobEvent, JobState } from './job/state.ts';
import type { ExistingParticipant, ParticipantEvent, ParticipantState } from './participant/state.ts';
import { type ExistingRound, type RoundEvent, type RoundState, worldAfter } from './round/state.ts';
import type { CommittedEntry } from './runtime/journal.ts';
import type { Publication } from './runtime/publication.ts';
import type { ExistingSetup, SetupEvent, SetupState } from './setup/state.ts';

interface Source {
  readonly contest_id: string;
  readonly position: number;
}

export function publicationsOf(entry: CommittedEntry): readonly Publication[] {
  const contest = contestOf(entry.root);
  const source = { contest_id: contest ?? '', position: entry.position };
  switch (entry.kind) {
    case 'contest':
      return contestEntry(source, entry.state as ExistingContest, entry.events as readonly unknown[] as ContestEvent[]);
    case 'setup':
      return tell(entry, entry.state as SetupState, (state, event: SetupEvent) =>
        setupNotices(source, state as ExistingSetup, event),
      );
    case 'round':
      return tell(entry, entry.state as RoundState, (state, event: RoundEvent) =>
        roundNotices(source, state as ExistingRound, event),
      );
    case 'participant':
      return tell(entry, entry.state as ParticipantState, (state, event: ParticipantEvent) =>
        participantNotices(source, state as ExistingParticipant, event),
      );
    case 'job':
      return tell(entry, entry.state as JobState, (state, event: JobEvent) =>
        jobNotices(source, contest, state as ExistingJob, event),
      );
    case 'catalogue':
      return entry.events.flatMap((event) => catalogueNotice(entry.root, event));
    default:
      return [];
  }
}

function tell<S, E>(entry: CommittedEntry, state: S, notices: (state: S, event: E) => Publication[]): Publication[] {
  return entry.events.flatMap((event) => notices(state, event as unknown as E));
}

function publication(subject: string, body: object): Publication {
  return { subject, body: JSON.stringify(body) };
}

function arenaChange(model: 'contest' | 'round' | 'job', change: ModelChange): Publication {
  return publication(subjects.arenaModelChange.build({ arenaModel: model, action: change.action }), change);
}

function flow(
  source: Source,
  machine: ToldMachine,
  event: { readonly from: ToldState; readonly to: ToldState },
  contestState: ContestStateName,
  roundNo: number | null,
): Publication {
  const { from, to } = event;
  const body = {
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

function pause(source: Source, machine: ToldMachine, state: ToldState, roundNo: number | null): Publication {
  return publication(subjects.pause.build({ contest: source.contest_id, machine, state }), {
    ...source,
    machine,
    state,
    round_no: roundNo,
  });
}

/** The transitions of an entry that come before a round is entered belong to the round before. */
function contestEntry(source: Source, contest: ExistingContest, events: readonly ContestEvent[]): Publication[] {
  const entering = events.findIndex((event) => event.type === 'moved' && event.round_no !== undefined);
  const before = { ...contest, round_no: contest.round_no ? contest.round_no - 1 : null };
  return events.flatMap((event, index) => contestNotices(source, index < entering ? before : contest, event));
}

function contestNotices(source: Source, contest: ExistingContest, event: ContestEvent): Publication[] {
  const id = source.contest_id;
  const change = (action: ModelChange['action']) =>
    arenaChange('contest', { action, model_id: id, detail: { state: contest.state, round_no: contest.round_no } });
  switch (event.type) {
    case 'contest_created':
      return [change('create')];
    case 'moved':
      return [
        flow(source, 'contest', event, event.to, contest.round_no),
        ...roleCallNotices(source, contest, event),
        ...(isEnd(event.to) ? [contestComplete(source, contest, event.to)] : []),
        change('update'),
        ...(isEnd(event.to) ? completionChannel(source, contest, event.to) : []),
      ];
    case 'halted':
      return [pause(source, 'contest', event.state, contest.round_no)];
    case 'removed':
      return [change('delete')];
    case 'paused':
    case 'resumed':
    case 'adjusted':
      return [change('update')];
    case 'seats_checked':
    case 'setup_settled':
    case 'round_settled':
    case 'cancel_requested':
      return [];
    default:
      return event satisfies never;
  }
}

type EndState = 'complete' | 'fail' | 'cancelled';

function isEnd(state: ContestStateName): state is EndState {
  return state === 'complete' || state === 'fail' || state === 'cancelled';
}

function roleCallNotices(
  source: Source,
  contest: ExistingContest,
  event: Extract<ContestEvent, { type: 'moved' }>,
): Publication[] {
  if (event.to !== 'role_call' && event.from !== 'role_call') return [];
  const state = event.to === 'role_call' ? 'began' : event.to === 'setup_arena' ? 'complete' : 'fail';
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
  const check = contest.checks[id];
  if (!check) return isChecking ? 'checking' : 'absent';
  return check.ready ? 'ready' : 'absent';
}

function completeNotice(source: Source, contest: ExistingContest, state: EndState): CompleteNotice {
  const standing = (contest.last_round?.standing ?? []).map(({ id, score, position, health }) => ({
    participant_id: id,
    name: playersOf(contest).find((seat) => seat.id === id)?.name ?? id,
    score,
    position,
    health,
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

function contestComplete(source: Source, contest: ExistingContest, state: EndState): Publication {
  return publication(
    subjects.contestComplete.build({ contest: source.contest_id }),
    completeNotice(source, contest, state),
  );
}

function completionChannel(source: Source, contest: ExistingContest, state: EndState): Publication[] {
  const channel = contest.settings.completion_channel;
  return channel === null ? [] : [publication(channel, completeNotice(source, contest, state))];
}

function setupNotices(source: Source, setup: ExistingSetup, event: SetupEvent): Publication[] {
  const contest = source.contest_id;
  const description = (state: 'requested' | 'received', text: string | null): Publication =>
    publication(subjects.setupDescription.build({ contest }), { ...source, round_no: 0, state, description: text });
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

function roundNotices(source: Source, round: ExistingRound, event: RoundEvent): Publication[] {
  const change = (action: ModelChange['action'], state: string) =>
    arenaChange('round', {
      action,
      model_id: `${source.contest_id}/${round.round_no}`,
      detail: { contest_id: source.contest_id, round_no: round.round_no, state },
    });
  switch (event.type) {
    case 'round_created':
      return [change('create', 'idle')];
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
        const body = {
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

function participantNotices(source: Source, seat: ExistingParticipant, event: ParticipantEvent): Publication[] {
  if (event.type !== 'moved' || event.from !== 'checking') return [];
  const body = {
    ...source,
    participant_id: seat.id,
    state: event.to,
    latency_ms: event.latency_ms ?? null,
    fault: null,
  };
  return [publication(subjects.roleCallAnswer.build({ contest: source.contest_id, participant: seat.id }), body)];
}

function jobNotices(source: Source, contest: string | null, job: ExistingJob, event: JobEvent): Publication[] {
  const detail = { type: job.type, state: job.state, contest_id: contest, attempts: job.attempt };
  if (event.type === 'job_created')
    return [arenaChange('job', { action: 'create', model_id: job.id, detail: { ...detail, state: 'idle' } })];
  if (!isFinalJob(job) || event.type === 'late_answer') return [];
  if (event.type !== 'completed' && event.type !== 'failed' && event.type !== 'cancelled') return [];
  return [arenaChange('job', { action: 'update', model_id: job.id, detail }), ...healthSeen(source, contest, job)];
}

function healthSeen(source: Source, contest: string | null, job: ExistingJob): Publication[] {
  const task = callOf(job.spec.task);
  if (task?.type !== 'health' || !isFinalJob(job) || job.state === 'cancelled') return [];
  const isWell = job.state === 'complete';
  const body: HealthSeenNotice = {
    participant_id: task.participant_id,
    contest_id: contest,
    position: source.position,
    state: isWell ? 'ready' : 'absent',
    latency_ms: job.latency_ms,
    response: isWell ? { job_id: job.id, state: 'complete', data: job.data } : null,
  };
  return [publication(subjects.healthSeen.build({ participant: task.participant_id }), body)];
}

const catalogueActions: Readonly<Record<string, ModelChange['action']>> = {
  created: 'create',
  updated: 'update',
  deleted: 'delete',
};

/** A change of the catalogue: its entry says what was done to which model. A participant belongs to the arena and to the actors. */
function catalogueNotice(
  root: string,
  event: { readonly type: string; readonly detail?: ModelChange['detail'] | null },
): Publication[] {
  const action = catalogueActions[event.type];
  const [model, id] = root.split('/');
  if (!action || !model || !id) return [];
  const body: ModelChange = { action, model_id: id, detail: event.detail ?? {} };
  return [
    ...arenaModels
      .filter((name) => name === model)
      .map((name) => subjects.arenaModelChange.build({ arenaModel: name, action })),
    ...actorModels
      .filter((name) => name === model)
      .map((name) => subjects.actorModelChange.build({ actorModel: name, action })),
  ].map((subject) => publication(subject, body));
}
