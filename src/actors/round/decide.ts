/** How a round decides: players asked at once, each action judged, effects applied, the result described and presented. */
import type { RoundStateName } from '../../protocol/states.ts';
import { createPhase } from '../contest/phase.ts';
import { nextJobId } from '../contest/prompts.ts';
import { type ExistingContest, existingContest } from '../contest/state.ts';
import {
  accept,
  type ChildNotice,
  type ChildrenSettled,
  type Context,
  type Decision,
  refuse,
} from '../runtime/machine.ts';
import { actionsTaken, effectsApplied, resultsDescribed, rulingsMade } from './answers.ts';
import { evolveRound } from './evolve.ts';
import { planFor } from './plan.ts';
import type { ExistingRound, RoundCommand, RoundEvent, RoundState } from './state.ts';

type Outcome = Decision<RoundEvent>;
type Moved = Extract<RoundEvent, { type: 'moved' }>;
const nothing: Outcome = accept([]);

const { advance, proceed, cancel, follow } = createPhase<RoundStateName, RoundState, RoundEvent, Moved>({
  name: 'round',
  complete: 'round_complete',
  failed: 'round_fail',
  isAtRest: (round) => round.state === 'round_fail' || round.restarting !== null,
  evolve: evolveRound,
  due: (_contest, round, context) => (round.state === 'none' ? null : dueTransition(round, context)),
  jobOf: (contest, round, { to, job_id }) => (round.state === 'none' ? null : planFor(contest, round, to, job_id)),
});

export function decideRound(state: RoundState, command: RoundCommand, context: Context): Outcome {
  const contest = existingContest(context.scope.stateOf(context.scope.root));
  if (state.state === 'none') {
    if (command.type === 'copy') return accept<RoundEvent>([{ type: 'copied', state: command.state }]);
    if (command.type !== 'create')
      return refuse('not_found', `contest ${state.contest_id} has no round ${state.round_no}`);
    return follow(contest, state, [{ type: 'round_created', start: command.start, retries: contest.retries }], context);
  }
  switch (command.type) {
    case 'create':
    case 'copy':
      return nothing;
    case 'advance':
      return advance(contest, state, command.in, context);
    case 'proceed':
      return proceed(contest, state, context);
    case 'retry':
      return retry(contest, state, command.number, context);
    case 'restart':
      return restart(contest, state, command.play, context);
    case 'cancel':
      return cancel(state);
    case 'children_settled':
      return jobSettled(contest, state, command, context);
    default:
      return command satisfies never;
  }
}

/** Goes on from exactly where it failed, keeping every answer. */
function retry(contest: ExistingContest, round: ExistingRound, number: number, context: Context): Outcome {
  if (number <= round.retries || round.state !== 'round_fail' || !round.failed_in) return nothing;
  const id = nextJobId(context);
  const spec = planFor(contest, round, round.failed_in, id);
  if (!spec) return nothing;
  return accept<RoundEvent>([{ type: 'retried', number, to: round.failed_in, job_id: id }], { derived: spec });
}

/** What is asked at the moment is withdrawn first, so that no answer to it can be taken for one to the new play. */
function restart(contest: ExistingContest, round: ExistingRound, play: number, context: Context): Outcome {
  if (round.stopped || round.cancelling || play <= (round.restarting ?? round.play)) return nothing;
  if (round.job_id !== null) return accept<RoundEvent>([{ type: 'restart_requested', play }]);
  return playAgain(contest, round, play, context);
}

function playAgain(contest: ExistingContest, round: ExistingRound, play: number, context: Context): Outcome {
  const { retries } = contest;
  const restarted: RoundEvent = { type: 'restarted', from: round.state, to: 'idle', play, retries };
  if (contest.cancelled_by !== null) return accept<RoundEvent>([restarted, { type: 'stopped' }]);
  return follow(contest, round, [restarted], context);
}

function jobSettled(
  contest: ExistingContest,
  round: ExistingRound,
  command: ChildrenSettled,
  context: Context,
): Outcome {
  const notice = command.children.find(({ child }) => child === round.job_id);
  if (!notice) return nothing;
  if (round.cancelling) return accept<RoundEvent>([{ type: 'stopped' }]);
  if (round.restarting !== null) return playAgain(contest, round, round.restarting, context);
  return follow(contest, round, [outcomeOf(round, notice)], context);
}

function outcomeOf(round: ExistingRound, notice: ChildNotice): RoundEvent {
  switch (round.state) {
    case 'round_prompting':
    case 'awaiting_actions':
      return actionsTaken(notice);
    case 'judging_actions':
      return rulingsMade(notice);
    case 'applying_effects':
      return effectsApplied(notice);
    case 'describing_results':
      return resultsDescribed(notice);
    default:
      throw new Error(`round ${round.round_no} waits for no job in ${round.state}`);
  }
}

/** What follows each state, and whether its job must have settled first. */
const path: Readonly<Partial<Record<RoundStateName, { to: RoundStateName; waits: boolean }>>> = {
  idle: { to: 'in_progress', waits: false },
  in_progress: { to: 'round_prompting', waits: false },
  round_prompting: { to: 'awaiting_actions', waits: false },
  awaiting_actions: { to: 'judging_actions', waits: true },
  judging_actions: { to: 'applying_effects', waits: true },
  applying_effects: { to: 'describing_results', waits: true },
  describing_results: { to: 'presenting_results', waits: true },
  presenting_results: { to: 'round_complete', waits: false },
};

const asking: ReadonlySet<RoundStateName> = new Set<RoundStateName>([
  'round_prompting',
  'judging_actions',
  'applying_effects',
  'describing_results',
]);

function dueTransition(round: ExistingRound, context: Context): Moved | null {
  const next = path[round.state];
  if (!next || round.cancelling || round.stopped) return null;
  if (next.waits) {
    if (!round.settled) return null;
    if (!round.settled.ok)
      return { type: 'moved', from: round.state, to: 'round_fail', error: `${round.state}: ${round.settled.message}` };
  }
  return {
    type: 'moved',
    from: round.state,
    to: next.to,
    ...(asking.has(next.to) ? { job_id: nextJobId(context) } : {}),
  };
}
