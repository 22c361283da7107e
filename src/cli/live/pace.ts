/** Steps a contest, transition by transition, at a speed that people can read along. */
import type { Clock } from '../../actors/runtime/ports.ts';
import type { ContestDocument } from '../../protocol/contest.ts';
import type { RoundStateName } from '../../protocol/states.ts';
import { isContestEnd } from '../../protocol/states.ts';
import { ClientError, type HttpClient } from '../http-client.ts';
import { pause } from '../pause.ts';
import { currentRound } from './waiting.ts';

const glanceMs = 120;

/** How long a picture stays before the next transition, at speed 1. */
const stayMs: Partial<Record<RoundStateName, number>> = {
  awaiting_actions: 700,
  judging_actions: 900,
  applying_effects: 500,
  describing_results: 300,
};
const readingMsPerCharacter = 14;
const readingMs = { min: 1_200, max: 4_500 };

/** Resolves when the contest is over or the signal is aborted. */
export async function paceContest(options: {
  client: HttpClient;
  contestId: string;
  clock: Clock;
  signal: AbortSignal;
  speed: number;
}): Promise<void> {
  const { client, contestId, clock, signal, speed } = options;
  while (!signal.aborted) {
    const contest = await client.contest(contestId);
    if (isContestEnd(contest.state)) return;
    await pause(clock, stayOf(contest) / speed, signal);
    if (signal.aborted) return;
    try {
      await client.arena.contests.act(contestId, 'advance');
    } catch (error) {
      // Nothing was due: answers are still awaited, or the contest ended in between.
      if (!(error instanceof ClientError) || error.status !== 409) throw error;
      await pause(clock, glanceMs, signal);
    }
  }
}

/** As long as it takes to read what is new, in milliseconds. */
export function stayOf(contest: ContestDocument): number {
  const round = currentRound(contest);
  if (contest.state !== 'in_round' || !round) return glanceMs;
  if (round.state !== 'presenting_results') return stayMs[round.state] ?? glanceMs;
  const length = round.ending_narrative?.length ?? 0;
  return Math.min(readingMs.max, Math.max(readingMs.min, length * readingMsPerCharacter));
}
