/** What the settled prompts of a round mean for it: actions, rulings, effects and text, with what is to be recorded of each seat. */
import type { ActionTaken, Ruling } from '../../protocol/contest.ts';
import { countedOwners } from '../../protocol/faults.ts';
import type { Judgement, PlayerAction } from '../../protocol/messages.ts';
import { answerData, type JobResult, resultOfJob } from '../job/result.ts';
import type { ChildNotice } from '../runtime/machine.ts';
import { noAction, type PlayerRecord, type RoundEvent, type SeatRecord } from './state.ts';
import { addUsage } from './usage.ts';

interface Answered {
  readonly outcome: string;
  readonly result: JobResult;
}

/** The answers under a batch, in the order of its plan. */
function answersOf(notice: ChildNotice): Answered[] {
  return resultOfJob(notice).children.flatMap(({ outcome, result }) => (result === null ? [] : [{ outcome, result }]));
}

export function actionsTaken(notice: ChildNotice): RoundEvent {
  const answers = answersOf(notice);
  const seats = answers.map(seatRecord);
  if (!isOutage(answers, seats)) return { type: 'actions_taken', actions: answers.map(actionOf), seats };
  const failure = answers.map(({ result }) => `${result.participant_id}: ${result.message}`).join('; ');
  return { type: 'actions_taken', actions: [], seats, failure: `no player could act: ${failure}` };
}

/** No player acted, and providers or the arena are to blame: rounds of nothing would follow until that is over. */
function isOutage(answers: readonly Answered[], seats: readonly SeatRecord[]): boolean {
  return (
    answers.length > 0 && answers.every(({ outcome }) => outcome === 'fail') && !seats.some(({ failed }) => failed)
  );
}

/** A player that gave no usable answer does nothing, with the fault on record. */
function actionOf({ outcome, result }: Answered): PlayerRecord {
  const id = result.participant_id ?? '';
  if (outcome !== 'complete') return { id, action: noAction, memories: null };
  const answer = answerData<'player_player_action'>(result.data);
  return { id, action: actionIn(answer), memories: answer.memories ?? null };
}

/** The action that a player answers with. */
export function actionIn({ action, target, narration }: PlayerAction): ActionTaken {
  return { action, target: target ?? null, narration: narration ?? null };
}

export function rulingsMade(notice: ChildNotice): RoundEvent {
  const answers = answersOf(notice);
  const rulings = answers
    .filter(({ outcome }) => outcome === 'complete')
    .map(({ result }) => ({
      id: result.about ?? '',
      ruling: rulingIn(answerData<'judge_player_action_judgement'>(result.data)),
    }));
  const seats = combineRecords(answers.map(seatRecord));
  return {
    type: 'rulings_made',
    rulings,
    seats,
    failure: notice.outcome === 'complete' ? null : failureOf(answers, notice),
  };
}

/** The ruling that a judge answers with. */
export function rulingIn({ result, reason, narration, memories }: Judgement): Ruling {
  return { result, reason: reason ?? null, narration: narration ?? null, memories: memories ?? null };
}

export function effectsApplied(notice: ChildNotice): RoundEvent {
  const answer = single(notice);
  const effects = answer.outcome === 'complete' ? answerData<'judge_apply_effects'>(answer.result.data) : null;
  return {
    type: 'effects_applied',
    effects,
    seats: [seatRecord(answer)],
    failure: effects ? null : answer.result.message,
  };
}

export function resultsDescribed(notice: ChildNotice): RoundEvent {
  const answer = single(notice);
  const text = answer.outcome === 'complete' ? String(answer.result.data) : null;
  return {
    type: 'results_described',
    text,
    seats: [seatRecord(answer)],
    failure: text === null ? answer.result.message : null,
  };
}

function single(notice: ChildNotice): Answered {
  return { outcome: notice.outcome, result: resultOfJob(notice) };
}

function seatRecord({ outcome, result }: Answered): SeatRecord {
  const last = result.faults.findLast((fault) => fault.kind !== 'late');
  const counts = last ? countedOwners.includes(last.whose) : true;
  return {
    id: result.participant_id ?? '',
    latency_ms: result.latency_ms,
    faults: result.faults,
    usage: result.usage,
    failed: outcome === 'fail' && counts,
  };
}

/** One seat may have been asked several times at once: its slowest answer, all its faults and what it cost in all. */
function combineRecords(records: readonly SeatRecord[]): SeatRecord[] {
  const bySeat = Map.groupBy(records, (record) => record.id);
  return [...bySeat.values()].map((same) => ({
    ...(same[0] as SeatRecord),
    latency_ms: same.reduce<number | null>(
      (slowest, { latency_ms }) => (latency_ms === null ? slowest : Math.max(slowest ?? 0, latency_ms)),
      null,
    ),
    faults: same.flatMap((record) => record.faults),
    usage: same.map((record) => record.usage).reduce(addUsage, null),
    failed: same.some((record) => record.failed),
  }));
}

function failureOf(answers: readonly Answered[], notice: ChildNotice): string {
  const failed = answers.filter(({ outcome }) => outcome !== 'complete');
  if (failed.length === 0) return resultOfJob(notice).message;
  return failed.map(({ result }) => `${result.participant_id} on ${result.about}: ${result.message}`).join('; ');
}
