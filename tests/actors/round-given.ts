/** Rounds to specify from: two players, a well, and how the jobs of a round settle. */
import { evolveContest } from '../../src/actors/contest/evolve.ts';
import type { ContestEvent, ContestState } from '../../src/actors/contest/state.ts';
import type { JobResult } from '../../src/actors/job/result.ts';
import { roundMachine } from '../../src/actors/round/machine.ts';
import type { RoundCommand, RoundState } from '../../src/actors/round/state.ts';
import type { ChildNotice } from '../../src/actors/runtime/machine.ts';
import type { Fault, World } from '../../src/protocol/contest.ts';
import type { Json } from '../../src/protocol/json.ts';
import type { FaultOwner } from '../../src/protocol/states.ts';
import { ada, bob, contestId, contestRoot, feature, judge, type PlanChanges, planOf, scopeOf } from './making.ts';
import { specify, type Verdict } from './specification.ts';

const address = `${contestRoot}/round/0`;
const specified = specify(roundMachine, address, scopeOf({}));
export const { given } = specified;
export const stepping: PlanChanges = { settings: { auto_advance: false } };
export const well = feature('well', '3,3');
const start: World = {
  features: [well],
  players: [ada, bob].map(({ id, name }) => ({
    id,
    name,
    position: '1,1',
    inventory: ['rope'],
    health: 'healthy',
    score: 0,
    memories: 'before',
  })),
};
export const create: RoundCommand = { type: 'create', start };

export function contestOf(changes: PlanChanges = {}, ...events: ContestEvent[]): ContestState {
  const created: ContestEvent = { type: 'contest_created', origin: null, ...planOf(changes) };
  return [created, ...events].reduce<ContestState>((state, event) => evolveContest(state, event, 0), {
    state: 'none',
    id: contestId,
  });
}

let position = 40;
/** Every command finds the root one entry further, so that jobs get ids of their own. */
export function when(
  state: RoundState,
  command: RoundCommand,
  contest = contestOf(),
): Verdict<RoundState, { type: string }> {
  position += 1;
  return specified.when(state, command, { scope: scopeOf({ [contestRoot]: contest }, position) });
}

export const fault = (whose: FaultOwner): Fault => ({
  kind: 'invalid',
  whose,
  job_id: 'x',
  attempt: 1,
  message: 'no',
  at: 1,
});
function result(participant: string, data: Json, more: Partial<JobResult> = {}): JobResult {
  return {
    job_id: 'some-job-here-1',
    participant_id: participant,
    about: null,
    data,
    message: '',
    attempts: 1,
    latency_ms: 30,
    faults: [],
    usage: null,
    children: [],
    ...more,
  };
}
export type Answer = { readonly outcome: ChildNotice['outcome']; readonly result: JobResult };
export const good = (participant: string, data: Json, more: Partial<JobResult> = {}): Answer => ({
  outcome: 'complete',
  result: result(participant, data, more),
});
export const none = (participant: string, whose: FaultOwner = 'agent', more: Partial<JobResult> = {}): Answer => ({
  outcome: 'fail',
  result: result(participant, null, { message: 'it said nothing', faults: [fault(whose)], ...more }),
});

function settles(round: RoundState, outcome: ChildNotice['outcome'], settled: JobResult): RoundCommand {
  const child = round.state === 'none' ? '' : (round.job_id ?? '');
  return { type: 'children_settled', children: [{ child, outcome, result: settled }] };
}
export const batch = (
  round: RoundState,
  answers: readonly Answer[],
  outcome: ChildNotice['outcome'] = 'complete',
): RoundCommand => settles(round, outcome, result('', null, { children: answers }));
export const single = (round: RoundState, answer: Answer): RoundCommand =>
  settles(round, answer.outcome, answer.result);

export const walks = { action: 'walk', target: '2,2', narration: 'Steps.', memories: 'walked' };
export const effectsData = {
  players: [{ id: ada.id, score: 5, position: '2,2' }],
  features: [{ id: well.id, position: `player:${ada.id}` }],
  winner_id: null,
};
export const actions = [good(ada.id, walks), none(bob.id)];
export const ruling = good(judge.id, { result: 'walked', memories: 'my notes' }, { about: ada.id });

export const awaiting = when(given(), create).state;
export const judging = when(awaiting, batch(awaiting, actions)).state;
export const applying = when(judging, batch(judging, [ruling])).state;
export const describing = when(applying, single(applying, good(judge.id, effectsData))).state;
export const complete = when(describing, single(describing, good('al', 'So it ended.'))).state;
export const failed = when(judging, batch(judging, [none(judge.id, 'judge', { about: ada.id })], 'fail')).state;
export const halted = when(given(), create, contestOf(stepping)).state;
export const cancelling = when(judging, { type: 'cancel' }).state;
export const stopped = when(cancelling, batch(cancelling, [], 'cancelled')).state;
