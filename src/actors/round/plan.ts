/** Which prompts each state of a round waits for. A plan is keyed by round, subject and seat; nothing assumes one seat per role. */
import { derivedId } from '../../protocol/ids.ts';
import type { RoundStateName } from '../../protocol/states.ts';
import { batchSpec, promptSpec } from '../contest/prompts.ts';
import { type ExistingContest, isOut, playersOf, type Seat, seatOfRole } from '../contest/state.ts';
import type { ChildPlan, JobSpec } from '../job/state.ts';
import { type ExistingRound, noAction } from './state.ts';

/** The job of a state, or null for a state that asks nobody. `jobId` is that of the job, from which its children's follow. */
export function planFor(
  contest: ExistingContest,
  round: ExistingRound,
  state: RoundStateName,
  jobId: string,
): JobSpec | null {
  switch (state) {
    // The players are asked in the first, and waited for, or after a failure asked again, in the second.
    case 'round_prompting':
    case 'awaiting_actions':
      return batchSpec(contest, actionPrompts(contest, round, jobId), 'ignore');
    case 'judging_actions':
      return batchSpec(contest, judgements(contest, round, jobId), 'wait_all');
    case 'applying_effects':
      return promptSpec(contest, required(contest, 'judge'), 'judge_apply_effects', round.round_no);
    case 'describing_results':
      return promptSpec(contest, required(contest, 'announcer'), 'announcer_describe_results', round.round_no);
    default:
      return null;
  }
}

function actionPrompts(contest: ExistingContest, round: ExistingRound, jobId: string): ChildPlan[] {
  return playersOf(contest)
    .filter((seat) => !isOut(contest, seat.id))
    .map((seat, index) => ({
      id: derivedId(jobId, index),
      spec: promptSpec(contest, seat, 'player_player_action', round.round_no),
    }));
}

/** Rulings that were made stay made: after a retry only the others are asked for. */
function judgements(contest: ExistingContest, round: ExistingRound, jobId: string): ChildPlan[] {
  const judge = required(contest, 'judge');
  return round.actions
    .filter(({ id, action }) => action.action !== noAction.action && !round.rulings.some((ruling) => ruling.id === id))
    .map(({ id }, index) => ({
      id: derivedId(jobId, index),
      spec: promptSpec(contest, judge, 'judge_player_action_judgement', round.round_no, id),
    }));
}

function required(contest: ExistingContest, role: 'judge' | 'announcer'): Seat {
  const seat = seatOfRole(contest, role);
  if (!seat) throw new Error(`contest ${contest.id} has no ${role}`);
  return seat;
}
